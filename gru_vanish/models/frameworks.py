"""The frameworks whose weights can be read."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from gru_vanish.models import equinox, flax_linen, flax_nnx, keras, torch
from gru_vanish.models.arrays import Arrays
from gru_vanish.models.layer import Group, Layer, Said


class Framework(NamedTuple):
    """How a framework names and stacks its weights."""

    groups: Callable[[Arrays], list[Group]]
    """the layers and directions that the names of arrays tell of"""
    layer: Callable[[Group, Said], Layer]
    """one of them in our convention"""


FRAMEWORKS: Mapping[str, Framework] = {
    "torch": Framework(torch.groups, torch.layer),
    "keras": Framework(keras.groups, keras.layer),
    "flax_linen": Framework(flax_linen.groups, flax_linen.layer),
    "flax_nnx": Framework(flax_nnx.groups, flax_nnx.layer),
    "equinox": Framework(equinox.groups, equinox.layer),
}
