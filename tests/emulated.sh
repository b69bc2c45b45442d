#!/usr/bin/env bash
# The command line for Linux on Arm, under qemu on Debian for x64: publishes it, brings the few libraries that it needs of the other
# system, asks for a mask, and compares the answer with the one of this machine's own processor. As root, some minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
command -v qemu-aarch64 >/dev/null || apt-get install -y -qq qemu-user >/dev/null

dotnet publish src/OmgLlava.Cli -c Release -r linux-arm64 --self-contained -o "$folder/program" -v q -nologo
dpkg --print-foreign-architectures | grep -qx arm64 || { dpkg --add-architecture arm64; trap 'dpkg --remove-architecture arm64; rm -rf "$folder"' EXIT; }
apt-get update -qq
(cd "$folder" && apt-get download -qq {libc6,libstdc++6,libgcc-s1,zlib1g,libssl3}:arm64 2>/dev/null)
for package in "$folder"/*.deb; do dpkg-deb -x "$package" "$folder/system"; done

question=(segment samples/scenes/images/000006.png "the strawberry" --model models/nano)
DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 qemu-aarch64 -L "$folder/system" "$folder/program/omg-llava" "${question[@]}" --json "$folder/arm.json"
dotnet run -c Release --project src/OmgLlava.Cli -- "${question[@]}" --json "$folder/own.json" >/dev/null
mask() { grep -o '"counts": "[^"]*"' "$1"; }
[ -n "$(mask "$folder/own.json")" ] && [ "$(mask "$folder/arm.json")" = "$(mask "$folder/own.json")" ]
echo "tests/emulated.sh: Linux on Arm gives the same mask, to the pixel."
