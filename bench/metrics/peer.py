"""Evaluates with the reference implementations: peer.py panoptic|segm|bbox FOLDER. Prints the numbers alone."""
import contextlib
import io
import json
import sys

import shim  # noqa: F401


def panoptic(folder):
    from panopticapi.evaluation import pq_compute_single_core
    truth = json.load(open(f"{folder}/gt.json"))
    given = {entry["image_id"]: entry for entry in json.load(open(f"{folder}/pred.json"))["annotations"]}
    categories = {entry["id"]: entry for entry in truth["categories"]}
    pairs = [(entry, given[entry["image_id"]]) for entry in truth["annotations"]]
    stat = pq_compute_single_core(0, pairs, f"{folder}/gt", f"{folder}/pred", categories)
    return [stat.pq_average(categories, isthing=kind)[0][name] for kind in (None, True, False) for name in ("pq", "sq", "rq")]


def detection(folder, kind):
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval
    truth = COCO(f"{folder}/instances.json")
    evaluation = COCOeval(truth, truth.loadRes(f"{folder}/results.json"), kind)
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    return evaluation.stats


if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()):
        numbers = panoptic(sys.argv[2]) if sys.argv[1] == "panoptic" else detection(sys.argv[2], sys.argv[1])
    for number in numbers:
        print(f"{number:.9f}")
