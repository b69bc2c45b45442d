#!/usr/bin/env bash
# Feeds changed inputs to everything that reads bytes from outside. Exit code 1 when something broke.
# Usage: tests/fuzz.sh [--inputs N] [--minutes M] [--seed S] [--target NAME]...   (default: a million inputs, seed 1)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec dotnet run -c Release --project "$here/OmgLlava.Fuzz" -- "$@"
