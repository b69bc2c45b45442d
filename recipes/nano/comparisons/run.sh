#!/usr/bin/env bash
# The paper's comparisons in small, each row trained alike and judged on the same 120 unseen scenes:
# recipes/nano/comparisons/run.sh [STEPS] [ROW]...
# by default 100 steps of 16 scenes for every row. Stopped at any moment, the same command goes on. Needs what
# recipes/nano/fetch-art.sh lays out, nothing else: perception is that of models/nano, frozen, at 192 pixels, and
# the language model that every row begins with is nano's, which can read visual tokens; the projectors are new.
#
# Five kinds of framework (the paper's review): a  image tokens alone (LLaVA);  b  and region tokens by mask pooling (Osprey) or
# box pooling (GLaMM);  c  image tokens and [SEG] (LISA);  d  all of these (GLaMM);  e  object queries, prior and [SEG] (OMG-LLaVA).
# The paper's table 5: baseline, prior, e, and the prior added instead of joined. Beyond it: a global image token, and end to end.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../../.." && pwd)"
steps="${1:-100}"
shift || true
out="$root/artifacts/nano/comparisons"
art=("$root"/artifacts/art/{noto,twemoji,openclipart})
mkdir -p "$out/rows"
dotnet build "$root/src/OmgLlava.Train.Cli" -c Release -v q -nologo
program() { dotnet "$root/src/OmgLlava.Train.Cli/bin/Release/net10.0/omg-llava-train.dll" "$@"; }
source "$root/recipes/nano/allocator.sh"

# What every row begins with.
mkdir -p "$out/seen"
cp "$root"/models/nano/* "$out/seen"
sed -i '0,/"size": 320/s//"size": 192/' "$out/seen/config.json"
if [ ! -d "$out/unseen" ]; then
    mapfile -t kinds < <(sed -n '/"categories"/,/\]/p' "$here/data.json" | grep -o '"[^"]*"' | tr -d '"' | tail -n +2)
    program world --art "${art[@]}" --scenes 120 --seed 4242 --max-things 6 --split val --categories "${kinds[@]}" --out "$out/unseen"
fi

words='"exists": 8, "count": 6, "color": 8, "place": 3, "description": 4'
names='"name": 20'
masks='"referring": 30, "no_target": 5, "caption": 8'
none='"condition": 0, "comparing": 0, "reasoning": 0, "no_target_comparing": 0, "stuff": 0, "region": 0, "points": 0, "list": 0,
    "regions": 0, "follow_up": 0'
plain='"rm_prior_embedding": true, "rm_query": true'
frozen='["projectors", "language", "mask_decoder"]'

row() { # NAME FORM MIX TASKS [PARTS]
    local name="$1" form="$2" mix="$3" tasks="$4" parts="${5:-$frozen}" all
    all="$none"
    [[ "$mix" == *'"name"'* ]] || all="$all, \"name\": 0"
    [[ "$mix" == *'"referring"'* ]] || all="$all, \"referring\": 0, \"no_target\": 0, \"caption\": 0"
    [ ${#chosen[@]} = 0 ] || [[ " ${chosen[*]} " == *" $name "* ]] || return 0
    sed -e "s|ROW|$name|; s|DATA|$here/data.json|; s|STEPS|$steps|; s|PARTS|$parts|" \
        -e "s|FORM|{ \"token_norm\": true, \"require_omg_decoder\": true${form:+, $form} }|; s|MIX|{ $mix, ${all//$'\n'/ } }|" \
        "$here/row.json" >"$out/$name.json"
    program train "$out/$name.json"
    program eval folder --data "$out/unseen" --split val --model "$out/rows/$name/model" --out "$out/rows/$name/eval" \
        --limit 120 --json "$out/rows/$name/summary.json" $(printf -- '--task %s ' $tasks)
}

chosen=("$@")
questions=questions naming="name-in-box name-under-mask" pointing="referring grounded-caption"
row a "$plain" "$words" "$questions"
row b-mask "$plain, \"region_tokens\": \"mask_pooling\"" "$words, $names" "$questions $naming"
row b-box "$plain, \"region_tokens\": \"box_pooling\"" "$words, $names" "$questions $naming"
row c "$plain" "$words, $masks" "$questions $pointing"
row d "$plain, \"region_tokens\": \"box_pooling\"" "$words, $names, $masks" "$questions $naming $pointing"
row e "" "$words, $names, $masks" "$questions $naming $pointing"
row baseline "$plain" "$words, $names, $masks" "$questions $naming $pointing"
row prior '"rm_query": true' "$words, $names, $masks" "$questions $naming $pointing"
row addition '"prior": "addition"' "$words, $names, $masks" "$questions $naming $pointing"
row global-token '"global_image_token": true' "$words, $names, $masks" "$questions $naming $pointing"
row end-to-end "" "$words, $names, $masks" "$questions $naming $pointing" '["projectors", "language", "mask_decoder", "perception"]'
