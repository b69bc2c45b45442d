#!/usr/bin/env bash
# Asks llama.cpp (prebuilt, from npm) for the scores of a small random model of every language family, and compares them with those that the
# tests keep. OMG_ACCEPT_LOGITS=1 keeps what it gives. Needs node 20.
set -euo pipefail
cd "$(dirname "$0")"
./fetch.sh
dotnet run -c Release --project ../../tests/OmgLlava.Tests -- -class '*LlamaCppTests*' -explicit only
