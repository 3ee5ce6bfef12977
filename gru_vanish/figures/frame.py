"""The visible part of the plane: decades from where to where, and where plain norms end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gru_vanish.analysis import SeriesTable

DECADE = math.log(10.0)
# A norm squares first: it reads 0 once every component is under the root of the smallest normal number.
NORM_FLOOR = {"float32": math.log10(math.sqrt(2.0**-126)), "float64": math.log10(math.sqrt(2.0**-1022))}
# Curves fall by hundreds of decades; below three times the floor nothing is left to tell apart by eye.
DEEPEST = {"float32": -60.0, "float64": -200.0}
HIGHEST = 60.0


@dataclass(frozen=True)
class Frame:
    """Limits in decades, the floor of plain norms (None where it is not in view), and the kind of T axis."""

    bottom: float
    top: float
    floor: float | None
    logarithmic: bool
    left: float
    right: float


def precisions(series: Sequence[SeriesTable]) -> list[str]:
    """Return the dtypes of these series, each once."""
    return list(dict.fromkeys(one.precision for one in series))


def frame_of(series: Sequence[SeriesTable]) -> Frame:
    """Return the frame that all panels share."""
    bands = [values for one in series for values in (one.typical.median, one.typical.low, one.typical.high)]
    decades = np.concatenate(bands) / DECADE
    finite = decades[np.isfinite(decades)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (-1.0, 1.0)
    deepest = min(DEEPEST.get(precision, DEEPEST["float32"]) for precision in precisions(series))
    cut_low, cut_high = max(low, deepest), min(high, HIGHEST)
    margin = 0.05 * max(cut_high - cut_low, 2.0)
    bottom = cut_low if low < deepest else cut_low - margin
    top = cut_high if high > HIGHEST else cut_high + margin
    lengths = [one.lengths for one in series]
    return Frame(
        bottom=bottom,
        top=top,
        floor=floor_in_view(series, bottom),
        logarithmic=spread_like_powers(lengths),
        left=float(min(one[0] for one in lengths)),
        right=float(max(one[-1] for one in lengths)),
    )


def floor_in_view(series: Sequence[SeriesTable], bottom: float) -> float | None:
    """Return log10 of the norm floor where all series share one dtype and its floor is in view."""
    kinds = precisions(series)
    floor = NORM_FLOOR.get(kinds[0]) if len(kinds) == 1 else None
    return floor if floor is not None and floor > bottom else None


def spread_like_powers(lengths: Sequence[np.ndarray[tuple[int], np.dtype[np.int64]]]) -> bool:
    """Say whether T wants a logarithmic axis: wide, and half of its points in the first fifth."""
    longest = max(lengths, key=len)
    if longest.size < 3 or longest[-1] < 20 * longest[0]:
        return False
    return bool(np.median(longest) < longest[0] + 0.2 * (longest[-1] - longest[0]))
