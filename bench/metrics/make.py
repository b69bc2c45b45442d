"""Makes pictures and predictions of the size of COCO's: make.py FOLDER PAIRS PREDICTIONS."""
import json
import os
import sys

import numpy as np
from PIL import Image

import shim  # noqa: F401
from pycocotools import mask as masks

WIDTH, HEIGHT, CLASSES = 640, 480, 80


def panoptic(folder, pairs, random):
    """Voronoi cells for segments; the prediction moves their seeds a little and takes some for another class."""
    categories = [{"id": c, "name": str(c), "isthing": int(c <= CLASSES)} for c in range(1, 134)]
    truth, given = [], []
    for name in ("gt", "pred"):
        os.makedirs(f"{folder}/{name}", exist_ok=True)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    for image in range(pairs):
        count = random.integers(6, 20)
        seeds = random.random((count, 2)) * (HEIGHT, WIDTH)
        classes = random.integers(1, 134, count)
        ids = random.choice(1 << 24, count, replace=False) + 1
        for name, entries, move in (("gt", truth, 0), ("pred", given, 12)):
            at = seeds + random.normal(size=seeds.shape) * move
            cell = np.argmin([(y - a) ** 2 + (x - b) ** 2 + 600 * np.sin(x / 9 + a) * np.sin(y / 7) for a, b in at], axis=0)
            label = np.where(random.random(count) < 0.9, classes, random.integers(1, 134, count)) if move else classes
            map_ = ids[cell] & 0xFFFFFF
            Image.fromarray(np.stack([map_ & 255, map_ >> 8 & 255, map_ >> 16], axis=-1).astype(np.uint8)).save(f"{folder}/{name}/{image}.png")
            present, areas = np.unique(cell, return_counts=True)
            entries.append({"image_id": image, "file_name": f"{image}.png", "segments_info": [
                {"id": int(ids[s] & 0xFFFFFF), "category_id": int(label[s]), "area": int(a), "iscrowd": 0} for s, a in zip(present, areas)]})
    json.dump({"annotations": truth, "categories": categories, "images": []}, open(f"{folder}/gt.json", "w"))
    json.dump({"annotations": given}, open(f"{folder}/pred.json", "w"))


def instances(folder, predictions, random):
    """Ellipses for objects, about 7 a picture; predictions are near an object or anywhere."""
    images = max(1, predictions // 7)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    stamps = []
    for _ in range(300):
        a, b, v, u = random.uniform(4, 120), random.uniform(4, 120), random.uniform(0, HEIGHT), random.uniform(0, WIDTH)
        shape = ((x - u) / a) ** 2 + ((y - v) / b) ** 2 + 0.3 * np.sin(x / 5) * np.sin(y / 4) < 1
        near = np.roll(shape, random.integers(-6, 7, 2), axis=(0, 1))
        pair = [masks.encode(np.asfortranarray(m.astype(np.uint8))) for m in (shape, near)]
        stamps.append([({"size": r["size"], "counts": r["counts"].decode()}, masks.toBbox(r).tolist(), int(masks.area(r))) for r in pair])
    annotations, results = [], []
    for image in range(images):
        for _ in range(7):
            stamp, category = stamps[random.integers(len(stamps))], int(random.integers(1, CLASSES + 1))
            rle, box, area = stamp[0]
            annotations.append({"id": len(annotations) + 1, "image_id": image, "category_id": category, "segmentation": rle, "bbox": box,
                                "area": area, "iscrowd": 0})
            if len(results) < predictions:
                rle, box, area = stamp[1] if random.random() < 0.7 else stamps[random.integers(len(stamps))][1]
                results.append({"image_id": image, "category_id": category, "segmentation": rle, "bbox": box, "score": round(float(random.random()), 4)})
    json.dump({"images": [{"id": i, "width": WIDTH, "height": HEIGHT} for i in range(images)], "annotations": annotations,
               "categories": [{"id": c, "name": str(c)} for c in range(1, CLASSES + 1)]}, open(f"{folder}/instances.json", "w"))
    json.dump(results, open(f"{folder}/results.json", "w"))


if __name__ == "__main__":
    panoptic(sys.argv[1], int(sys.argv[2]), np.random.default_rng(1))
    instances(sys.argv[1], int(sys.argv[3]), np.random.default_rng(2))
