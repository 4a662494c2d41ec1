#!/usr/bin/env bash
# Mutation testing of what decides a verdict: src/Harness/{Theory,Gates,Baselines,Statistics}.
#   bench/mutation/run.sh [--again] [FOLDER ...]     writes docs/mutation.md when every folder was run or lies in artifacts/mutation
# Theory needs the published cases (CONTRIBUTING.md, "Conformance data"). FOLDER.json says which tests are asked of which folder's mutants.
# --again tries only what the folder's report in artifacts/mutation has as surviving or not covered, and files that changed since (again.cs).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
version=5.1.0 folders=(Baselines Gates Statistics Theory)
tool="$root/.build/stryker-$version-faster-$(sha256sum "$root/bench/mutation/faster.cs" | cut -c1-8)" out="$root/artifacts/mutation"
again=
if [ "${1:-}" = --again ]; then again=yes; shift; fi
if [ ! -x "$tool/dotnet-stryker" ]; then # a copy of its own: faster.cs changes it, and says how
  rm -rf "$tool.new"
  dotnet tool install dotnet-stryker --version "$version" --tool-path "$tool.new" >&2
  (cd "$root" && dotnet run bench/mutation/faster.cs -- "$tool.new") >&2
  mv "$tool.new" "$tool"
fi

# The first test that fails kills a mutant; the others need not run.
runner="$root/tests/Harness.Tests/bin/Release/net10.0/xunit.runner.json"
trap 'rm -f "$runner"' EXIT
mkdir -p "$(dirname "$runner")"
echo '{ "stopOnFail": true }' >"$runner"

# The properties of the bounds are drawn 10,000 times in a normal run; a mutant that 300 draws do not find is listed as surviving.
export SAFETYGATE_INSTANCES=300 DOTNET_CLI_TELEMETRY_OPTOUT=1
commit=$(git -C "$root" rev-parse --short HEAD)
[ -z "$(git -C "$root" status --porcelain -- src tests)" ] || commit="$commit with changes"
status=0 # a score below 85 % still lets the other folders run and the page be written
for folder in "${@:-${folders[@]}}"; do
  report="$out/$folder/reports/mutation-report.json" settings="bench/mutation/$folder.json" to="$out/$folder"
  if [ "$again" ]; then
    [ -f "$report" ] || { echo "mutation: $folder has no report in artifacts/mutation; run it without --again first." >&2; exit 1; }
    to="$out/.again/$folder" settings="artifacts/mutation/.again/$folder.json"
    mkdir -p "$out/.again"
    (cd "$root" && dotnet run bench/mutation/again.cs -- settings "$report" "bench/mutation/$folder.json" src/Harness) >"$root/$settings"
  fi
  failed=0
  (cd "$root/tests/Harness.Tests" && "$tool/dotnet-stryker" --skip-version-check -f "../../$settings" -O "$to" >&2) || failed=$?
  if [ "$again" ]; then
    newer="$to/reports/mutation-report.json"
    [ -f "$newer" ] || exit "$failed"
    (cd "$root" && dotnet run bench/mutation/again.cs -- join "$report" "$newer" src/Harness) >"$report.new"
    mv "$report.new" "$report"
    echo "what was left again at $commit" >>"$out/$folder/made.txt"
    rm -rf "$to"
  else
    echo "$commit" >"$out/$folder/made.txt"
    [ "$failed" = 0 ] || status=$failed
  fi
done

cd "$root"
for folder in "${folders[@]}"; do
  [ -f "$out/$folder/reports/mutation-report.json" ] || { echo "mutation: $folder was not run; docs/mutation.md is left as it is." >&2; exit "$status"; }
done
dotnet run bench/mutation/page.cs -- "$out" bench/mutation/survivors.tsv >"$out/mutation.md" || status=$?
cp "$out/mutation.md" docs/mutation.md
exit "$status"
