"""The visible part of the gradient chart: decades from where to where, and where the norms of plain code end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gru_vanish.analysis import SeriesTable
from gru_vanish.analysis.decades import DECADE, DEEPEST, HIGHEST, deepest, floor_in_view, like_powers


@dataclass(frozen=True)
class Frame:
    """Whole decades, the floor of plain norms where all series share a dtype and it is in view, and the lengths."""

    bottom: int
    top: int
    floor: float | None
    precision: str
    shortest: int
    longest: int
    logarithmic: bool

    @property
    def cut(self) -> bool:
        """Whether the axis ends before the curves do."""
        return self.bottom in DEEPEST.values()


def frame_of(series: Sequence[SeriesTable]) -> Frame:
    """Return the frame of the series that have a curve."""
    kinds = list(dict.fromkeys(one.precision for one in series))
    values = np.concatenate([each for one in series for each in (one.typical.median, one.typical.low)]) / DECADE
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (-1.0, 0.0)
    bottom = max(math.floor(low), round(deepest(kinds)))
    top = max(min(math.ceil(high), round(HIGHEST)), bottom + 1)
    lengths = max((one.lengths for one in series), key=len)
    return Frame(
        bottom=bottom,
        top=top,
        floor=floor_in_view(kinds, bottom),
        precision=kinds[0],
        shortest=min(int(one.lengths[0]) for one in series),
        longest=max(int(one.lengths[-1]) for one in series),
        logarithmic=like_powers(lengths.tolist()),
    )


def ticks(low: float, high: float) -> list[float]:
    """Return log10 of the ticks of a logarithmic axis: 1, 2 and 5 times the powers of ten; over many decades 1 alone.

    A tick off the axis is none; the axis drops those itself.
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    counts = (1, 2, 5) if len(powers) <= 5 else (1,)
    found = [count * 10.0**power for power in powers for count in counts]
    return [round(math.log10(one), 6) for one in found if low * 0.999 <= one <= high * 1.001]


def raised(text: str) -> str:
    """Return an expression of Vega's that gives the number of another expression as an exponent."""
    shown = f"replace(format({text}, '.4~g'), /[-\N{MINUS SIGN}]/g, '⁻')"
    for digit, letter in zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True):
        shown = f"replace({shown}, /{digit}/g, '{letter}')"
    return f"replace({shown}, '.', '\N{MIDDLE DOT}')"
