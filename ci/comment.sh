#!/usr/bin/env bash
# One comment a name, updated in place: found by its first line, which the page does not show.
set -euo pipefail
mark="<!-- safetygate: $NAME -->"
# By a file: a long comment is more than one argument of a command may hold.
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{ printf '%s\n' "$mark"; cat "$FILE"; [ -z "${PAGE:-}" ] || printf '\n[The whole report](%s)\n' "$PAGE"; } >"$body"
ids=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" --jq ".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$mark\"))) | .id")
id=${ids%%$'\n'*}
if [ -n "$id" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$body"
else
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" --field "body=@$body"
fi
