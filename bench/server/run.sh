#!/usr/bin/env bash
# Thirty-two clients at once against 'omg-llava serve' in a process of its own: latencies, requests a second, memory, and every answer compared with
# the answer that the same request gets alone. Usage: bench/server/run.sh --model DIR [--clients 32] [--seconds 600]
set -euo pipefail
dotnet run -c Release --project "$(dirname "${BASH_SOURCE[0]}")/../OmgLlava.ServerBench" -- "$@"
