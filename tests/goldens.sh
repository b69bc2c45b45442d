#!/usr/bin/env bash
# Compares every golden case with what the published system computes, and prints a table.
# Usage: tests/goldens.sh [FOLDER]   (default: tests/goldens; any other folder of the same layout works too)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${1:-$here/goldens}
[ -d "$folder" ] || { echo "goldens.sh: there is no folder '$folder'" >&2; exit 2; }
folder=$(cd "$folder" && pwd)
report=$(mktemp)
log=$(mktemp)
trap 'rm -f "$report" "$log"' EXIT

status=0
OMG_GOLDENS=$folder OMG_GOLDEN_REPORT=$report \
    dotnet test --project "$here/OmgLlava.Goldens" -c Release >"$log" 2>&1 || status=$?

printf '%-32s %8s  %9s  %9s  %-34s %-18s %s\n' case compared error 'of limit' 'where it is largest' tolerance verdict
sort "$report" | while IFS=$'\t' read -r name compared error share worst tolerance verdict; do
    printf '%-32s %8s  %9s  %9s  %-34s %-18s %s\n' "$name" "$compared" "$error" "$share" "$worst" "$tolerance" "$verdict"
done

if [ "$status" -ne 0 ] || [ ! -s "$report" ]; then
    echo
    grep -v '^ *at ' "$log" | tail -n 60
    exit 1
fi
