#!/usr/bin/env bash
# The paper's main ablation (its table 5) in small, on nano's trained perception: recipes/nano/ablation/run.sh SCENES [--limit N]
# SCENES is a folder of 'omg-llava world' with a split named val. About 4 minutes a row on two cores; stopped, it goes on where it was.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../../.." && pwd)"
scenes="${1:?usage: recipes/nano/ablation/run.sh SCENES [--limit N]}"
shift
out="$root/artifacts/nano/ablation"
mkdir -p "$out"
program="$root/src/OmgLlava.Cli/bin/Release/net10.0/omg-llava.dll"
[ -n "${OMG_PROGRAM:-}" ] && program="$OMG_PROGRAM" || dotnet build "$root/src/OmgLlava.Cli" -c Release -v q -nologo
export MALLOC_MMAP_THRESHOLD_=4000000000 MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_TOP_PAD_=100000000 # as train-all.sh
while read -r row form; do
    sed -e "s|ROW|$row|; s|FORM|$form|" "$here/row.json" > "$out/$row.json"
    dotnet "$program" train "$out/$row.json"
    dotnet "$program" eval folder --data "$scenes" --split val --model "$out/$row/model" --out "$out/$row/eval" \
        --task referring --task grounded-caption "$@" | tee "$out/$row/table.txt"
done <<'ROWS'
baseline { "rm_prior_embedding": true, "rm_query": true }
prior { "rm_query": true }
prior-and-objects { }
addition-and-objects { "prior": "addition" }
ROWS
