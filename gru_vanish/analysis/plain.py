"""Where plain code would already show a gradient of zero, though it is not zero."""

import math
from collections.abc import Iterable

import numpy as np

from gru_vanish.analysis.payload import FloatArray, IntArray


def plain_zero_length(lengths: IntArray, share_plain_zero: FloatArray) -> float:
    """Return the first length at which at least half of the samples read 0; inf where none does."""
    zero = np.flatnonzero(share_plain_zero >= 0.5)
    return float(lengths[zero[0]]) if zero.size else math.inf


def median_plain_zero(lengths: Iterable[float]) -> int | None:
    """Return the median over seeds, None where it lies beyond the longest length.

    Of an even number of seeds it is the upper middle one: a length that was measured, at which more than half
    of the seeds read zero, and never the mean of a length and "never".
    """
    ordered = sorted(lengths)
    if not ordered or math.isinf(ordered[len(ordered) // 2]):
        return None
    return int(ordered[len(ordered) // 2])
