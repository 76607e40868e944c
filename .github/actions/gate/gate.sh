#!/usr/bin/env bash
# Runs newsvane evaluate with the inputs of the action, which are variables here, so that none is ever run as code.
# Without GitHub it is a recipe for any other CI:
#   DATA=test.csv MODEL=my-model GATES=gates.toml BASELINE=baseline.json REPORTS=reports .github/actions/gate/gate.sh
set -euo pipefail

mkdir -p "$REPORTS"
arguments=()
while IFS= read -r line; do
  if [[ -n $line ]]; then arguments+=("$line"); fi
done <<<"$DATA"$'\n'"${ARGS:-}"
if [[ -n ${MODEL:-} ]]; then arguments+=(--model "$MODEL"); fi
if [[ -n ${GATES:-} ]]; then arguments+=(--gates "$GATES"); fi
if [[ -n ${BASELINE:-} ]]; then arguments+=(--baseline "$BASELINE"); fi

code=0
newsvane evaluate "${arguments[@]}" \
  --report "html:$REPORTS/report.html" --report "json:$REPORTS/report.json" --report "junit:$REPORTS/junit.xml" || code=$?
if ((code == 0)); then passed=true; else passed=false; fi
printf 'passed=%s\nexit-code=%s\n' "$passed" "$code" >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$code"
