#!/usr/bin/env bash
# Perception (ConvNeXt-L, pixel decoder, OMG decoder) of a 1024 x 1024 picture against the speed of a large matrix product in the same run.
set -euo pipefail
cd "$(dirname "$0")"
dotnet run -c Release --project ../OmgLlava.Bench -- perception "$@"
