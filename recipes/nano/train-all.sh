#!/usr/bin/env bash
# Trains nano, stage after stage: recipes/nano/train-all.sh [FOLDER OF RECIPES] [options of 'omg-llava-train train'], by default recipes/nano.
# Killed at any moment, the same command goes on. Needs what recipes/nano/fetch-art.sh and recipes/nano/fetch-photos.sh lay out.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
recipes="${1:-$root/recipes/nano}"
shift || true
dotnet build "$root/src/OmgLlava.Train.Cli" -c Release -v q -nologo
# Tensors come and go with every operation: glibc keeps their memory instead of asking the system for it each time (8 % faster).
export MALLOC_MMAP_THRESHOLD_=4000000000 MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_TOP_PAD_=100000000
export LC_ALL=C # their names are in the order of the stages
for stage in "$recipes"/[1-9]*.json; do
    dotnet "$root/src/OmgLlava.Train.Cli/bin/Release/net10.0/omg-llava-train.dll" train "$stage" "$@"
done

# The model as it ships: perception packed, beside the words that it was taught.
if [ "$recipes" = "$root/recipes/nano" ]; then
    dotnet build "$root/src/OmgLlava.Cli" -c Release -v q -nologo
    rm -rf "$root/artifacts/nano/model"
    dotnet "$root/src/OmgLlava.Cli/bin/Release/net10.0/omg-llava.dll" quantize "$root/artifacts/nano/5-instruction-tuning/model" \
        --parts perception --out "$root/artifacts/nano/model"
    cp "$root/models/nano-photographs/words.json" "$root/artifacts/nano/model"
fi
