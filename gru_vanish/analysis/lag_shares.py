"""Shares of the weight gradient by lag: how much of an update comes from how far back, and where it is lost."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.columns import Column
from gru_vanish.analysis.intervals import student_interval
from gru_vanish.analysis.measured import Analysis, MeasuredSeries, Shown, interval_columns
from gru_vanish.analysis.payload import FloatArray, IntArray
from gru_vanish.analysis.rows import Row, estimate, known
from gru_vanish.analysis.stored import Arrays

TOGETHER = "all"
CURVES = ("share", "tail", "ln_part", "ln_noise")
LAGS = ("rounding", "noise", "epsilon")


@dataclass(frozen=True)
class Weight:
    """One weight matrix, or all together; over K lags."""

    share: FloatArray  # (K,) P(k), additive
    tail: FloatArray  # (K,) ‖Σ_{j≥k} g_j‖/‖g‖
    ln_part: FloatArray  # (K,) ln‖g_k‖, nats
    ln_noise: FloatArray  # (K,) ½ ln(tr Σ̂_k/B), nats
    ln_gradient: float  # ln‖g‖, nats
    lost: Mapping[str, float]  # the three lags; T where there is none, nan where unknown


@dataclass(frozen=True)
class Lags:
    """One seed."""

    length: int
    lags: IntArray  # (K,)
    weights: Mapping[str, Weight]  # in the order of the cell, all together last
    chaotic: int  # samples
    nonfinite: int


def reduce(arrays: Arrays, _: Mapping[str, Any]) -> Lags:
    """Return what a record says."""
    found = arrays.take(length="", lags="K", chaotic="", nonfinite="")
    return Lags(
        length=int(found["length"]),
        lags=found["lags"],
        weights={name: weight(arrays, name) for name in weights_of(arrays)},
        chaotic=int(found["chaotic"]),
        nonfinite=int(found["nonfinite"]),
    )


def weight(arrays: Arrays, name: str) -> Weight:
    """Return what a record says of one weight matrix."""
    curves = arrays.take(lags="K", **{f"{kind}_{name}": "K" for kind in CURVES})
    values = arrays.take(**{f"ln_gradient_{name}": ""}, **{f"{kind}_lag_{name}": "" for kind in LAGS})
    share, tail, ln_part, ln_noise = (curves[f"{kind}_{name}"] for kind in CURVES)
    return Weight(
        share,
        tail,
        ln_part,
        ln_noise,
        ln_gradient=float(values[f"ln_gradient_{name}"]),
        lost={kind: float(values[f"{kind}_lag_{name}"]) for kind in LAGS},
    )


def weights_of(arrays: Arrays) -> list[str]:
    """Return the names of the weights that any array of the record is about; all together last."""
    starts = (*(f"{kind}_" for kind in CURVES), "ln_gradient_", *(f"{kind}_lag_" for kind in LAGS))
    names = [name.removeprefix(start) for name in arrays.payload for start in starts if name.startswith(start)]
    return sorted(dict.fromkeys(names), key=lambda name: (name == TOGETHER, name))


def entries(seed: Lags) -> dict[str, NDArray[Any]]:
    """Return one row per weight and lag."""
    size, weights = seed.lags.size, seed.weights
    return {
        "weight": np.repeat(np.asarray(list(weights), object), size),
        "lag": np.tile(seed.lags, len(weights)),
        "share": np.concatenate([one.share for one in weights.values()]),
        "tail_ratio": np.concatenate([one.tail for one in weights.values()]),
        "ln_part": np.concatenate([one.ln_part for one in weights.values()]),
        "ln_noise": np.concatenate([one.ln_noise for one in weights.values()]),
    }


def rows(one: MeasuredSeries[Lags]) -> Iterator[Row]:
    """Give every weight, over seeds."""
    first = next(iter(one.seeds.values()))
    for name in first.weights:
        seen = [seed.weights[name] for seed in one.seeds.values() if name in seed.weights]
        yield {
            "weight": name,
            "length": first.length,
            **estimate("share_beyond_last", student_interval([at(first.lags, each.share, 1) for each in seen])),
            **estimate("tail_beyond_last", student_interval([at(first.lags, each.tail, 1) for each in seen])),
            **estimate("ln_gradient", student_interval([each.ln_gradient for each in seen])),
            **{f"{kind}_lag": median_lag([each.lost[kind] for each in seen], first.length) for kind in LAGS},
        }


def at(lags: IntArray, values: FloatArray, lag: int) -> float:
    """Return the value at one lag, nan where the sequence is shorter."""
    place = np.flatnonzero(lags == lag)
    return float(values[place[0]]) if place.size else math.nan


def median_lag(lags: list[float], length: int) -> float | None:
    """Return the median over the seeds with a known lag; None where it lies beyond the sequence.

    Of an even number of seeds the upper middle one: a lag of one seed, never the mean of a lag and "none".
    """
    ordered = sorted(lag for lag in lags if not math.isnan(lag))
    if not ordered or ordered[len(ordered) // 2] >= length:
        return None
    return known(ordered[len(ordered) // 2])


def remarks(one: MeasuredSeries[Lags]) -> Iterator[str]:
    """Say what is not there, and what means something in statistics only."""
    seeds = list(one.seeds.values())
    unused = [name for name, each in seeds[0].weights.items() if np.isneginf(each.ln_gradient)]
    if unused:
        yield f"no gradient reaches {', '.join(unused)}"
    if median_lag([seed.weights[TOGETHER].lost["rounding"] for seed in seeds if TOGETHER in seed.weights], 1) == 0.0:
        yield "the gradient grows on its way back: what rounding loses is what enters near T"
    counts = {"chaotic": [seed.chaotic for seed in seeds], "nonfinite": [seed.nonfinite for seed in seeds]}
    for word, samples in counts.items():
        if max(samples):
            yield f"up to {max(samples)} samples {word} by T"


WEIGHT = Column("weight", "", "field of the cell's weights; 'all' for all of them as one vector")

LAG_SHARES: Analysis[Lags] = Analysis(
    measure="lag_shares",
    reduce=reduce,
    entries=entries,
    columns=(
        WEIGHT,
        Column("lag", "steps", "k = T − t"),
        Column("share", "", "P(k): share of the update that comes from lags ≥ k; additive, may be negative"),
        Column("tail_ratio", "", "norm of the parts from lags ≥ k over the norm of all; does not add up"),
        Column("ln_part", "nats", "ln of the norm of the part that enters at lag k, mean gradient of the batch"),
        Column("ln_noise", "nats", "ln of its standard error over the batch, the root of its squared sum"),
    ),
    rows=rows,
    row_columns=(
        WEIGHT,
        Column("length", "steps", "the longest length, T"),
        *interval_columns("share_beyond_last", "", "P(1): share of the update that comes from before the last step"),
        *interval_columns("tail_beyond_last", "", "the same by norms, which do not add up"),
        *interval_columns("ln_gradient", "nats", "ln of the norm of the batch's mean gradient"),
        Column("rounding_lag", "steps", "first lag whose part is below 2^-24 of the whole; median; empty: none in T"),
        Column("noise_lag", "steps", "first lag whose part is below its noise over the batch; same conventions"),
        Column("epsilon_lag", "steps", "first lag with an rms element below Adam's 1e-8; depends on the loss's scale"),
    ),
    shown=(
        Shown("weight", "weight"),
        Shown("share_beyond_last", "P(1)", "95 %"),
        Shown("rounding_lag", "rounding lag", "steps"),
        Shown("noise_lag", "noise lag", "steps"),
        Shown("epsilon_lag", "ε lag", "steps"),
    ),
    remarks=remarks,
)
