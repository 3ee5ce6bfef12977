"""Alternative texts: the kind of picture, its axes with units and range, and in numbers what is to be seen of it."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gru_vanish.analysis.intervals import minus

MOST = 120  # words


def alt_text(kind: str, axes: Sequence[str], findings: Iterable[str], what: str = "series") -> str:
    """Return the text: each finding begins with the name of what it is about; those that are too many are counted."""
    found = list(findings)
    text = f"{kind} Axes: {'; '.join(dict.fromkeys(axes))}. {counted(len(found), what)}:"
    left = MOST - len(text.split()) - 6  # words of the remark on the rest
    told: list[str] = []
    for one in found:
        left -= len(one.split())
        if left < 0 and told:
            break
        told.append(one)
    rest = len(found) - len(told)
    more = f"; and {rest} more in the CSV" if rest else ""
    return f"{text} {'; '.join(told)}{more}.\n"


def counted(count: int, what: str) -> str:
    """Return ``3 lines``, ``1 line``, ``6 series``."""
    return f"{count} {what if count != 1 or what == 'series' else what.removesuffix('s')}"


def axis(words: str, unit: str, *values: Any) -> str:
    """Return an axis in words: what it shows, its unit, and from where to where the finite values go."""
    flat = np.concatenate([np.asarray(each, np.float64).reshape(-1) for each in values]) if values else np.empty(0)
    finite = flat[np.isfinite(flat)]
    reach = f", {number(finite.min())} to {number(finite.max())}" if finite.size else ""
    return f"{words}{reach}{f' {unit}' if unit else ''}"


def number(value: float) -> str:
    """Return a number in few letters."""
    if not math.isfinite(value):
        return "unknown"
    whole = float(value).is_integer() and abs(value) < 1e6
    return minus(f"{value:.0f}" if whole else f"{value:.3g}")


def ends(name: str, values: Any) -> str:
    """Return how a curve begins and ends: ``RNN from −0.3 to −28``; what is between is left to the picture."""
    found = np.asarray(values, np.float64)
    finite = found[np.isfinite(found)]
    if finite.size == 0:
        return f"{name} with no finite value"
    first, last = (number(float(value)) for value in (finite[0], finite[-1]))
    return f"{name} at {last}" if first == last else f"{name} from {first} to {last}"
