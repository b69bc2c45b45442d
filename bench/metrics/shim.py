"""Lets pycocotools of 2020 run with a numpy of today and without matplotlib, which it imports to draw."""
import sys
import types

import numpy as np

np.float = float
for name in ("matplotlib", "matplotlib.pyplot", "matplotlib.collections", "matplotlib.patches"):
    module = types.ModuleType(name)
    module.use = lambda *_: None
    module.PatchCollection = module.Polygon = object
    sys.modules[name] = module
