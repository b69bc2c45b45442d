#!/usr/bin/env bash
# Packs everything, installs the tool from the packed folder into an empty one, and asks it a question there: what a user of the packages does.
# Takes some minutes, so that it is no part of the usual tests. Usage: tests/package.sh
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
for project in OmgLlava OmgLlava.Torch OmgLlava.Server OmgLlava.Cli; do
    dotnet pack "$root/src/$project" -c Release -o "$work/packages" -v q -nologo
done
ls -sh "$work/packages"
[ "$(stat -c %s "$work"/packages/omg-llava.[0-9]*.nupkg)" -le 60000000 ] || { echo "tests/package.sh: the tool's package is above 60 MB" >&2; exit 1; }
mkdir "$work/empty"
cd "$work/empty"
export NUGET_PACKAGES="$work/cache"
dotnet tool install omg-llava --tool-path tool --source "$work/packages" --no-cache
cp "$root/samples/scenes/images/000006.png" picture.png
tool/omg-llava segment picture.png "the strawberry" --out answer.png --json answer.json
grep -q '"found": true' answer.json || { echo "tests/package.sh: the installed tool found no strawberry" >&2; exit 1; }
echo "the installed tool answers"
