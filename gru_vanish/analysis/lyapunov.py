"""Lyapunov spectra: exponents in order, Kaplan–Yorke dimension, and the bound of the entropy rate."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.columns import Column
from gru_vanish.analysis.measured import Analysis, MeasuredSeries, Shown, interval_columns
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.analysis.rows import Row, estimate
from gru_vanish.analysis.stored import Arrays

RESOLVED = 1e-3
"""Nats per step of rounding up to which an exponent counts as known."""


@dataclass(frozen=True)
class Exponents:
    """One seed; nats per step, means over the samples."""

    warm_up: int
    steps: int
    gap: int
    exponents: FloatArray  # (n,) descending; nan where a sample has lost the direction exactly, or overflows
    error: FloatArray  # (n,) standard error of that mean, from the blocks of every sample
    rounding: FloatArray  # (n,) largest of any sample
    lost: FloatArray  # (n,) share of samples in which the exponent is −∞
    dimension: float
    entropy_bound: float
    total: float

    @property
    def resolved(self) -> NDArray[np.bool_]:
        """Which exponents are not the work of rounding."""
        return np.asarray(self.rounding <= RESOLVED, np.bool_)


def reduce(arrays: Arrays, _: Mapping[str, Any]) -> Exponents:
    """Return what a record says."""
    found = arrays.take(
        warm_up="", steps="K", gap="", exponents="S n", block_exponents="K S n", error="S n", rounding="S n",
        dimension="S", entropy_bound="S", sum="S",
    )  # fmt: skip
    exponents, error = found["exponents"], found["error"]
    whole = np.isfinite(exponents).all(axis=0)
    total = found["sum"]
    return Exponents(
        warm_up=int(found["warm_up"]),
        steps=int(found["steps"].sum()),
        gap=int(found["gap"]),
        exponents=np.where(whole, np.where(whole, exponents, 0.0).mean(axis=0), np.nan),
        error=np.where(whole, np.sqrt((np.where(whole, error, 0.0) ** 2).mean(axis=0) / len(error)), np.nan),
        rounding=found["rounding"].max(axis=0),
        lost=np.isneginf(exponents).mean(axis=0),
        dimension=float(found["dimension"].mean()),
        entropy_bound=float(found["entropy_bound"].mean()),
        total=float(total.mean()) if np.isfinite(total).all() else math.nan,
    )


def entries(seed: Exponents) -> dict[str, NDArray[Any]]:
    """Return one row per exponent."""
    return {
        "rank": np.arange(1, seed.exponents.size + 1),
        "exponent": seed.exponents,
        "block_error": seed.error,
        "rounding": seed.rounding,
        "share_lost": seed.lost,
    }


def rows(one: MeasuredSeries[Exponents]) -> Iterator[Row]:
    """Give the row of a series."""
    first = next(iter(one.seeds.values()))
    yield {
        "exponents": int(first.exponents.size),
        "warm_up": first.warm_up,
        "steps": first.steps,
        "gap_min": min(seed.gap for seed in one.seeds.values()),
        **estimate("largest", one.mean(lambda seed: float(seed.exponents[0]))),
        **estimate("block_error_largest", one.mean(lambda seed: float(seed.error[0]))),
        **estimate("smallest", one.mean(lambda seed: float(seed.exponents[-1]))),
        **estimate("dimension", one.mean(lambda seed: seed.dimension)),
        **estimate("entropy_bound", one.mean(lambda seed: seed.entropy_bound)),
        **estimate("sum", one.mean(lambda seed: seed.total)),
        "resolved": min(int(seed.resolved.sum()) for seed in one.seeds.values()),
    }


def conditional(setting: Mapping[str, Any]) -> bool:
    """Say whether the network has an input, on which its exponents are conditional."""
    weights = setting["cell"].get("init", {}).get("input")
    unread = weights == "zeros" or (isinstance(weights, Mapping) and weights.get("kind") == "zeros")
    return not unread and float(setting.get("inputs", {}).get("scale", 1.0)) != 0.0


def remarks(one: MeasuredSeries[Exponents]) -> Iterator[str]:
    """Say what the exponents are conditional on, and which are not known."""
    seeds = list(one.seeds.values())
    if conditional(one.setting):
        yield "conditional on the input"
    unknown = max(int((~seed.resolved).sum()) for seed in seeds)
    if unknown:
        yield f"up to {unknown} of {seeds[0].exponents.size} exponents not resolved"
    if any(seed.lost.any() for seed in seeds):
        yield "directions lost exactly: exponents of −∞"
    if any(math.isnan(seed.dimension) for seed in seeds):
        yield "the state overflows in some samples: withheld"
    if all(np.isnan(seed.error).all() for seed in seeds):
        yield "too short for an error from blocks"


LYAPUNOV: Analysis[Exponents] = Analysis(
    measure="lyapunov",
    reduce=reduce,
    entries=entries,
    columns=(
        Column("rank", "", "i, 1 for the largest"),
        Column("exponent", "nats/step", "λ_i, mean over samples"),
        Column("block_error", "nats/step", "standard error of that mean, from the means of blocks of the sequence"),
        Column("rounding", "nats/step", "estimate of what rounding does to λ_i"),
        Column("share_lost", "", "share of samples in which λ_i is −∞: a direction that is lost exactly"),
    ),
    rows=rows,
    row_columns=(
        Column("exponents", "", "n, the size of the state"),
        Column("warm_up", "steps", "steps before anything is counted"),
        Column("steps", "steps", "steps that count"),
        Column("gap_min", "steps", "shortest step between QRs of any seed, chosen from the growth rates"),
        *interval_columns("largest", "nats/step", "λ_1, mean over samples"),
        *interval_columns("block_error_largest", "nats/step", "standard error of λ_1 from blocks of the sequence"),
        *interval_columns("smallest", "nats/step", "λ_n, mean over samples"),
        *interval_columns("dimension", "", "Kaplan–Yorke dimension, mean over samples"),
        *interval_columns("entropy_bound", "nats/step", "sum of the positive exponents, a bound of the entropy rate"),
        *interval_columns("sum", "nats/step", "sum of all exponents = mean of ln |det J_t|"),
        Column("resolved", "", "how many exponents are known, in the worst seed"),
    ),
    shown=(
        Shown("largest", "λ_1", "nats/step, 95 %"),
        Shown("dimension", "dimension", "Kaplan–Yorke, 95 %"),
        Shown("entropy_bound", "entropy bound", "nats/step, 95 %"),
        Shown("sum", "Σ λ", "nats/step, 95 %"),
    ),
    remarks=remarks,
)
