#!/usr/bin/env bash
# The report in the forms that GitHub shows. VERDICT is the exit code that counts, empty where the specs did not end: what is shown is no
# greener than the build, and a comment is there for every build, so that the one of an earlier push does not stand for it.
set -uo pipefail
folder="${RUNNER_TEMP:-artifacts}/safetygate"
mkdir -p "$folder"
write() { # output, format, file
  local code=0
  rm -f "$folder/$3"
  $GATE report --format "$2" --out "$folder/$3" || code=$?
  # 65: not all could be read, which the form says first.
  if [ "$code" = 0 ] || { [ "$code" = 65 ] && [ -s "$folder/$3" ]; }; then echo "$1=$folder/$3" >> "$GITHUB_OUTPUT"; else rm -f "$folder/$3"; fi
}
write page html report.html
write sarif sarif report.sarif
write comment comment comment.md
comment="$folder/comment.md"
if [ ! -f "$comment" ]; then
  printf '### ✘ No spec left a verdict\n\nNothing is known of the model: the build failed, no spec ran, or the run was ended. The log of the job says which.\n' >"$comment"
  echo "comment=$comment" >> "$GITHUB_OUTPUT"
  echo "::error title=SafetyGate::No spec left a verdict, so there is no report; see the log of the specs."
fi
if [ "${VERDICT-0}" != 0 ] && [[ "$(head -n 1 "$comment")" == "### ✔"* ]]; then
  if [ -n "$VERDICT" ]; then why="the command of the specs, or gate check, ended with $VERDICT"; else why="the command of the specs did not end"; fi
  said="### ✘ The build is red: $why"$'\n\n'"Every verdict that was left lets the model ship, so what failed is outside of the gates: another test, the build, or the run. The log of the job says which."
  printf '%s\n\n%s\n' "$said" "$(cat "$comment")" >"$comment.red" && mv "$comment.red" "$comment"
  [ -z "${GITHUB_STEP_SUMMARY:-}" ] || printf '\n%s\n' "$said" >>"$GITHUB_STEP_SUMMARY"
fi
exit 0
