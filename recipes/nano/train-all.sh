#!/usr/bin/env bash
# Trains nano, stage after stage: recipes/nano/train-all.sh [FOLDER OF RECIPES] [options of 'omg-llava-train train'], by default recipes/nano.
# Killed at any moment, the same command goes on. Needs what recipes/nano/fetch-art.sh and recipes/nano/fetch-photos.sh lay out.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
recipes="${1:-$root/recipes/nano}"
shift || true
export LC_ALL=C # their names are in the order of the stages
dotnet build "$root/src/OmgLlava.Train.Cli" -c Release -v q -nologo
dotnet build "$root/src/OmgLlava.Cli" -c Release -v q -nologo
source "$root/recipes/nano/allocator.sh"
for stage in "$recipes"/[1-9]*.json; do
    dotnet "$root/src/OmgLlava.Train.Cli/bin/Release/net10.0/omg-llava-train.dll" train "$stage" "$@"
done

# The model as it ships: rounded, beside the words that it was taught.
if [ "$recipes" = "$root/recipes/nano" ]; then
    rm -rf "$root/artifacts/nano/model"
    dotnet "$root/src/OmgLlava.Cli/bin/Release/net10.0/omg-llava.dll" quantize "$root/artifacts/nano/5-instruction-tuning/model" \
        --parts all --rows --perception-format int6 --out "$root/artifacts/nano/model"
    cp "$root/models/nano/words.json" "$root/artifacts/nano/model"
fi
