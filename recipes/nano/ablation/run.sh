#!/usr/bin/env bash
# The paper's main ablation (its table 5) in small, on nano's trained perception and language model (stages 1 to 3 of recipes/nano):
# recipes/nano/ablation/run.sh SCENES [--limit N]
# SCENES is a folder of 'omg-llava world' with a split named val. A row takes as long as 1000 steps of stage five; stopped, it goes
# on where it was.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../../.." && pwd)"
scenes="${1:?usage: recipes/nano/ablation/run.sh SCENES [--limit N]}"
shift
out="$root/artifacts/nano/ablation"
mkdir -p "$out"
program="$root/src/OmgLlava.Train.Cli/bin/Release/net10.0/omg-llava-train.dll"
dotnet build "$root/src/OmgLlava.Train.Cli" -c Release -v q -nologo
source "$root/recipes/nano/allocator.sh"
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
