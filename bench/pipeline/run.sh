#!/usr/bin/env bash
# The whole pipeline: 7B with random int4 weights (7 GB of disk, 7 GB of memory), and nano on both engines.
# MODEL names a directory to keep; without it a temporary one is made and removed.
set -euo pipefail
cd "$(dirname "$0")"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
bench() { dotnet run -c Release --project ../OmgLlava.Bench -- pipeline "$@"; }
bench --model "${MODEL:-$folder/7b}" --format int4 "$@"
for engine in cpu torch; do
    bench --model ../../models/nano-drawn --engine "$engine"
done
