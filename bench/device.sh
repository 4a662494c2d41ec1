#!/usr/bin/env bash
# device.sh publish            on a machine with .NET: artifacts/device/gate.tar.xz, the command, the models' specs and the bench with a trimmed runtime
# device.sh run [RESULT.md [PART...]]   on a machine without: unpacks, takes the libtorch there (SAFETYGATE_LIBTORCH, else a pip wheel's),
#                              runs the parts (doctor specs trainings demo bench; all if none is named); figures go to RESULT.md and RESULT.json, the bench's beside them
# Each part is ended when its seconds are over, so that all together take less than nine minutes (540 seconds). See bench/README.md.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out="$root/artifacts/device"
archive="$out/gate.tar.xz"
limit=$((30 << 20)) # what may travel to a device machine

say() { printf '%s\n' "device: $*" >&2; }
die() { say "$1"; exit "${2:-70}"; }

publish() {
  command -v dotnet >/dev/null || die "no .NET SDK found; 'publish' needs .NET SDK 10." 69
  rm -rf "$out"; mkdir -p "$out/source" "$out/bin"
  # A copy without lock files: they hold no runtime, and a publish must not rewrite them. Versions are pinned in Directory.Packages.props.
  (cd "$root" && tar cf - --exclude=bin --exclude=obj --exclude='packages*.lock.json' Directory.* global.json .editorconfig SafetyGate.sln NuGet.config nuget.config src tests bench models data benchmarks 2>/dev/null || true) | tar xf - -C "$out/source"
  say "publishing ..."
  # Trimmed: .NET's libraries keep what our programs, TorchSharp's and xunit's reach; those themselves stay whole.
  dotnet publish "$out/source/bench/Device" -c Release -r linux-x64 --self-contained -p:RestorePackagesWithLockFile=false -p:DebugType=none -p:GenerateDocumentationFile=false -o "$out/bin" -v quiet -clp:ErrorsOnly --nologo >&2
  # libtorch is the device machine's; TorchSharp's own library stays.
  (cd "$out/bin" && rm -f ./*.pdb && find runtimes -type f ! -name libLibTorchSharp.so -delete)
  [ -f "$out/bin/runtimes/linux-x64/native/libLibTorchSharp.so" ] || die "TorchSharp's library was not published."
  (cd "$out/bin" && rm -rf Microsoft.CodeCoverage [a-z][a-z] pt-BR zh-* libmscordaccore.so libmscordbi.so createdump) # what test runners and debuggers bring along
  tar cf - -C "$out" bin | xz -6 -T0 >"$archive"
  rm -rf "$out/source"
  local size; size=$(stat -c %s "$archive")
  say "$archive: $size bytes"
  [ "$size" -lt "$limit" ] || die "the archive has $size bytes; $limit is the limit."
}

unpack() {
  [ -f "$archive" ] || die "$archive is missing; run 'bench/device.sh publish' on a machine with .NET and bring it here." 65
  rm -rf "$out/bin"
  if command -v xz >/dev/null; then
    tar xJf "$archive" -C "$out"
  else # slim images have none; Python has its own
    command -v python3 >/dev/null || die "neither xz nor python3 is here to unpack $archive with; install xz." 69
    python3 -c 'import lzma, shutil, sys; shutil.copyfileobj(lzma.open(sys.argv[1]), sys.stdout.buffer)' "$archive" | tar xf - -C "$out"
  fi
}

# GPUs that the engine sees. Where SAFETYGATE_REQUIRE_GPU wants one and there is none, the reason ends the run before any part.
count_gpus() {
  local words status=0
  words=$("$program" devices 2>&1) || status=$?
  [ "$status" = 0 ] || die "$words" "$status"
  printf '%s' "${words##*$'\n'}"
}

find_libtorch() {
  # On a GPU machine the wheel is the libtorch with CUDA.
  [ -n "${SAFETYGATE_LIBTORCH:-}" ] ||
    SAFETYGATE_LIBTORCH=$(python3 -c 'import importlib.util as u, os; s = u.find_spec("torch"); print(os.path.dirname(s.origin) if s else "")' 2>/dev/null || true)
  [ -n "$SAFETYGATE_LIBTORCH" ] || die "no libtorch found; set SAFETYGATE_LIBTORCH to an unpacked libtorch, or have a pip wheel (import torch)." 69
  export SAFETYGATE_LIBTORCH
}

section() { # PART SECONDS TITLE COMMAND...: the figures with the command that made them
  local part=$1 seconds=$2 title=$3 status=0 began=$SECONDS; shift 3
  printf '## %s\n\nCommand: `%s`\n\n' "$title" "${*/#$out\/bin\//}"
  "$@" 2>&1 || status=$?
  local note=''; case "$status" in 124|137) note=" It was ended after its $seconds seconds." ;; esac
  printf '\nExit status %s after %s seconds.%s\n\n' "$status" "$((SECONDS - began))" "$note"
  printf '%s{"part": "%s", "seconds": %s, "allowed": %s, "status": %s}' "$comma" "$part" "$((SECONDS - began))" "$seconds" "$status" >>"$parts"
  comma=', '
  [ "$status" = 0 ] || failed=1
}

