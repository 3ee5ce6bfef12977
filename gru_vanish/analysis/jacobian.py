"""Singular values of the whole Jacobian ∂h_T/∂h_0 against T, and how many of them are known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.columns import Column
from gru_vanish.analysis.long_columns import long_columns
from gru_vanish.analysis.measured import Analysis, MeasuredSeries, Shown, interval_columns
from gru_vanish.analysis.payload import STATUSES, FloatArray, IntArray
from gru_vanish.analysis.rows import Row, estimate, known
from gru_vanish.analysis.stored import Arrays


@dataclass(frozen=True)
class Singular:
    """One seed, over L lengths and n singular values from the largest on; nats."""

    lengths: IntArray  # (L,)
    ln: FloatArray  # (L, n) mean of ln σ_i over the samples in which it is known and not 0; nan where none is
    ln_shown: FloatArray  # (L, n) the same over all samples with a finite value, known or not
    resolved: FloatArray  # (L, n) share of the samples in which σ_i is known
    exact_zero: FloatArray  # (L, n) share of the samples in which σ_i is known to be 0
    ln_frobenius: FloatArray  # (L,)
    ln_determinant: FloatArray  # (L,)
    effective_rank: FloatArray  # (L,)
    mismatch: float  # largest |Σ ln σ_i − ln|det|| / T of any sample that is known throughout; nan without one
    statuses: IntArray  # (L, 6) samples per status, in the order of STATUSES

    @property
    def rank_known(self) -> int:
        """How many singular values are known in all samples at the longest length."""
        return int((self.resolved[-1] == 1.0).sum())


def reduce(arrays: Arrays, _: Mapping[str, Any]) -> Singular:
    """Return what a record says."""
    found = arrays.take(
        lengths="L", ln_singular_values="L S n", uncertainty="L S n", resolved="L S n",
        ln_frobenius="L S", ln_determinant="L S", effective_rank="L S", status="L S",
    )  # fmt: skip
    ln, resolved, status = found["ln_singular_values"], found["resolved"] == 1, found["status"]
    return Singular(
        lengths=found["lengths"],
        ln=mean_where(ln, resolved & np.isfinite(ln)),
        ln_shown=mean_where(ln, np.isfinite(ln)),
        resolved=resolved.mean(axis=1),
        exact_zero=(resolved & np.isneginf(ln)).mean(axis=1),
        ln_frobenius=mean_where(found["ln_frobenius"], np.isfinite(found["ln_frobenius"])),
        ln_determinant=mean_where(found["ln_determinant"], np.isfinite(found["ln_determinant"])),
        effective_rank=mean_where(found["effective_rank"], np.isfinite(found["effective_rank"])),
        mismatch=mismatch(found, resolved),
        statuses=np.stack([(status == code).sum(axis=1) for code in range(len(STATUSES))], axis=1).astype(np.int64),
    )


def mean_where(values: FloatArray, counted: NDArray[np.bool_]) -> FloatArray:
    """Return the mean over axis 1, the samples, of those that count; nan where none does."""
    number = counted.sum(axis=1)
    total = np.where(counted, values, 0.0).sum(axis=1)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def mismatch(found: Mapping[str, NDArray[Any]], resolved: NDArray[np.bool_]) -> float:
    """Return the largest |Σ ln σ_i − ln|det M|| / T, two ways to the same number."""
    ln = found["ln_singular_values"]
    whole = (resolved & np.isfinite(ln)).all(axis=2)
    apart = np.abs(np.where(whole, np.where(whole[:, :, None], ln, 0.0).sum(axis=2) - found["ln_determinant"], 0.0))
    return float((apart / found["lengths"][:, None])[whole].max()) if whole.any() else float("nan")


def entries(seed: Singular) -> dict[str, NDArray[Any]]:
    """Return one row per length and singular value."""
    ranks = np.arange(1, seed.ln.shape[1] + 1)
    return long_columns(
        "L n",
        length=("L", seed.lengths),
        rank=("n", ranks),
        ln_singular_value=("L n", seed.ln),
        share_resolved=("L n", seed.resolved),
        share_exact_zero=("L n", seed.exact_zero),
        ln_frobenius=("L", seed.ln_frobenius),
        ln_determinant=("L", seed.ln_determinant),
        effective_rank=("L", seed.effective_rank),
    )


def rows(one: MeasuredSeries[Singular]) -> Iterator[Row]:
    """Give the row of a series, at the longest length."""
    seeds = list(one.seeds.values())
    last = int(seeds[0].lengths[-1])
    mismatches = [seed.mismatch for seed in seeds]
    yield {
        "length": last,
        "singular_values": int(seeds[0].ln.shape[1]),
        "resolved": min(seed.rank_known for seed in seeds),
        **estimate("largest_per_step", one.mean(lambda seed: float(seed.ln[-1, 0]) / last)),
        **estimate("smallest_per_step", one.mean(lambda seed: float(seed.ln[-1, -1]) / last)),
        **estimate("ln_determinant_per_step", one.mean(lambda seed: float(seed.ln_determinant[-1]) / last)),
        **estimate("effective_rank", one.mean(lambda seed: float(seed.effective_rank[-1]))),
        **estimate("effective_rank_first", one.mean(lambda seed: float(seed.effective_rank[0]))),
        "share_exact_zero": float(np.mean([seed.exact_zero[-1].mean() for seed in seeds])),
        "determinant_mismatch": known(float(np.fmax.reduce(mismatches))),
    }


def remarks(one: MeasuredSeries[Singular]) -> Iterator[str]:
    """Say from where on singular values are not known, and which samples mean something in statistics only."""
    seeds = list(one.seeds.values())
    lengths = seeds[0].lengths
    unknown = np.max([(seed.resolved < 1.0).sum(axis=1) for seed in seeds], axis=0)
    if unknown.any():
        first = int(lengths[int((unknown > 0).argmax())])
        yield f"up to {int(unknown.max())} of {seeds[0].ln.shape[1]} singular values not resolved, from T = {first} on"
    counts = np.sum([seed.statuses for seed in seeds], axis=0)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for status in ("chaotic", "underflow", "exact_zero", "nonfinite"):
        own = share[:, STATUSES.index(status)]
        if own.max() > 0.0:
            first = int(lengths[int((own > 0.0).argmax())])
            yield f"{status} from T = {first} on (up to {own.max():.0%} of the samples)"


JACOBIAN: Analysis[Singular] = Analysis(
    measure="jacobian",
    reduce=reduce,
    entries=entries,
    columns=(
        Column("length", "steps", "T"),
        Column("rank", "", "i, 1 for the largest"),
        Column("ln_singular_value", "nats", "ln σ_i of ∂h_T/∂h_0, mean over samples in which it is known and not 0"),
        Column("share_resolved", "", "share of samples in which σ_i is known; else rounding has taken its place"),
        Column("share_exact_zero", "", "share of samples in which σ_i is exactly 0"),
        Column("ln_frobenius", "nats", "ln of the Frobenius norm, mean over samples"),
        Column("ln_determinant", "nats", "ln |det|, mean over the samples in which it is finite"),
        Column("effective_rank", "", "exp of the entropy of σ_i/Σσ, mean over samples"),
    ),
    rows=rows,
    row_columns=(
        Column("length", "steps", "the longest length, T"),
        Column("singular_values", "", "n, the size of the state"),
        Column("resolved", "", "how many of them are known at T in all samples, in the worst seed"),
        *interval_columns("largest_per_step", "nats/step", "ln σ_1 / T, mean over samples"),
        *interval_columns("smallest_per_step", "nats/step", "ln σ_n / T, mean over samples in which it is known"),
        *interval_columns("ln_determinant_per_step", "nats/step", "ln |det| / T"),
        *interval_columns("effective_rank", "", "exp of the entropy of σ_i/Σσ at T"),
        *interval_columns("effective_rank_first", "", "the same at the shortest length"),
        Column("share_exact_zero", "", "share of singular values that are exactly 0 at T"),
        Column("determinant_mismatch", "nats/step", "largest |Σ ln σ_i − ln |det|| / T: two ways to the same number"),
    ),
    shown=(
        Shown("largest_per_step", "ln σ_1 / T", "nats/step, 95 %"),
        Shown("smallest_per_step", "ln σ_n / T", "nats/step, 95 %"),
        Shown("effective_rank", "effective rank", "at T_max, 95 %"),
        Shown("resolved", "resolved", "of n"),
    ),
    remarks=remarks,
)
