#!/usr/bin/env bash
# Lays out the photographs that nano learns from: recipes/nano/fetch-photos.sh --from FOLDER [TARGET], by default artifacts/photos.
# FOLDER holds what you have downloaded from the data sets' own pages and unpacked, or a folder that was laid out before:
#   voc/ or VOCdevkit/VOC2012/               Pascal VOC 2012 (host.robots.ox.ac.uk/pascal/VOC/voc2012), best with SBD's SegmentationClassAug/
#   coco-person/ or coco/                    COCO: images/ and instances_person.json, or val2017/ and annotations/ (cocodataset.org)
#   coco128/                                 images/, panoptic/ and panoptic.json of some COCO photographs
#   davis/ or DAVIS/                         DAVIS 2016 (davischallenge.org): JPEGImages/ and Annotations/, 480p
#   caltech101/ or 101_ObjectCategories/     Caltech-101 (data.caltech.edu)
# Nothing is copied: links are made. The photographs keep their terms; nothing of them is part of this project or its weights' package.
set -euo pipefail

usage() {
    sed -n '2,9s/^# //p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
[ "${1:-}" = --from ] && [ -n "${2:-}" ] || usage
[ -d "$2" ] || { echo "The folder '$2' does not exist." >&2; exit 1; }
from="$(cd "$2" && pwd)"
target="${3:-$root/artifacts/photos}"
mkdir -p "$target"
found=0

link() { # NAME FOLDER NEEDED...: the first folder that has what is needed
    local name="$1" folder="$2"
    shift 2
    [ -d "$from/$folder" ] && [ ! -e "$target/$name" ] || return 0
    for needed in "$@"; do
        [ -e "$from/$folder/$needed" ] || { echo "$folder: it has no '$needed', left out" >&2; return 0; }
    done
    ln -s "$from/$folder" "$target/$name"
}

link voc voc JPEGImages ImageSets
link voc VOCdevkit/VOC2012 JPEGImages ImageSets SegmentationClass
link coco-person coco-person images instances_person.json
link coco128 coco128 images panoptic panoptic.json
link davis davis JPEGImages Annotations
link davis DAVIS JPEGImages Annotations
link caltech101 caltech101
link caltech101 101_ObjectCategories
if [ ! -e "$target/coco-person" ] && [ -d "$from/coco/val2017" ]; then
    mkdir -p "$target/coco-person"
    ln -s "$from/coco/val2017" "$target/coco-person/images"
    ln -s "$from/coco/annotations/instances_val2017.json" "$target/coco-person/instances_person.json"
fi

for name in voc coco-person coco128 davis caltech101; do
    if [ -e "$target/$name" ]; then
        echo "$name: $(readlink -f "$target/$name")"
        found=$((found + 1))
    else
        echo "$name: not there; take it out of 'photos' in recipes/nano, or fetch it"
    fi
done
[ "$found" -gt 0 ] || { echo "'$from' holds none of the data sets." >&2; exit 1; }
