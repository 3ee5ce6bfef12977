"""How far back a gradient of relative size ε still reaches."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gru_vanish.analysis.payload import FloatArray, IntArray

EPSILON = 1e-6


@dataclass(frozen=True)
class Horizon:
    """A length in steps; ``censored`` means that the true one is larger than ``steps``."""

    steps: float
    censored: bool

    def text(self) -> str:
        """Return it as people write it, such as ``> 1000``."""
        return f"> {self.steps:.4g}" if self.censored else f"{self.steps:.4g}"


def horizon(
    lengths: IntArray, transport: FloatArray, share_exact_zero: FloatArray, epsilon: float = EPSILON
) -> Horizon:
    """Return the largest T before the transport first falls below ln ε, linear in ln between two lengths.

    The walk starts at T = 0, where the transport is 0 by definition.  Where every sample is exactly zero the
    transport is −∞ and the horizon is the last length before; where nothing finite is known for another
    reason, the walk ends there, and the horizon is larger than the last length that was known.
    """
    bound = math.log(epsilon)
    last_length, last = 0.0, 0.0
    for length, value, zero in zip(lengths, transport, share_exact_zero, strict=True):
        if not math.isfinite(value):
            return Horizon(last_length, censored=bool(zero < 1.0))
        if value < bound:
            share = (last - bound) / (last - value)
            return Horizon(last_length + share * (float(length) - last_length), censored=False)
        last_length, last = float(length), float(value)
    return Horizon(last_length, censored=True)


def median_horizon(horizons: Sequence[Horizon]) -> Horizon | None:
    """Return the median over seeds; censored where what is unknown could move it.

    A censored horizon lies anywhere from its bound to infinity.  With every such horizon at its bound one
    gets the smallest possible median, with all at infinity the largest; where the two agree it is known.
    """
    if not horizons:
        return None
    smallest = float(np.median([one.steps for one in horizons]))
    largest = upper_median([math.inf if one.censored else one.steps for one in horizons])
    return Horizon(smallest, censored=bool(largest > smallest))


def upper_median(values: Sequence[float]) -> float:
    """Return the median of values that may be infinite (where ``np.median`` would make inf − inf a nan)."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2 == 1 or math.isinf(ordered[middle]):
        return ordered[middle]
    return float(np.median(ordered))
