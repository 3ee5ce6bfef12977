"""The visible part of the plane: decades from where to where, and where plain norms end."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gru_vanish.analysis import SeriesTable
from gru_vanish.analysis.decades import DECADE, HIGHEST, deepest, floor_in_view, like_powers


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
    lowest = deepest(precisions(series))
    cut_low, cut_high = max(low, lowest), min(high, HIGHEST)
    margin = 0.05 * max(cut_high - cut_low, 2.0)
    bottom = cut_low if low < lowest else cut_low - margin
    top = cut_high if high > HIGHEST else cut_high + margin
    lengths = [one.lengths for one in series]
    return Frame(
        bottom=bottom,
        top=top,
        floor=floor_in_view(precisions(series), bottom),
        logarithmic=like_powers(max(lengths, key=len)),
        left=float(min(one[0] for one in lengths)),
        right=float(max(one[-1] for one in lengths)),
    )
