"""A gradient over the steps t and the lengths T: what one record says of it, and how far back it reaches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.columns import STATUS_MEANINGS, Column
from gru_vanish.analysis.horizon import Horizon, horizon, median_horizon
from gru_vanish.analysis.intervals import student_interval
from gru_vanish.analysis.long_columns import long_columns
from gru_vanish.analysis.measured import MeasuredSeries, Seed, interval_columns
from gru_vanish.analysis.payload import STATUSES, FloatArray, IntArray
from gru_vanish.analysis.plain import median_plain_zero, plain_zero_length
from gru_vanish.analysis.rows import Row, estimate
from gru_vanish.analysis.stored import Arrays
from gru_vanish.analysis.summed import is_summed

TERM = "the loss is summed over steps: of its terms one by one, L_T is that of step T alone"
"""What is shown of a sum, which does not vanish by construction itself."""
REACHES = {"reach_tenth": 0.1, "reach_millionth": 1e-6}
"""Columns of the summary: how far back the gradient stays above this share of what it is at t = T."""


@dataclass(frozen=True)
class OnGrid:
    """One seed; nan where t > T, and where no sample has a finite value."""

    lengths: IntArray  # (L,) T
    steps: IntArray  # (G,) t
    ln_gradient: FloatArray  # (G, L) mean over the finite samples of ln of the norm, nats
    ln_spread: FloatArray  # (G, L) standard deviation of ln over the same samples, nats
    ln_rms: FloatArray  # (G, L) ln of the root mean square over the samples, nats
    share_plain_zero: FloatArray  # (G, L) share of samples where plain code in this dtype reads 0
    statuses: IntArray  # (G, L, 6) samples per status, in the order of STATUSES

    @property
    def exists(self) -> NDArray[np.bool_]:
        """Where t ≤ T, (G, L)."""
        return np.asarray(self.steps[:, None] <= self.lengths, np.bool_)

    @property
    def lags(self) -> IntArray:
        """The steps back T_max − t, ascending, (G,)."""
        return np.asarray(self.lengths[-1] - self.steps[::-1], np.int64)

    @property
    def share_exact_zero(self) -> FloatArray:
        """Share of samples whose gradient is exactly zero, (G, L); nan for t > T."""
        samples = np.where(self.exists, self.statuses.sum(axis=-1), 1)
        share = self.statuses[..., STATUSES.index("exact_zero")] / np.maximum(samples, 1)
        return np.where(self.exists, share, np.nan)

    def back(self, values: FloatArray) -> FloatArray:
        """Return a (G, L) array at T_max by rising steps back, (G,)."""
        return np.asarray(values[::-1, -1], np.float64)


def taken(arrays: Arrays) -> OnGrid:
    """Return what a record says."""
    found = arrays.take(
        lengths="L",
        times="G",
        ln_gradient="G L",
        ln_spread="G L",
        ln_rms="G L",
        plain_zero="G L",
        statuses=f"G L {len(STATUSES)}",
    )
    return OnGrid(*found.values())


def entries(seed: OnGrid, **more: FloatArray) -> dict[str, NDArray[np.generic]]:
    """Return one row for every t and T ≥ t; ``more`` are further (G, L) arrays."""
    values = {
        "ln_gradient": seed.ln_gradient,
        **more,
        "ln_spread": seed.ln_spread,
        "ln_rms": seed.ln_rms,
        "share_plain_zero": seed.share_plain_zero,
        **{f"count_{status}": seed.statuses[..., code] for code, status in enumerate(STATUSES)},
    }
    arrays = {name: ("G L", array) for name, array in values.items()}
    columns = long_columns("G L", step=("G", seed.steps), length=("L", seed.lengths), **arrays)
    kept = seed.exists.reshape(-1)
    return {name: column[kept] for name, column in columns.items()}


def columns(quantity: str, *more: Column) -> tuple[Column, ...]:
    """Return the dictionary of ``entries``."""
    return (
        Column("step", "steps", "t"),
        Column("length", "steps", "T"),
        Column("ln_gradient", "nats", f"ln {quantity} (of a sum over steps: its term T), mean over the finite samples"),
        *more,
        Column("ln_spread", "nats", "standard deviation of it over the same samples"),
        Column("ln_rms", "nats", "ln of the root mean square over samples; an exact zero counts as 0"),
        Column("share_plain_zero", "", "share of samples where plain code in this dtype reads 0"),
        *(Column(f"count_{status}", "", f"samples: {STATUS_MEANINGS[status]}") for status in STATUSES),
    )


def reach(seed: OnGrid, share: float) -> Horizon:
    """Return how many steps back from T_max the typical gradient stays above this share of that at t = T_max."""
    back = seed.back(seed.ln_gradient)
    return horizon(seed.lags, back - back[0], seed.back(seed.share_exact_zero), share)


def row(one: MeasuredSeries[Seed], of: Callable[[Seed], OnGrid]) -> Row:
    """Return what the summary says of a series at T_max."""
    seeds = [of(seed) for seed in one.seeds.values()]
    found: Row = {"length_max": int(seeds[0].lengths[-1]), "step_first": int(seeds[0].steps[0])}
    for name, share in REACHES.items():
        median = median_horizon([reach(seed, share) for seed in seeds])
        found[name] = None if median is None else median.steps
        found[f"{name}_censored"] = None if median is None else median.censored
    lags = [plain_zero_length(seed.lags, seed.back(seed.share_plain_zero)) for seed in seeds]
    found["plain_zero_lag"] = median_plain_zero(lags)
    found |= estimate("ln_gradient_first", student_interval([float(seed.ln_gradient[0, -1]) for seed in seeds]))
    found |= estimate("ln_gradient_last", student_interval([float(seed.ln_gradient[-1, -1]) for seed in seeds]))
    return found


def row_columns(quantity: str) -> tuple[Column, ...]:
    """Return the dictionary of ``row``."""
    reaches = []
    for name, share in REACHES.items():
        what = f"steps back from T_max before {quantity} first falls below {share:g} of what it is at t = T_max"
        reaches += [
            Column(name, "steps", f"{what}; median over seeds"),
            Column(f"{name}_censored", "", "true: it is larger than this number"),
        ]
    return (
        Column("length_max", "steps", "longest length, T_max"),
        Column("step_first", "steps", "first t that is shown"),
        *reaches,
        Column("plain_zero_lag", "steps", "first T_max − t where plain code reads 0 in half of the samples; median"),
        *interval_columns("ln_gradient_first", "nats", f"ln {quantity} at T_max and the first t"),
        *interval_columns("ln_gradient_last", "nats", f"ln {quantity} at t = T_max"),
    )


def remarks(one: MeasuredSeries[Seed], of: Callable[[Seed], OnGrid]) -> Iterator[str]:
    """Say what is shown of a sum, and where samples are not what they seem; ``saturated`` values are right."""
    if is_summed(one.setting):
        yield TERM
    seeds = [of(seed) for seed in one.seeds.values()]
    counts = np.sum([seed.statuses for seed in seeds], axis=0)
    total = counts.sum(axis=-1)
    for status in ("chaotic", "underflow", "exact_zero", "nonfinite"):
        share = counts[..., STATUSES.index(status)] / np.maximum(total, 1)
        if share.max() > 0.0:
            first = int(seeds[0].lengths[int((share.max(axis=0) > 0.0).argmax())])
            yield f"{status} from T = {first} on (up to {share.max():.0%} of the samples)"
