"""Arrays over several axes as the columns of one long table."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def long_columns(axes: str, **arrays: tuple[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return one row for every point of the axes, the last axis fastest.

    ``long_columns("L S", length=("L", lengths), step=("S", steps), ln_gradient=("L S", values))`` repeats
    ``lengths`` and ``steps`` beside the flattened values.  The axes of an array stand in the order of ``axes``;
    raises ``ValueError`` where two arrays differ in the size of an axis.
    """
    order = axes.split()
    sizes: dict[str, int] = {}
    for name, (own, array) in arrays.items():
        for axis, size in zip(own.split(), array.shape, strict=True):
            if sizes.setdefault(axis, size) != size:
                raise ValueError(f"{name}: axis {axis} has {size} entries, not {sizes[axis]}")
    shape = tuple(sizes[axis] for axis in order)
    columns = {}
    for name, (own, array) in arrays.items():
        place = tuple(slice(None) if axis in own.split() else None for axis in order)
        columns[name] = np.broadcast_to(array[place], shape).reshape(-1)
    return columns
