"""How surely a claim holds, and how surely it is contradicted: one-sided tests over seeds, and how they combine.

Every predicate asks two questions of the seeds, "does it hold?" and "is it contradicted?", each answered by the
p-value of a one-sided test.  Twice the smaller one is the p-value of the claim: it is below 0.05 exactly where the 95 %
interval over seeds lies on one side of the bound (in a margin: TOST, both sides at 2.5 %).

A claim about several points holds if it holds at every one: the largest p-value counts, and needs no correction
(intersection–union test; Berger 1982).  It is contradicted if any point contradicts it: the smallest p-value times the
number of points counts (Bonferroni).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from gru_vanish.analysis.payload import FloatArray

MOST_SEEDS = 100_000
"""More seeds than this are no plan: "not by more seeds"."""


@dataclass(frozen=True)
class Side:
    """One question answered: the p-value of a one-sided test, and what would make it surer.

    ``needed`` maps a one-sided level to the seeds, in all, with which it would be reached if mean and spread over seeds
    stayed as they are; infinity where no number of seeds would do.
    """

    p: float
    needed: Callable[[float], float]


NEVER = Side(1.0, lambda _: math.inf)
"""What no number of seeds would show."""
AT_ONCE = Side(0.0, lambda _: 1.0)
"""What one example shows."""


@dataclass(frozen=True)
class Evidence:
    """Both questions about one point, or about a whole claim."""

    holds: Side
    contradicted: Side


UNKNOWN = Evidence(NEVER, NEVER)


def mean_above(values: FloatArray, bound: float) -> Side:
    """Return how surely the mean over seeds is above the bound, by Student's t."""
    count = int(values.size)
    if count == 0:
        return NEVER
    effect = float(values.mean()) - bound
    if count == 1:
        return Side(1.0, (lambda _: 2.0) if effect > 0.0 else NEVER.needed)
    spread = float(values.std(ddof=1))
    if spread == 0.0:
        return Side(0.0, lambda _: float(count)) if effect > 0.0 else NEVER
    p = float(special.stdtr(count - 1, -effect * math.sqrt(count) / spread))
    return Side(p, lambda level: seeds_by_t(effect / spread, level))


def seeds_by_t(effect: float, level: float) -> float:
    """Return the smallest n with ``effect``·√n above the t quantile of n − 1; the effect is in standard deviations."""
    if not effect > 0.0:
        return math.inf

    def enough(count: int) -> bool:
        return effect * math.sqrt(count) >= -float(special.stdtrit(count - 1, level))

    if not enough(MOST_SEEDS):
        return math.inf
    low, high = 1, MOST_SEEDS  # not enough at low; enough at high, since it is so from some n on
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return float(high)


def median_above(values: FloatArray, bound: float) -> Side:
    """Return how surely the median over seeds is above the bound, by the sign test; an unknown sign counts against."""
    count = int(values.size)
    if count == 0:
        return NEVER
    above = int((values > bound).sum())
    return Side(sign_test(above, count), lambda level: seeds_by_sign(above / count, level))


def sign_test(above: int, count: int) -> float:
    """Return P(Binomial(count, ½) ≥ above)."""
    return 1.0 if above == 0 else float(special.bdtrc(above - 1, count, 0.5))


def seeds_by_sign(share: float, level: float) -> float:
    """Return the smallest n at which a sign test with this share of seeds above reaches the level."""
    if share <= 0.5:
        return math.inf
    counts = np.arange(1, 4097)
    reached = np.flatnonzero(special.bdtrc(np.floor(share * counts + 1e-9) - 1, counts, 0.5) <= level)
    return float(counts[reached[0]]) if reached.size else math.inf


def both(sides: Sequence[Side]) -> Side:
    """Return how surely all of several things are true."""
    return Side(max(one.p for one in sides), lambda level: max(one.needed(level) for one in sides))


def either(sides: Sequence[Side]) -> Side:
    """Return how surely one of several things that exclude each other is true."""
    return Side(min(one.p for one in sides), lambda level: min(one.needed(level) for one in sides))


def anywhere(sides: Sequence[Side]) -> Side:
    """Return how surely at least one of several things is true, by Bonferroni."""
    count = len(sides)
    return Side(
        min(1.0, count * min(one.p for one in sides)),
        lambda level: min(one.needed(level / count) for one in sides),
    )


def everywhere(parts: Sequence[Evidence]) -> Evidence:
    """Return the evidence for a claim about several points: it holds if it holds at all of them."""
    if not parts:
        return UNKNOWN
    return Evidence(both([one.holds for one in parts]), anywhere([one.contradicted for one in parts]))
