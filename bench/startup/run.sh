#!/usr/bin/env bash
# How long forms of the program take to start, in turn in one run: `--version`, and nano's `segment` of a sample as whole processes.
# Prints medians of wall clock, processor time and peak memory. Needs GNU time. Usage: bench/startup/run.sh ROUNDS PROGRAM...
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
rounds="$1"
shift
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

once() { # FILE COMMAND...
    local file="$1"
    shift
    /usr/bin/time -a -o "$file" -f '%e %U %S %M' "$@" >"$work/output" 2>&1 || { cat "$work/output" >&2; exit 1; }
}

median() { # FILE EXPRESSION
    awk "{ print $2 }" "$1" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

for round in $(seq 0 "$rounds"); do # the first warms the disk's cache and is not counted
    for index in $(seq $#); do
        program="$(realpath "${!index}")"
        once "$work/version.$index.$([ "$round" = 0 ] && echo cold || echo warm)" "$program" --version
        once "$work/segment.$index.$([ "$round" = 0 ] && echo cold || echo warm)" "$program" segment \
            "$root/samples/scenes/images/000006.png" "the strawberry" --out "$work/answer.png" --json "$work/answer.json"
    done
done
echo "| program | command | wall, s | processor, s | peak memory, MB |"
echo "|---|---|--:|--:|--:|"
for index in $(seq $#); do
    for command in version segment; do
        file="$work/$command.$index.warm"
        echo "| ${!index} | $command | $(median "$file" '$1') | $(median "$file" '$2 + $3') | $(median "$file" '$4 / 1000') |"
    done
done
