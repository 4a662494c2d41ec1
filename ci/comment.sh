#!/usr/bin/env bash
# One comment a name, updated in place: found by its first line, which the page does not show.
set -euo pipefail
mark="<!-- safetygate: $NAME -->"
body="$mark"$'\n'"$(cat "$FILE")"
if [ -n "${PAGE:-}" ]; then body+=$'\n\n'"[The whole report]($PAGE)"; fi
id=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" --jq ".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$mark\"))) | .id" | head -n 1)
if [ -n "$id" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --raw-field body="$body"
else
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" --raw-field body="$body"
fi
