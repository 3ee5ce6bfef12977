"""Packs: as many units of one program as run in one call.

The width is a function of shapes and of the kind of device alone, and short packs are padded, so that a unit's bits
depend on nothing but itself and the device.
"""

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from gru_vanish.contracts import Program
from gru_vanish.measures import MEASURES

ACCELERATOR_PACK_BYTES = 2**31
"""What a pack may want on an accelerator."""
WIDEST = 64


def pack_width(program: Program, platform: str) -> int:
    """Return how many units run in one call: 1 on a CPU, where vmap over units is slower than a loop."""
    if platform == "cpu":
        return 1
    fitting = ACCELERATOR_PACK_BYTES // max(1, MEASURES[program.measure].memory(program))
    return int(2 ** int(np.log2(min(WIDEST, max(1, fitting)))))


def stack(units: Sequence[Any], width: int) -> Any:
    """Return the data of a pack: the units' own, or their stack, padded with the last of them."""
    if width == 1:
        return units[0]
    padded = [*units, *[units[-1]] * (width - len(units))]
    return jax.tree.map(lambda *leaves: np.stack(leaves), *padded)


def unstack(outputs: Any, count: int, width: int) -> list[Any]:
    """Return the outputs of each of the first ``count`` units of a pack."""
    host = jax.tree.map(np.asarray, outputs)
    if width == 1:
        return [host]
    return [jax.tree.map(lambda leaf, index=index: leaf[index], host) for index in range(count)]


def indices(index: int, width: int) -> np.ndarray:
    """Return the number of a call for every unit of a pack."""
    return np.full(() if width == 1 else (width,), index, np.int32)
