"""One measured number over seeds, the difference of two of them, and what is known of its mean or median."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gru_vanish.analysis.claims.evidence import Side, mean_above, median_above
from gru_vanish.analysis.intervals import median_interval, median_rank, minus, student_interval
from gru_vanish.analysis.payload import FloatArray


@dataclass(frozen=True)
class Sample:
    """One number by seed, at one point.

    Where ``by_median``, the seeds are told by their median with its order-statistic interval, and compared by the sign
    test: numbers that may be censored have no mean.
    """

    values: Mapping[int, float]
    censored: frozenset[int] = frozenset()
    """Seeds whose true value is larger than the number."""
    rounding: float = 0.0
    """What rounding alone may have made of each number."""
    by_median: bool = False

    @property
    def seeds(self) -> frozenset[int]:
        """The seeds with a value."""
        return frozenset(seed for seed, value in self.values.items() if not math.isnan(value))


@dataclass(frozen=True)
class Reading:
    """A mean or median over seeds with its 95 % interval; an end that is not known is None."""

    value: float
    low: float | None
    high: float | None
    seeds: int
    statistic: str

    def text(self) -> str:
        """Return the value with its interval, in words."""
        value = f"{self.value:.4g}"
        if self.low is None and self.high is None:
            return minus(value)
        if self.statistic == "mean" and self.low is not None and self.high is not None:
            half = (self.high - self.low) / 2
            decimals = 1 - math.floor(math.log10(half)) if half > 0 else 99
            if 0 <= decimals <= 6:
                return minus(f"{self.value:.{decimals}f}") + f" ± {half:.{decimals}f}"
            return minus(value) + f" ± {half:.2g}"
        low, high = ("?" if end is None else minus(f"{end:.4g}") for end in (self.low, self.high))
        return f"{minus(value)} [{low}, {high}]"


@dataclass(frozen=True)
class Difference:
    """A number or a paired difference by seed, between ``low`` and ``high`` where something is censored."""

    low: FloatArray
    high: FloatArray
    rounding: float
    by_median: bool
    seeds: tuple[int, ...]

    @property
    def count(self) -> int:
        """The seeds that have a value."""
        return int(self.low.size)

    def above(self, bound: float) -> Side:
        """Return how surely it is above the bound by more than rounding."""
        test = median_above if self.by_median else mean_above
        return test(self.low, bound + self.rounding)

    def below(self, bound: float) -> Side:
        """Return how surely it is below the bound by more than rounding."""
        test = median_above if self.by_median else mean_above
        return test(-self.high, self.rounding - bound)

    def exact(self) -> "Difference":
        """Return the same without an allowance for rounding, for questions that bring a margin of their own."""
        return Difference(self.low, self.high, 0.0, self.by_median, self.seeds)

    def reading(self) -> Reading | None:
        """Return the mean or the median over seeds; None without a seed."""
        if self.count == 0:
            return None
        return median_reading(self.low, self.high) if self.by_median else mean_reading(self.low)


def mean_reading(values: FloatArray) -> Reading | None:
    """Return the mean with its Student t interval."""
    found = student_interval(values.tolist())
    return None if found is None else Reading(found.mean, found.low, found.high, found.count, "mean")


def median_reading(low: FloatArray, high: FloatArray) -> Reading:
    """Return the median with its order-statistic interval, as wide as what is censored makes it."""
    lows, highs = np.sort(low), np.sort(high)
    if np.isfinite(lows).all() and np.array_equal(lows, highs):
        found = median_interval(lows.tolist())
        return Reading(found.median, found.low, found.high, found.count, "median")
    middle = lows[(lows.size - 1) // 2]
    rank = median_rank(lows.size)
    ends = (lows[rank - 1], highs[-rank]) if lows.size > 1 else (-math.inf, math.inf)
    low_end, high_end = (float(end) if math.isfinite(end) else None for end in ends)
    return Reading(float(middle), low_end, high_end, int(lows.size), "median")


def alone(sample: Sample, bound: float = 0.0) -> Difference:
    """Return a number minus a constant, by seed."""
    seeds = sorted(sample.seeds)
    low = np.asarray([sample.values[seed] - bound for seed in seeds], np.float64)
    high = np.where([seed in sample.censored for seed in seeds], np.inf, low) if seeds else low
    return Difference(low, high, sample.rounding, sample.by_median, tuple(seeds))


def paired(sample: Sample, other: Sample, factor: float = 1.0) -> Difference:
    """Return sample − factor · other over the seeds that both have; the factor is above 0."""
    low, high, seeds = [], [], []
    for seed in sorted(sample.seeds & other.seeds):
        mine, theirs = sample.values[seed], factor * other.values[seed]
        least = -math.inf if seed in other.censored or math.isinf(theirs) else mine - theirs
        most = math.inf if seed in sample.censored or math.isinf(mine) else mine - theirs
        low.append(least)
        high.append(most)
        seeds.append(seed)
    rounding = sample.rounding + factor * other.rounding
    by_median = sample.by_median or other.by_median
    ends = np.asarray(low, np.float64), np.asarray(high, np.float64)
    return Difference(*ends, rounding, by_median, tuple(seeds))
