"""Exponential or power law: which of the two describes the window T_0…T_max of the transport y(T), or neither.

Each seed's curve is fitted twice by least squares over the window's lengths: y = a − r T (exponential) and
y = a − p ln T (power law).  What a fit leaves is told by one number per seed, the misfit
m = (residual sum of squares / sum of squares about the mean)^½ = (1 − R²)^½, between 0 and 1.  The points of one
curve share their path, so no standard error is taken from a fit: all intervals are 95 % Student t over seeds, of the
misfits and of their paired difference m(power law) − m(exponential).

- no trend: the decay rate's interval contains 0 (or is within rounding of it): nothing to describe.
- neither: both misfits are surely above `BOUND`, so each leaves more than 1 % of the curve's variance.
- exponential, power law: it misfits surely less than the other, and its own misfit is surely at most `BOUND`.
- undecided: the seeds do not tell.
- not judged: fewer than two seeds, or fewer than `FEWEST` lengths in the window.

"One exponential" (`rates`) asks more: there any resolved difference between the halves counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gru_vanish.analysis.intervals import Estimate, student_interval
from gru_vanish.analysis.paired import paired_difference
from gru_vanish.analysis.payload import FloatArray, IntArray
from gru_vanish.analysis.rates import ROUNDING, window_of

BOUND = 0.1  # of the misfit: R² = 0.99
FEWEST = 4  # lengths: two parameters, and two degrees of freedom to fail by

EXPONENTIAL = "exponential"
POWER_LAW = "power law"
NEITHER = "neither"
UNDECIDED = "undecided"
NO_TREND = "no trend"
NOT_JUDGED = "not judged"


@dataclass(frozen=True)
class SeedLaw:
    """One seed's misfits, and the exponent p of its power law."""

    exponential: float
    power_law: float
    exponent: float


@dataclass(frozen=True)
class Law:
    """The verdict over seeds; ``difference`` is power law − exponential, positive where the exponential is better."""

    verdict: str
    exponential: Estimate | None
    power_law: Estimate | None
    difference: Estimate | None
    exponent: Estimate | None


def fit(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Return slope and misfit of the least-squares line y = a + b x; the misfit of a constant is 0."""
    x, y = x - x.mean(), y - y.mean()
    slope = float(x @ y / (x @ x))
    left = y - slope * x
    total = float(y @ y)
    return slope, float(np.sqrt(left @ left / total)) if total > 0.0 else 0.0


def seed_law(lengths: IntArray, transport: FloatArray) -> SeedLaw | None:
    """Return one seed's fits over the window; None where it is too short, or a value in it is not finite."""
    window = window_of(lengths)
    if window is None:
        return None
    steps = lengths[window.start : window.end + 1].astype(np.float64)
    values = transport[window.start : window.end + 1]
    if steps.size < FEWEST or not np.isfinite(values).all():
        return None
    _, exponential = fit(steps, values)
    slope, power_law = fit(np.log(steps), values)
    return SeedLaw(exponential, power_law, -slope)


def law(lengths: IntArray, laws: Mapping[int, SeedLaw | None], rate: Estimate | None, precision: str) -> Law:
    """Return the verdict over the seeds' fits; ``rate`` is the decay rate over seeds."""
    known = {seed: one for seed, one in laws.items() if one is not None}
    exponential = {seed: one.exponential for seed, one in known.items()}
    power_law = {seed: one.power_law for seed, one in known.items()}
    misfits = student_interval(list(exponential.values())), student_interval(list(power_law.values()))
    difference = paired_difference(power_law, exponential)
    word = verdict(*misfits, difference, rate, rate_rounding(lengths, precision))
    exponent = student_interval([one.exponent for one in known.values()]) if word == POWER_LAW else None
    return Law(word, *misfits, difference, exponent)


def verdict(
    exponential: Estimate | None,
    power_law: Estimate | None,
    difference: Estimate | None,
    rate: Estimate | None,
    tolerance: float,
) -> str:
    """Judge by the intervals alone."""
    if rate is None or rate.low is None or difference is None or difference.low is None:
        return NOT_JUDGED
    if not rate.excludes(0.0, tolerance):
        return NO_TREND
    if surely_above(exponential) and surely_above(power_law):
        return NEITHER
    if difference.low > 0.0 and surely_within(exponential):
        return EXPONENTIAL
    if difference.high is not None and difference.high < 0.0 and surely_within(power_law):
        return POWER_LAW
    return UNDECIDED


def surely_above(misfit: Estimate | None) -> bool:
    """Say whether the whole interval is above the bound."""
    return misfit is not None and misfit.low is not None and misfit.low > BOUND


def surely_within(misfit: Estimate | None) -> bool:
    """Say whether the whole interval is at most the bound."""
    return misfit is not None and misfit.high is not None and misfit.high <= BOUND


def rate_rounding(lengths: Sequence[int] | IntArray, precision: str) -> float:
    """Return what rounding alone may make of a rate of 0, nats per step: the errors of both ends over the width."""
    window = window_of(np.asarray(lengths, np.int64))
    if window is None:
        return 0.0
    first, last = float(lengths[window.start]), float(lengths[window.end])
    return ROUNDING.get(precision, ROUNDING["float32"]) * (first + last) / (last - first)
