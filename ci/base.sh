#!/usr/bin/env bash
# Puts the target branch's baselines where the report looks for them: SAFETYGATE_BASE.
set -euo pipefail
git config --global --add safe.directory "$GITHUB_WORKSPACE" # a container's user need not own the checkout
git fetch --quiet --depth=1 origin "$BASE_REF"
mkdir -p "$RUNNER_TEMP/base/baselines"
if git cat-file -e FETCH_HEAD:baselines 2>/dev/null; then git archive FETCH_HEAD baselines | tar -x -C "$RUNNER_TEMP/base"; fi
echo "SAFETYGATE_BASE=$RUNNER_TEMP/base/baselines" >> "$GITHUB_ENV"
