"""Intervals over seeds: Student t for a mean, order statistics for a median.

Seeds are the only independent repetitions: the points of one curve share their path, and the samples of one
seed share their weights, so neither may shorten an interval.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import special

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A mean over seeds with its interval; ``low`` and ``high`` are None where one seed allows none."""

    mean: float
    low: float | None
    high: float | None
    count: int

    def excludes(self, value: float, tolerance: float = 0.0) -> bool:
        """Say whether the interval exists and lies further than ``tolerance`` away from ``value``."""
        if self.low is None or self.high is None:
            return False
        return self.low > value + tolerance or self.high < value - tolerance

    def text(self) -> str:
        """Return mean ± half the interval, to two digits of the latter: what is beyond them is not known."""
        if self.low is None or self.high is None:
            return minus(f"{self.mean:.4g}")
        half = (self.high - self.low) / 2
        if half == 0 or not math.isfinite(half):
            return minus(f"{self.mean:.4g} ± {half:.2g}")
        decimals = 1 - math.floor(math.log10(half))
        if 0 <= decimals <= 6:
            return minus(f"{self.mean:.{decimals}f} ± {half:.{decimals}f}")
        return minus(f"{self.mean:.3g} ± {half:.1g}")


def minus(text: str) -> str:
    """Return a number's text with a true minus sign before it."""
    return text.replace("-", "−", 1) if text.startswith("-") else text


@dataclass(frozen=True)
class MedianInterval:
    """A median over seeds; ``coverage`` is the exact probability that [low, high] holds the true median."""

    median: float
    low: float | None
    high: float | None
    coverage: float | None
    count: int


def student_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Estimate | None:
    """Return mean ± t · s/√n of the finite values, or None where there is no finite value."""
    finite = np.asarray([value for value in values if math.isfinite(value)], np.float64)
    if finite.size == 0:
        return None
    mean = float(finite.mean())
    if finite.size == 1:
        return Estimate(mean, None, None, 1)
    quantile = float(special.stdtrit(finite.size - 1, 0.5 + confidence / 2))
    half = quantile * float(finite.std(ddof=1)) / math.sqrt(finite.size)
    return Estimate(mean, mean - half, mean + half, int(finite.size))


@cache
def median_coverage(count: int, rank: int) -> float:
    """Return P(x₍ₖ₎ ≤ median ≤ x₍ₙ₊₁₋ₖ₎) = 1 − 2 P(Binomial(n, ½) < k) for n = count, k = rank."""
    below = sum(math.comb(count, successes) for successes in range(rank))
    return 1.0 - 2 * below / 2**count  # of whole numbers, so that thousands of seeds do not overflow


@cache
def median_rank(count: int, confidence: float = CONFIDENCE) -> int:
    """Return the largest k that still covers; 1, the widest interval there is, where none does."""
    rank, ways, below = 1, count, 1 + count
    # ``ways`` is C(n, k) and ``below`` the sum up to it: what the coverage of k + 1 leaves out.
    while 2 * (rank + 1) <= count and 1.0 - 2 * below / 2**count >= confidence:
        rank += 1
        ways = ways * (count - rank + 1) // rank
        below += ways
    return rank


def median_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> MedianInterval:
    """Return the median of the finite values with its order-statistic interval (nan where there is none)."""
    ordered = sorted(float(value) for value in values if math.isfinite(value))
    count = len(ordered)
    if count == 0:
        return MedianInterval(math.nan, None, None, None, 0)
    median = float(np.median(ordered))
    if count == 1:
        return MedianInterval(median, None, None, None, 1)
    rank = median_rank(count, confidence)
    return MedianInterval(median, ordered[rank - 1], ordered[-rank], median_coverage(count, rank), count)


def share_interval(count: int, of: int, confidence: float = CONFIDENCE) -> Estimate | None:
    """Return the share k/n of seeds with its Clopper–Pearson interval, or None where there is no seed.

    The ends are the shares p at which k or more, or k or fewer, of n would be seen with probability (1 − confidence)/2:

        low = B⁻¹(α/2; k, n − k + 1),  high = B⁻¹(1 − α/2; k + 1, n − k),  0 for k = 0 and 1 for k = n

    It never covers less than it says, at the price of being wide; one seed allows none here, as everywhere.
    Source: Clopper & Pearson 1934.
    """
    if of == 0:
        return None
    if of == 1:
        return Estimate(float(count), None, None, 1)
    tail = (1.0 - confidence) / 2.0
    low = float(special.betaincinv(count, of - count + 1, tail)) if count > 0 else 0.0
    high = float(special.betaincinv(count + 1, of - count, 1.0 - tail)) if count < of else 1.0
    return Estimate(count / of, low, high, of)
