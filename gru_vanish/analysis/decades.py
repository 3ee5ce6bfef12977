"""Norms in decades: where those of plain code end, and how much of an axis is worth showing."""

import math
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

DECADE = math.log(10.0)
NORM_FLOOR = {"float32": math.log10(math.sqrt(2.0**-126)), "float64": math.log10(math.sqrt(2.0**-1022))}
"""A norm squares first: it reads 0 once every component is under the root of the smallest normal number."""
DEEPEST = {"float32": -60.0, "float64": -200.0}
"""Curves fall by hundreds of decades; below three times the floor nothing is left to tell apart by eye."""
HIGHEST = 60.0


def deepest(precisions: Collection[str]) -> float:
    """Return the lowest decade that is shown of series of these dtypes."""
    return min((DEEPEST.get(one, DEEPEST["float32"]) for one in precisions), default=DEEPEST["float32"])


def floor_in_view(precisions: Collection[str], bottom: float) -> float | None:
    """Return the decade of the norm's floor where all share one dtype and it lies above the bottom."""
    kinds = set(precisions)
    floor = NORM_FLOOR.get(next(iter(kinds))) if len(kinds) == 1 else None
    return floor if floor is not None and floor > bottom else None


def like_powers(values: Sequence[float] | NDArray[Any]) -> bool:
    """Say whether rising numbers want a logarithmic axis: positive, wide, and half of them in the first fifth."""
    if len(values) < 3 or values[0] <= 0.0 or values[-1] < 20 * values[0]:
        return False
    return bool(np.median(values) < values[0] + 0.2 * (values[-1] - values[0]))
