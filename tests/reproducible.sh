#!/usr/bin/env bash
# Builds the packaged projects twice, from two copies of the committed tree in different folders, and compares every assembly byte by byte.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for copy in first second-folder; do
    git clone -q --no-hardlinks "$root" "$work/$copy"
    (cd "$work/$copy" && dotnet build src/OmgLlava.Cli -c Release -v q -nologo >"$work/$copy.log" 2>&1) || { cat "$work/$copy.log"; exit 1; }
    (cd "$work/$copy/src" && find . -path '*/bin/Release/*' \( -name 'OmgLlava*.dll' -o -name 'omg-llava.dll' \) -exec sha256sum {} + | sort -k 2) >"$work/$copy.sums"
done
[ -s "$work/first.sums" ] || { echo "reproducible.sh: nothing was built" >&2; exit 1; }
diff "$work/first.sums" "$work/second-folder.sums" || { echo "reproducible.sh: two builds differ" >&2; exit 1; }
echo "$(wc -l <"$work/first.sums") assemblies, the same bytes twice."