specs() { # PROGRAM SECONDS ARGUMENTS...; a run without a spec is no success
  local log status=0 which=$1 seconds=$2; shift 2
  log=$(mktemp)
  timeout -k 3 "$seconds" "$program" "$which" "$@" >"$log" 2>&1 || status=$?
  cat "$log"
  [ "$status" = 124 ] || [ "$status" = 137 ] || grep -q 'Total: [1-9]' "$log" || status=1
  rm -f "$log"
  return $status
}

run() {
  local result="${1:-$root/bench/results/device.md}" failed=0 part comma='' parts
  local doctor_seconds=75 specs_seconds=100 trainings_seconds=45 demo_seconds=50 bench_seconds="${DEVICE_SECONDS:-240}" # 510 in all, and what unpacking takes
  [ $# -eq 0 ] || shift
  [ $# -gt 0 ] || set -- doctor specs trainings demo bench
  for part; do case "$part" in doctor|specs|trainings|demo|bench) ;; *) die "there is no part '$part'; parts are doctor, specs, trainings, demo and bench." 64 ;; esac; done
  unpack
  find_libtorch
  local program="$out/bin/SafetyGate.Device" device=cpu sizes=25m gpus
  gpus=$(count_gpus)
  if [ "$gpus" != 0 ]; then device=cuda sizes=0.5b,1.5b; fi
  export SAFETYGATE_STORE="${SAFETYGATE_STORE:-$out/store}"
  parts=$(mktemp)
  {
    printf '# On a device machine\n\nCommand: `bench/device.sh run`, parts: %s. %s GPUs that the engine sees (%s); %s cores; SAFETYGATE_REQUIRE_GPU is %s.\n\n' \
      "$*" "$gpus" "$(command -v nvidia-smi >/dev/null && nvidia-smi --query-gpu=name --format=csv,noheader | head -n 1 || echo 'no nvidia-smi')" "$(nproc)" "${SAFETYGATE_REQUIRE_GPU:-not set}"
    for part; do
      case "$part" in
        doctor) section doctor $doctor_seconds 'What is in use' timeout -k 3 $doctor_seconds "$program" gate doctor ;;
        # One spec starts dotnet itself.
        specs) section specs $specs_seconds 'Specs of the engine, the models and the tokenizers, with what reference implementations gave' specs specs $specs_seconds -noColor -method- '*.A_process_that_touches_a_tensor_first_hears_the_true_cause' ;;
        # Each trainer on the GPU, or on a second device that libtorch computes on the CPU.
        trainings) section trainings $trainings_seconds 'Trainings away from the CPU' specs trainings $trainings_seconds -noColor -class '*.SecondDeviceSpecs' ;;
        demo) section demo $demo_seconds 'Training runs and their guardrails' timeout -k 3 $demo_seconds "$program" gate demo ;;
        # The page is the part's own and grows; sizes by DEVICE_SIZES. A single kind of work gets a sixth of the time at most.
        bench) section bench "$bench_seconds" 'Models of real shapes' timeout -k 3 "$bench_seconds" "$program" bench real --device "$device" --size "${DEVICE_SIZES:-$sizes}" --models "$out/models" --work-seconds "$((bench_seconds / 6))" --out "${result%.md}-real.md" ;;
      esac
    done
  } >"$result.part"
  mv -f "$result.part" "$result"
  printf '{"device": "%s", "seconds": %s, "parts": [%s]}\n' "$device" "$SECONDS" "$(cat "$parts")" >"${result%.md}.json"
  rm -f "$parts"
  say "figures: $result"
  [ "$failed" = 0 ] || die "a part failed; see $result." 1
}

case "${1:-}" in
  publish) publish ;;
  run) shift; run "$@" ;;
  *) die "usage: device.sh publish (on a machine with .NET), or device.sh run [RESULT.md [PART...]] (on the device machine)." 64 ;;
esac
