"""What a claim may say of the h0 gradient: the numbers that every seed of a series has."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gru_vanish.analysis.aggregate import SeedCurve
from gru_vanish.analysis.claims.sample import Sample
from gru_vanish.analysis.horizon import EPSILON
from gru_vanish.analysis.laws import rate_rounding
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.analysis.rates import ROUNDING, SeedRate, rounding_tolerance
from gru_vanish.analysis.series import SeriesTable

Scalar = Callable[[SeriesTable], Sample | str]
"""One number of every seed, or why there is none."""


@dataclass(frozen=True)
class Number:
    """One number of every seed."""

    unit: str
    meaning: str
    of: Scalar


@dataclass(frozen=True)
class Curve:
    """One number of every seed at every length; ``rounding`` is that of float32 or float64 per step, if any counts."""

    unit: str
    meaning: str
    of: Callable[[SeedCurve], FloatArray]
    rounds: bool = False


def rates(part: Callable[[SeedRate], float]) -> Scalar:
    """Return what takes one of the decay rates."""

    def of(one: SeriesTable) -> Sample | str:
        if one.curves and one.rate.window is None:
            return "no length from max(10, T_max/10) on lies before T_max, so there is no decay rate"
        known = {seed: part(rate) for seed, rate in one.seed_rates.items() if rate is not None}
        whole = rate_rounding(one.lengths, one.precision)
        return Sample(known, rounding=max(whole, rounding_tolerance(one.lengths, one.precision)))

    return of


def decay_rates(one: SeriesTable) -> Sample | str:
    """Return the decay rates over the whole window."""
    found = rates(lambda rate: rate.whole)(one)
    return found if isinstance(found, str) else Sample(found.values, rounding=rate_rounding(one.lengths, one.precision))


def half_lives(one: SeriesTable) -> Sample | str:
    """Return ln 2 / rate of every seed; none where the seeds together have none."""
    life = one.rate.half_life
    if one.curves and life.steps is None:
        return f"no half-life: {life.note}"
    known = {seed: rate.whole for seed, rate in one.seed_rates.items() if rate is not None}
    values = {seed: math.log(2.0) / rate if rate > 0.0 else math.inf for seed, rate in known.items()}
    return Sample({seed: value for seed, value in values.items() if not math.isnan(value)}, by_median=True)


def horizons(one: SeriesTable) -> Sample | str:
    """Return the horizon of every seed, censored where it lies beyond what was measured."""
    censored = frozenset(seed for seed, found in one.seed_horizons.items() if found.censored)
    return Sample({seed: found.steps for seed, found in one.seed_horizons.items()}, censored, by_median=True)


NUMBERS: Mapping[str, Number] = {
    "decay_rate": Number("nats/step", "decay rate of the transport; positive: it decays", decay_rates),
    "decay_rate_first_half": Number(
        "nats/step", "the same over the first half of the window", rates(lambda rate: rate.first_half)
    ),
    "decay_rate_second_half": Number(
        "nats/step", "the same over the second half", rates(lambda rate: rate.second_half)
    ),
    "halves_difference": Number(
        "nats/step", "first half − second half", rates(lambda rate: rate.first_half - rate.second_half)
    ),
    "half_life": Number("steps", "ln 2 / decay rate; by median and sign test", half_lives),
    "horizon": Number(
        "steps", f"largest T before the transport falls below ln {EPSILON:g}; by median and sign test", horizons
    ),
}
CURVES: Mapping[str, Curve] = {
    "transport": Curve("nats", "ln ‖δ_0‖ − ln ‖δ_T‖, mean over samples", lambda curve: curve.transport, rounds=True),
    "h0_gradient": Curve("nats", "ln ‖dL_T/dh_0‖, mean over samples", lambda curve: curve.typical, rounds=True),
    "ln_rms": Curve("nats", "ln of the root mean square over samples", lambda curve: curve.ln_rms, rounds=True),
    "spread": Curve("nats", "standard deviation of ln ‖dL_T/dh_0‖ over samples", lambda curve: curve.spread),
    "share_exact_zero": Curve("", "share of samples whose gradient is exactly 0", lambda curve: curve.share_exact_zero),
    "share_plain_zero": Curve("", "share of samples where plain code reads 0", lambda curve: curve.share_plain_zero),
}


def curve_samples(one: SeriesTable, curve: Curve) -> dict[int, Sample]:
    """Return the number of every seed by length."""
    by_seed = {each.seed: curve.of(each) for each in one.curves}
    per_step = ROUNDING.get(one.precision, ROUNDING["float32"]) if curve.rounds else 0.0
    return {
        int(length): Sample(
            {seed: float(values[place]) for seed, values in by_seed.items()}, rounding=per_step * float(length)
        )
        for place, length in enumerate(one.lengths)
    }
