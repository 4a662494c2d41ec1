#!/usr/bin/env bash
# The report in the forms that GitHub shows. Where nothing ran there is none, and the verdict says so.
set -uo pipefail
folder="${RUNNER_TEMP:-artifacts}/safetygate"
mkdir -p "$folder"
write() { # output, format, file
  if $GATE report --format "$2" --out "$folder/$3"; then echo "$1=$folder/$3" >> "$GITHUB_OUTPUT"; fi
}
write page html report.html
write sarif sarif report.sarif
write comment comment comment.md
if [ ! -f "$folder/report.html" ]; then echo "::error title=SafetyGate::No spec left a verdict, so there is no report; see the log of the specs."; fi
exit 0
