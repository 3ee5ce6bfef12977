"""What plain code shows of the gradient in float32 and in bfloat16: from where on it is off, and where it reads 0."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.aggregate import finite_mean
from gru_vanish.analysis.columns import Column
from gru_vanish.analysis.intervals import student_interval
from gru_vanish.analysis.measured import Analysis, MeasuredSeries, Shown, interval_columns
from gru_vanish.analysis.path_shares import counts_of, status_remarks
from gru_vanish.analysis.payload import FloatArray, IntArray
from gru_vanish.analysis.plain import median_plain_zero, plain_zero_length
from gru_vanish.analysis.rows import Row, estimate
from gru_vanish.analysis.stored import Arrays

DTYPES = ("float32", "bfloat16")
OFF = 0.1
"""Relative error of a reading from which on it is called off."""


@dataclass(frozen=True)
class Read:
    """What one dtype shows, at L lengths."""

    typical: FloatArray  # (L,) mean over samples of ln of the reading, nats
    zero: FloatArray  # (L,) share of samples that read 0
    nonfinite: FloatArray  # (L,) share of samples that read infinity or NaN
    off: FloatArray  # (L,) share of samples whose reading is off by more than OFF, relative
    error: FloatArray  # (L,) median over samples of |reading / gradient − 1|; nan where no gradient is known


@dataclass(frozen=True)
class Reading:
    """One seed."""

    lengths: IntArray  # (L,)
    typical: FloatArray  # (L,) of the gradient itself, nats
    dtypes: Mapping[str, Read]
    statuses: IntArray  # (L, 6)


def reduce(arrays: Arrays, _: Mapping[str, Any]) -> Reading:
    """Return what a record says."""
    shown = {f"plain_{dtype}": "L B" for dtype in DTYPES}
    found = arrays.take(lengths="L", ln_h0_gradient="L B", status="L B", **shown)
    truth = found["ln_h0_gradient"]
    return Reading(
        found["lengths"],
        finite_mean(truth),
        {dtype: read(found[f"plain_{dtype}"], truth) for dtype in DTYPES},
        counts_of(found["status"]),
    )


def read(shown: FloatArray, truth: FloatArray) -> Read:
    """Return what a dtype shows of gradients that are known, (L, B) both."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        ln = np.log(shown)
        error = np.abs(np.expm1(ln - truth))  # a reading of 0 is off by 1, one of infinity by infinity
    known = np.isfinite(truth)
    error = np.where(known, np.where(np.isnan(error), np.inf, error), np.nan)
    off = np.where(known, error > OFF, False).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    middle = [
        float(np.median(row[there])) if there.any() else math.nan for row, there in zip(error, known, strict=True)
    ]
    return Read(
        typical=finite_mean(ln),
        zero=(shown == 0.0).mean(axis=1),
        nonfinite=(~np.isfinite(shown)).mean(axis=1),
        off=off,
        error=np.asarray(middle, np.float64),
    )


def entries(seed: Reading) -> dict[str, NDArray[Any]]:
    """Return one row per dtype and length."""
    tables = [
        {
            "dtype": np.full(seed.lengths.size, dtype, object),
            "length": seed.lengths,
            "ln_h0_gradient": seed.typical,
            "ln_plain": one.typical,
            "share_zero": one.zero,
            "share_nonfinite": one.nonfinite,
            "share_off": one.off,
            "error": one.error,
        }
        for dtype, one in seed.dtypes.items()
    ]
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def rows(one: MeasuredSeries[Reading]) -> Iterator[Row]:
    """Give both dtypes, over seeds."""
    seeds = list(one.seeds.values())
    for dtype in DTYPES:
        yield {
            "dtype": dtype,
            "length": int(seeds[0].lengths[-1]),
            "off_length": first_length(one, dtype, "off"),
            "zero_length": first_length(one, dtype, "zero"),
            **estimate("error_at_max", student_interval([float(each.dtypes[dtype].error[-1]) for each in seeds])),
        }


def first_length(one: MeasuredSeries[Reading], dtype: str, what: str) -> int | None:
    """Return the first length at which half of the samples are off, or zero; the median over seeds, None beyond."""
    found = [(seed.lengths, getattr(seed.dtypes[dtype], what)) for seed in one.seeds.values()]
    return median_plain_zero(plain_zero_length(lengths, share) for lengths, share in found)


def remarks(one: MeasuredSeries[Reading]) -> Iterator[str]:
    """Say where the gradient itself is not what it seems."""
    seeds = list(one.seeds.values())
    yield from status_remarks(seeds[0].lengths, np.sum([seed.statuses for seed in seeds], axis=0))


DTYPE = Column("dtype", "", "in which plain code computes network, gradient and norm")

PLAIN_READING: Analysis[Reading] = Analysis(
    measure="plain_reading",
    reduce=reduce,
    entries=entries,
    columns=(
        DTYPE,
        Column("length", "steps", "T"),
        Column("ln_h0_gradient", "nats", "mean over samples of ln of the gradient itself; −inf and unknown left out"),
        Column("ln_plain", "nats", "mean over samples of ln of what plain code shows; zeros left out"),
        Column("share_zero", "", "share of samples in which plain code reads 0"),
        Column("share_nonfinite", "", "share of samples in which plain code reads infinity or NaN"),
        Column("share_off", "", f"share of samples whose reading is off by more than {OFF:.0%}"),
        Column("error", "", "median over samples of |reading / gradient − 1|"),
    ),
    rows=rows,
    row_columns=(
        DTYPE,
        Column("length", "steps", "the longest length, T"),
        Column(
            "off_length", "steps", f"first T with half of the samples off by more than {OFF:.0%}, median over seeds"
        ),
        Column("zero_length", "steps", "first T at which half of the samples read 0, median over seeds"),
        *interval_columns(
            "error_at_max", "", "relative error of the reading at the longest length, median over samples"
        ),
    ),
    shown=(
        Shown("dtype", "plain code in"),
        Shown("off_length", "off by 10 %", "from T"),
        Shown("zero_length", "reads 0", "from T"),
    ),
    remarks=remarks,
)
