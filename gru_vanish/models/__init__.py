"""Weights that were trained elsewhere: from a framework's named arrays to the parameters of our cells.

NumPy alone; no array is executed, no framework is needed. A new framework is one new file and one line in `FRAMEWORKS`.
"""

from gru_vanish.models.arrays import Arrays, read_arrays
from gru_vanish.models.errors import ModelError
from gru_vanish.models.frameworks import FRAMEWORKS, Framework
from gru_vanish.models.layer import Group, Layer, Said, digest_of
from gru_vanish.models.model import Model, open_model

__all__ = [
    "FRAMEWORKS",
    "Arrays",
    "Framework",
    "Group",
    "Layer",
    "Model",
    "ModelError",
    "Said",
    "digest_of",
    "open_model",
    "read_arrays",
]
