#!/usr/bin/env bash
# device.sh publish            on a machine with .NET: artifacts/device/gate.tar.xz, the command and its benches with their own runtime
# device.sh run [RESULT.md [PART...]]   on a machine without: unpacks, compiles the shim against the libtorch there, runs the parts
#                              (doctor bench specs demo; all when none is named); figures go to RESULT.md
# See bench/README.md.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out="$root/artifacts/device"
archive="$out/gate.tar.xz"
limit=$((64 << 20)) # what may travel to a device machine

say() { printf '%s\n' "device: $*" >&2; }
die() { say "$1"; exit "${2:-70}"; }

publish() {
  command -v dotnet >/dev/null || die "no .NET SDK found; 'publish' needs .NET SDK 10." 69
  rm -rf "$out"; mkdir -p "$out/source" "$out/bin"
  # A copy without lock files: they hold no runtime, and a publish must not rewrite them. Versions are pinned in Directory.Packages.props.
  (cd "$root" && tar cf - --exclude=bin --exclude=obj --exclude='packages*.lock.json' Directory.* global.json .editorconfig SafetyGate.sln NuGet.config nuget.config src bench tests/Torch.Tests 2>/dev/null || true) | tar xf - -C "$out/source"
  for project in src/Cli bench/Torch tests/Torch.Tests; do
    say "publishing $project ..."
    dotnet publish "$out/source/$project" -c Release -r linux-x64 --self-contained -p:RestorePackagesWithLockFile=false -p:DebugType=none -p:GenerateDocumentationFile=false -o "$out/bin" -v quiet -clp:ErrorsOnly --nologo >&2
  done
  rm -f "$out"/bin/libsafetygate_torch.so "$out"/bin/*.pdb # the shim is compiled where it runs
  (cd "$out/bin" && rm -rf Microsoft.CodeCoverage runtimes [a-z][a-z] pt-BR zh-*) # what test runners bring along: other languages, a coverage tool
  tar cf - -C "$out" bin | xz -2 -T0 >"$archive"
  rm -rf "$out/source"
  local size; size=$(stat -c %s "$archive")
  say "$archive: $size bytes"
  [ "$size" -lt "$limit" ] || die "the archive has $size bytes; $limit is the limit."
}

unpack() {
  [ -f "$archive" ] || die "$archive is missing; run 'bench/device.sh publish' on a machine with .NET and bring it here." 65
  command -v "${CXX:-g++}" >/dev/null || die "no C++ compiler found; install g++, or set CXX." 69
  rm -rf "$out/bin"; tar xJf "$archive" -C "$out"
}

compile_shim() {
  local native="$root/src/Torch/native"
  # On a GPU machine the wheel is the libtorch with CUDA; one of the system's would be found first and is not.
  if [ -z "${SAFETYGATE_LIBTORCH:-}" ]; then
    SAFETYGATE_LIBTORCH=$(python3 -c 'import importlib.util as u, os; s = u.find_spec("torch"); print(os.path.dirname(s.origin) if s else "")' 2>/dev/null || true)
  fi
  sh "$native/find-libtorch.sh" "${SAFETYGATE_LIBTORCH:-}" >"$out/libtorch.txt" || exit 69
  say "compiling the shim against libtorch $(sed -n 3p "$out/libtorch.txt") in $(sed -n 2p "$out/libtorch.txt") ..."
  sh "$native/build.sh" "$native" "$out/bin/libsafetygate_torch.so" "$out/libtorch.txt"
}

section() { # TITLE COMMAND...: the figures with the command that made them
  local title=$1 status=0; shift
  printf '## %s\n\nCommand: `%s`\n\n' "$title" "${*/#$out\/bin\//}"
  "$@" 2>&1 || status=$?
  printf '\nExit status %s.\n\n' "$status"
  [ "$status" = 0 ] || failed=1
}

run() {
  local result="${1:-$root/bench/results/device.md}" failed=0 part
  [ $# -eq 0 ] || shift
  [ $# -gt 0 ] || set -- doctor bench specs demo
  for part; do case "$part" in doctor|bench|specs|demo) ;; *) die "there is no part '$part'; parts are doctor, bench, specs and demo." 64 ;; esac; done
  unpack
  compile_shim
  export SAFETYGATE_STORE="${SAFETYGATE_STORE:-$out/store}"
  {
    printf '# On a device machine\n\nCommand: `bench/device.sh run`, parts: %s. %s; %s cores; SAFETYGATE_REQUIRE_GPU is %s.\n\n' \
      "$*" "$(command -v nvidia-smi >/dev/null && nvidia-smi --query-gpu=name --format=csv,noheader | head -n 1 || echo 'no GPU')" "$(nproc)" "${SAFETYGATE_REQUIRE_GPU:-not set}"
    for part; do
      case "$part" in
        doctor) section 'What is in use' "$out/bin/gate-cli" doctor ;;
        bench) section 'The tensor engine' "$out/bin/SafetyGate.TorchBench" ;;
        specs) section 'Specs of the tensor engine' "$out/bin/SafetyGate.Torch.Tests" -noColor -class- SafetyGate.Torch.Tests.Build.MissingEngineTests ;; # those start dotnet
        demo) section 'Training runs and their guardrails' "$out/bin/gate-cli" demo ;;
      esac
    done
  } >"$result.part"
  mv -f "$result.part" "$result"
  say "figures: $result"
  [ "$failed" = 0 ] || die "a part failed; see $result." 1
}

case "${1:-}" in
  publish) publish ;;
  run) shift; run "$@" ;;
  *) die "say 'publish' (on a machine with .NET) or 'run [RESULT.md [PART...]]' (on the device machine)." 64 ;;
esac
