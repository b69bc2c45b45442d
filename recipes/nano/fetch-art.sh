#!/usr/bin/env bash
# Fetches the art that nano's scenes are made of and makes packs of it, and the weights that its image encoder begins with:
# recipes/nano/fetch-art.sh [FOLDER], by default artifacts/art; the weights go beside it, into encoders.
# Needs npm and node, apt-get and dpkg (nothing is installed), and the .NET SDK. A pack that is there already is left alone.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
target="$(mkdir -p "${1:-$root/artifacts/art}" && cd "${1:-$root/artifacts/art}" && pwd)"

FLUENT=@lobehub/fluent-emoji-3d@1.1.0
TWEMOJI=@twemoji/svg@15.0.0
RESVG=@resvg/resvg-js@2.6.2
NOTO=fonts-noto-color-emoji
OPENCLIPART=openclipart-png
ENCODER=Microsoft.ML.DnnImageFeaturizer.ResNet18
ENCODER_VERSION=0.24.0

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

has() {
    [ -f "$target/$1/pack.json" ] && echo "$1: there already"
}

npm_package() { # NAME@VERSION FOLDER
    mkdir -p "$work/$2"
    (cd "$work/$2" && npm pack --silent "$1" > /dev/null && tar xzf ./*.tgz)
}

debian_package() { # NAME, newest of the release that is set up; unpacked, not installed
    mkdir -p "$work/$1"
    chmod 777 "$work/$1"
    (cd "$work/$1" && apt-get download -q "$1" > /dev/null) || {
        echo "The Debian package '$1' cannot be had; on a fresh system 'apt-get update' must be run once." >&2
        exit 1
    }
    (cd "$work/$1" && dpkg -x ./*.deb .)
}

art() { # NAME CREDITS SOURCE [--list FILE]
    local name="$1" credits="$2" source="$3"
    shift 3
    [ -n "${built:-}" ] || dotnet build "$root/src/OmgLlava.Cli" -c Release -v q -nologo
    built=yes
    rm -rf "$target/$name.partial"
    dotnet run --project "$root/src/OmgLlava.Cli" -c Release --no-build -- art --name "$name" --credits "$credits" --from "$source" --out "$target/$name.partial" "$@" \
        | sed "s/\.partial:/:/"
    rm -rf "${target:?}/$name"
    mv "$target/$name.partial" "$target/$name"
}

chmod 755 "$work"
if ! has noto; then
    debian_package "$NOTO"
    art noto "Noto Emoji, Copyright Google Inc., SIL Open Font License 1.1 and Apache-2.0" "$work/$NOTO/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
fi

if ! has fluent; then
    npm_package "$FLUENT" fluent
    art fluent "Fluent Emoji, Copyright Microsoft Corporation, MIT" "$work/fluent/package/assets"
fi

if ! has twemoji; then
    npm_package "$TWEMOJI" twemoji
    mkdir -p "$work/resvg"
    (cd "$work/resvg" && npm install --silent --no-audit --no-fund --prefix . "$RESVG" > /dev/null && cp "$root/recipes/nano/render-svg.mjs" .)
    node "$work/resvg/render-svg.mjs" "$work/twemoji/package" "$work/twemoji/png" 192
    art twemoji "Twemoji, Copyright Twitter, Inc. and other contributors, CC-BY 4.0" "$work/twemoji/png"
fi

if ! has openclipart; then
    debian_package "$OPENCLIPART"
    art openclipart "Open Clip Art Library, public domain" "$work/$OPENCLIPART/usr/share/openclipart/png" --list "$root/recipes/nano/openclipart.tsv"
fi

encoder="$(dirname "$target")/encoders/ResNet18.onnx"
if [ ! -f "$encoder" ]; then
    mkdir -p "$work/encoder" "$(dirname "$encoder")"
    cat > "$work/encoder/fetch.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><RestorePackagesPath>$work/packages</RestorePackagesPath></PropertyGroup>
  <ItemGroup><PackageDownload Include="$ENCODER" Version="[$ENCODER_VERSION]" /></ItemGroup>
</Project>
PROJECT
    dotnet restore "$work/encoder/fetch.csproj" -v q
    cp "$work/packages/${ENCODER,,}/$ENCODER_VERSION/tools/DnnImageModels/ResNet18Onnx/ResNet18.onnx" "$encoder.partial"
    mv "$encoder.partial" "$encoder"
    echo "Wrote $encoder: ResNet-18 of ImageNet, Microsoft, MIT."
fi
