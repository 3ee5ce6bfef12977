"""The difference of one number between two studies, B − A, with its 95 % interval and p-value over seeds.

- paired by seed: seeds that both studies have share their random draws. Student's t of the differences by seed.
- Welch: else Student's t of two means with unequal variances, s² = s_A²/n_A + s_B²/n_B at
  ν = s⁴ / [(s_A²/n_A)²/(n_A − 1) + (s_B²/n_B)²/(n_B − 1)].
- Fisher: a share of k in n seeds, by Fisher's exact test of the two counts. The interval of d = p_B − p_A is put
  together from the exact ones [l, u] of both shares: d − [(p_B − l_B)² + (u_A − p_A)²]^½ … d + [(u_B − p_B)² +
  (p_A − l_A)²]^½. Both are for independent seeds, and wider than need be for common ones.
- sign test by seed: medians of numbers that may be censored; median of the differences, order-statistic interval.
- no spread: where all differences by seed are one number, or all numbers of either side, there is no t. What is left is
  the probability that chance alone puts all seeds on one side: 2/2ⁿ, or 2/C(n_A + n_B, n_A).

Sources: Welch 1947, Biometrika 34, 28; Fisher 1934; Newcombe 1998, Statistics in Medicine 17, 873 (method 10, here with
Clopper–Pearson intervals); Zou & Donner 2008, Statistics in Medicine 27, 1693.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from gru_vanish.analysis.claims.sample import Sample, paired
from gru_vanish.analysis.intervals import CONFIDENCE, share_interval
from gru_vanish.analysis.paired import paired_difference
from gru_vanish.analysis.payload import FloatArray

PAIRED = "paired by seed"
WELCH = "Welch"
FISHER = "Fisher"
SIGN = "sign test by seed"
NO_SPREAD = "no spread"


@dataclass(frozen=True)
class Tested:
    """B − A; an end is None where the seeds give no interval, ``p`` is two-sided."""

    value: float
    low: float | None
    high: float | None
    p: float
    how: str
    seeds: tuple[int, int]
    """Seeds of A and of B that went into it; of a paired difference the same ones."""


def means(a: Mapping[int, float], b: Mapping[int, float]) -> Tested | None:
    """Return the difference of two means over seeds; None where the seeds are too few for an interval.

    It is paired where at least half of the seeds of the smaller side, and two, are common.
    """
    mine, theirs = finite(a), finite(b)
    common = sorted(mine.keys() & theirs.keys())
    if len(common) >= 2 and 2 * len(common) >= min(len(mine), len(theirs)):
        return by_seed(mine, theirs)
    if min(len(mine), len(theirs)) < 2:
        return None
    return welch(np.asarray(list(mine.values())), np.asarray(list(theirs.values())))


def finite(values: Mapping[int, float]) -> dict[int, float]:
    """Return what is finite."""
    return {seed: value for seed, value in values.items() if math.isfinite(value)}


def by_seed(a: Mapping[int, float], b: Mapping[int, float]) -> Tested:
    """Return the mean difference over the common seeds, two at least."""
    found = paired_difference(b, a)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    seeds = (found.count, found.count)
    half = (found.high - found.low) / 2.0
    if half == 0.0:
        return no_spread(found.mean, 2.0 / 2.0**found.count, seeds)
    error = half / quantile(found.count - 1)
    return Tested(found.mean, found.low, found.high, two_sided(found.mean / error, found.count - 1), PAIRED, seeds)


def welch(a: FloatArray, b: FloatArray) -> Tested:
    """Return the difference of the means of two independent sets of seeds, two of each at least."""
    variances = [float(one.var(ddof=1)) / one.size for one in (a, b)]
    value, square = float(b.mean() - a.mean()), sum(variances)
    seeds = (int(a.size), int(b.size))
    if square == 0.0:
        return no_spread(value, 2.0 / math.comb(a.size + b.size, a.size), seeds)
    freedom = square**2 / sum(one**2 / (count - 1) for one, count in zip(variances, seeds, strict=True))
    half = quantile(freedom) * math.sqrt(square)
    return Tested(value, value - half, value + half, two_sided(value / math.sqrt(square), freedom), WELCH, seeds)


def no_spread(value: float, p: float, seeds: tuple[int, int]) -> Tested:
    """Return a difference without an interval."""
    return Tested(value, None, None, 1.0 if value == 0.0 else min(1.0, p), NO_SPREAD, seeds)


def quantile(freedom: float) -> float:
    """Return the t quantile of a two-sided 95 % interval."""
    return float(special.stdtrit(freedom, 0.5 + CONFIDENCE / 2.0))


def two_sided(statistic: float, freedom: float) -> float:
    """Return the probability of a t at least so far from 0."""
    return float(2.0 * special.stdtr(freedom, -abs(statistic)))


def shares(a: Sequence[float], b: Sequence[float]) -> Tested | None:
    """Return the difference of two shares of seeds, each seed a 0 or a 1; None where a side has under two seeds."""
    (k, n), (m, of) = (int(sum(a)), len(a)), (int(sum(b)), len(b))
    mine, theirs = share_interval(k, n), share_interval(m, of)
    if mine is None or theirs is None or mine.low is None or theirs.low is None:
        return None
    assert mine.high is not None
    assert theirs.high is not None
    value = theirs.mean - mine.mean
    low = value - math.hypot(theirs.mean - theirs.low, mine.high - mine.mean)
    high = value + math.hypot(theirs.high - theirs.mean, mine.mean - mine.low)
    return Tested(value, max(-1.0, low), min(1.0, high), fisher(k, n, m, of), FISHER, (n, of))


def fisher(k: int, n: int, m: int, of: int) -> float:
    """Return the two-sided p-value of k in n against m in ``of``: all tables at most as likely as the one seen."""
    successes = k + m
    ways = [math.comb(n, one) * math.comb(of, successes - one) for one in range(successes + 1) if one <= n]
    return sum(one for one in ways if one <= ways[k]) / math.comb(n + of, successes)


def medians(a: Sample, b: Sample) -> Tested | None:
    """Return the median difference over common seeds by the sign test; None where there are under two of them."""
    found = paired(b, a)
    reading = found.reading()
    if reading is None or found.count < 2:
        return None
    p = min(1.0, 2.0 * min(found.above(0.0).p, found.below(0.0).p))
    return Tested(reading.value, reading.low, reading.high, p, SIGN, (found.count, found.count))
