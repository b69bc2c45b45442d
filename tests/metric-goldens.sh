#!/usr/bin/env bash
# Compares every metric with what the reference implementations give for the same inputs, and prints a table.
# Usage: tests/metric-goldens.sh [FOLDER]   (default: tests/metrics; any other folder of the same layout works too)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${1:-$here/metrics}
[ -d "$folder" ] || { echo "metric-goldens.sh: there is no folder '$folder'" >&2; exit 2; }
folder=$(cd "$folder" && pwd)
report=$(mktemp)
log=$(mktemp)
trap 'rm -f "$report" "$log"' EXIT

# METEOR's synonyms need WordNet; without it their case is skipped. Debian's package is unpacked beside the build when it is not installed.
wordnet=$here/OmgLlava.MetricGoldens/obj/wordnet
if [ -z "${OMG_WORDNET:-}" ] && [ ! -f /usr/share/wordnet/index.noun ]; then
    if [ ! -d "$wordnet/usr" ] && command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
        (
            mkdir -p "$wordnet" && cd "$wordnet"
            apt-get download wordnet-base || { apt-get update && apt-get download wordnet-base; }
            dpkg-deb -x wordnet-base_*.deb .
        ) >"$log" 2>&1 || true
    fi
    [ ! -f "$wordnet/usr/share/wordnet/index.noun" ] || export OMG_WORDNET=$wordnet/usr/share/wordnet
fi

status=0
OMG_METRICS=$folder OMG_METRIC_REPORT=$report \
    dotnet test --project "$here/OmgLlava.MetricGoldens" -c Release >"$log" 2>&1 || status=$?

printf '%-44s %8s  %10s  %-34s %9s  %s\n' case compared difference 'where it is largest' tolerance verdict
sort "$report" | while IFS=$'\t' read -r name compared difference worst tolerance verdict; do
    printf '%-44s %8s  %10s  %-34s %9s  %s\n' "$name" "$compared" "$difference" "$worst" "$tolerance" "$verdict"
done

if [ "$status" -ne 0 ] || [ ! -s "$report" ]; then
    echo
    grep -v '^ *at ' "$log" | tail -n 60
    exit 1
fi
