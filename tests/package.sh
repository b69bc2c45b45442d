#!/usr/bin/env bash
# Packs everything, installs the tools from the packed folder into an empty one and asks them there: what a user of the packages
# does. Then compiles the program ahead of time into one file, which answers and serves. Takes many minutes, so that it is no part
# of the usual tests. Usage: tests/package.sh [packages|train|single]..., all without arguments.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
work="$(mktemp -d)"
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
most=60000000 # bytes of the tool for all systems together, and of the single file
picture="$root/samples/photos/chelsea.png"

fail() { echo "tests/package.sh: $1" >&2; exit 1; }

small() { # FILE
    echo "$(stat -c %s "$1") bytes: $(basename "$1")"
    [ "$(stat -c %s "$1")" -le "$most" ] || fail "$(basename "$1") is above $most bytes"
}

answers() { # PROGRAM
    (
        cd "$(mktemp -d -p "$work")"
        cp "$picture" picture.png
        "$1" segment picture.png "the cat" --out answer.png --json answer.json
        grep -q '"found": true' answer.json || fail "$1 found no cat"
        [ -s answer.png ] || fail "$1 wrote no picture"
        "$1" panoptic picture.png --json - | grep -q '"class"' || fail "$1 segmented nothing"
    )
    echo "$(basename "$1") answers"
}

serves() { # PROGRAM
    local port=18437 base=http://127.0.0.1:18437 id
    "$1" serve --port "$port" >"$work/serve.log" 2>&1 &
    server=$!
    for _ in $(seq 100); do curl -sf "$base/health/ready" >/dev/null && break; sleep 0.2; done
    id="$(curl -sf --data-binary @"$picture" -H 'Content-Type: image/png' "$base/v1/images" | sed -E 's/.*"id":"([^"]+)".*/\1/')"
    json() { curl -sf -H 'Content-Type: application/json' "$@"; }
    json -d '{"prompts":[{"point":[200,150]}]}' "$base/v1/images/$id/segment" | grep -q '"counts"' || fail "$1: no mask of a point"
    json -d '{"question":"Please segment the cat.","stream":true}' "$base/v1/images/$id/chat" | grep -q 'event: done' \
        || fail "$1: no answer"
    json -d "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"omg-image:$id\"}},{\"type\":\"text\",\"text\":\"What is this?\"}]}]}" \
        "$base/v1/chat/completions" | grep -q '"grounding"' || fail "$1: no completion"
    json -d '{"input":"Hello","stream":true}' "$base/v1/responses" | grep -q 'response.completed\|response.incomplete' \
        || fail "$1: no response"
    json -H 'Accept: application/json, text/event-stream' -d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' "$base/mcp" \
        | grep -q '"panoptic"' || fail "$1: no MCP tools"
    for path in / /docs /openapi/v1.json /v1/models /v1/samples /metrics /x-anylabeling/v1/models /label-studio/health; do
        curl -sf "$base$path" -o /dev/null || fail "$1: nothing at $path"
    done
    kill "$server"
    wait "$server" || fail "$1: the server did not end in order"
    server=
    echo "$(basename "$1") serves"
}

packages() {
    for project in OmgLlava OmgLlava.Torch OmgLlava.Server OmgLlava.Cli; do
        dotnet pack "$root/src/$project" -c Release -o "$work/packages" -v q -nologo
    done
    ls -sh "$work/packages"
    small "$work"/packages/omg-llava.[0-9]*.nupkg
    (cd "$work" && NUGET_PACKAGES="$work/cache" dotnet tool install omg-llava --tool-path "$work/tool" --source "$work/packages" --no-cache)
    answers "$work/tool/omg-llava"
    serves "$work/tool/omg-llava"
}

train() { # the package of this system alone
    local rid
    rid="$(dotnet msbuild "$root/src/OmgLlava.Train.Cli" -getProperty:NETCoreSdkRuntimeIdentifier)"
    dotnet pack "$root/src/OmgLlava.Train.Cli" -c Release -o "$work/train-packages" -v q -nologo -p:ToolPackageRuntimeIdentifiers="$rid"
    ls -l "$work/train-packages"
    (cd "$work" && NUGET_PACKAGES="$work/cache" dotnet tool install omg-llava-train --tool-path "$work/train-tool" \
        --source "$work/train-packages" --no-cache)
    answers "$work/train-tool/omg-llava-train"
    (
        cd "$work"
        mkdir -p data/images
        for i in $(seq 12); do
            printf '{"id":"%d","conversations":[{"from":"human","value":"What is %d and one?"},{"from":"gpt","value":"It is %d."}]}\n' \
                "$i" "$i" "$((i + 1))"
        done | paste -sd, | sed 's/^/[/; s/$/]/' >data/conversations.json
        cat >recipe.json <<RECIPE
{
  "stage": "language", "shape": "$root/models/nano/config.json", "output": "trained", "data": { "folder": "data", "max_tokens": 64 },
  "steps": 3, "batch": 2, "log_every": 1, "sample_every": 0, "language": { "tokenizer_samples": 12 }
}
RECIPE
        "$work/train-tool/omg-llava-train" train recipe.json
    )
    [ -s "$work/trained/model/model.safetensors" ] || fail "omg-llava-train trained no model"
    echo "omg-llava-train trains"
}

single() {
    dotnet publish "$root/src/OmgLlava.Cli" -c Release -r linux-x64 -p:PublishAot=true -o "$work/single" -v q -nologo \
        >"$work/single.log" 2>&1 || { cat "$work/single.log" >&2; fail "the single file was not made"; }
    ! grep -E '^[^:]*OmgLlava[^:]*: .*(warning|error) IL' "$work/single.log" || fail "our own code is not fit to be trimmed"
    [ "$(find "$work/single" -type f | wc -l)" = 1 ] || fail "more than one file: $(ls "$work/single")"
    export XDG_DATA_HOME="$work/data"
    answers "$work/single/omg-llava"
    serves "$work/single/omg-llava"
    small "$work/single/omg-llava"
}

[ $# -gt 0 ] || set -- packages train single
for part in "$@"; do "$part"; done
