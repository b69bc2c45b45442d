#!/usr/bin/env bash
# Times the metrics beside panopticapi (one process) and pycocotools on the same predictions, and checks that all give the same numbers.
# Usage: bench/metrics/run.sh [PAIRS] [PREDICTIONS]   (default: 250 panoptic pairs, 36000 detections)
# PEERS names a folder with checkouts of github.com/cocodataset/cocoapi and .../panopticapi; without it they are cloned.
# Needs a C compiler and, of Debian, python3-dev, python3-numpy, python3-pil and cython3 (installed when run as root).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pairs=${1:-250}
predictions=${2:-36000}
runs=${RUNS:-3}
python=/usr/bin/python3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! "$python" -c 'import numpy, PIL' 2>/dev/null || ! command -v cython3 >/dev/null; then
    apt-get install -y --no-install-recommends python3-dev python3-numpy python3-pil cython3 gcc >"$work/apt.log" 2>&1 ||
        { tail -n 3 "$work/apt.log" >&2; echo "run.sh: install python3-dev, python3-numpy, python3-pil, cython3 and gcc" >&2; exit 2; }
fi

mkdir "$work/peers"
for name in cocoapi panopticapi; do
    if [ -n "${PEERS:-}" ]; then
        cp -r "$PEERS/$name" "$work/peers/"
    else
        git clone -q --depth 1 "https://github.com/cocodataset/$name" "$work/peers/$name"
    fi
done
(
    cd "$work/peers/cocoapi/PythonAPI"
    cython3 -2 pycocotools/_mask.pyx -o _mask.c 2>/dev/null
    gcc -O3 -w -shared -fPIC -I"$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["include"])')" \
        -I"$("$python" -c 'import numpy; print(numpy.get_include())')" -I../common _mask.c ../common/maskApi.c -o pycocotools/_mask.so
)
export PYTHONPATH=$work/peers/cocoapi/PythonAPI:$work/peers/panopticapi
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

dotnet build "$here" -c Release -v q -nologo >"$work/build.log" || { tail -n 5 "$work/build.log" >&2; exit 1; }
ours="$here/bin/Release/net10.0/OmgLlava.MetricsBench"
"$python" "$here/make.py" "$work" "$pairs" "$predictions"

measure() { # NAME COMMAND...: best of the runs, wall and processor seconds of the whole process
    local name=$1; shift
    local best=
    for ((i = 0; i < runs; i++)); do
        TIMEFORMAT='%R %U %S'
        local seconds
        seconds=$({ time "$@" >"$work/$name.out"; } 2>&1)
        best=$(printf '%s\n%s\n' "$best" "$seconds" | sed '/^$/d' | sort -n | head -n 1)
    done
    echo "$best" | awk '{ printf "%.2f %.2f\n", $1, $2 + $3 }'
}

row() { # TITLE PEER OURS: a line of the table
    read -r peer_wall peer_cpu < <(measure "$2" "$python" "$here/peer.py" "$2" "$work")
    read -r our_wall our_cpu < <(measure "ours" "$ours" "$2" "$work")
    local same=no
    diff -q "$work/$2.out" "$work/ours.out" >/dev/null && same=yes
    awk -v t="$1" -v pw="$peer_wall" -v pc="$peer_cpu" -v ow="$our_wall" -v oc="$our_cpu" -v s="$same" \
        'BEGIN { printf "| %s | %.2f | %.2f | %.2f | %.2f | %.3f | %.3f | %s |\n", t, pw, pc, ow, oc, ow / pw, oc / pc, s }'
}

echo "| what | peer, s | its processor s | ours, s | its processor s | ratio | of processor | same numbers |"
echo "|---|---|---|---|---|---|---|---|"
row "$pairs panoptic pairs of 640 x 480, panopticapi on one process" panoptic
row "$predictions masks, pycocotools" segm
row "$predictions boxes, pycocotools" bbox
