#!/usr/bin/env bash
# Fetches llama.cpp, prebuilt: only this machine's binaries, not those of every graphics card.
set -euo pipefail
cd "$(dirname "$0")"
[ -d node_modules ] || npm install --no-audit --no-fund --no-save --ignore-scripts --omit=optional node-llama-cpp@3.22.1 "@node-llama-cpp/linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')@3.22.1"
