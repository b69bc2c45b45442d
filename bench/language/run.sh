#!/usr/bin/env bash
# The C# engine against llama.cpp (prebuilt, from npm) on the same random weights of InternLM2-7B's shape.
# Needs node 20; about 14 GB of memory for all 32 layers, less with LAYERS=12; 5 GB of disk for the GGUF file, removed at the end.
set -euo pipefail
cd "$(dirname "$0")"
gguf="${GGUF:-$(mktemp -d)/random.gguf}"
trap 'rm -f "$gguf"' EXIT
./fetch.sh
dotnet run -c Release --project ../OmgLlava.Bench -- language --layers "${LAYERS:-32}" --rounds "${ROUNDS:-5}" --threads "${THREADS:-2}" \
    --peer "$PWD/peer.mjs" --gguf "$gguf" "$@"
