"""The gradient by the number of steps off the leak: the signed shares of the parts, and what cancels between them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.aggregate import finite_mean
from gru_vanish.analysis.columns import Column
from gru_vanish.analysis.intervals import student_interval
from gru_vanish.analysis.long_columns import long_columns
from gru_vanish.analysis.measured import Analysis, MeasuredSeries, Shown, interval_columns
from gru_vanish.analysis.path_shares import counts_of, status_remarks
from gru_vanish.analysis.payload import FloatArray, IntArray
from gru_vanish.analysis.rows import Row, estimate, known
from gru_vanish.analysis.stored import Arrays

FURTHER = -1
"""The number of visits that stands for all further ones."""


@dataclass(frozen=True)
class Visits:
    """One seed; S lengths and K parts, the last of them all further visits; means over samples, nan without any."""

    lengths: IntArray  # (S,)
    visits: IntArray  # (K,) 0 … K − 2 and FURTHER
    ln_part: FloatArray  # (S, K) ln of the part's norm, over the samples in which it is not zero
    share: FloatArray  # (S, K) signed share, over the samples that are not withheld
    ln_cancellation: FloatArray  # (S,) ln κ
    residual: FloatArray  # (S,) largest ‖Σ parts − whole‖ / Σ ‖parts‖ of any sample
    cancelled: FloatArray  # (S,) share of the samples that are withheld
    statuses: IntArray  # (S, 6) samples per status, in the order of STATUSES


def reduce(arrays: Arrays, _: Mapping[str, Any]) -> Visits:
    """Return what a record says."""
    found = arrays.take(
        lengths="S", visits="K", ln_part="S K B", ln_further="S B", share_part="S K B", share_further="S B",
        ln_h0_gradient="S B", cancellation="S B", residual="S B", cancelled="S B", status="S B",
    )  # fmt: skip

    def joined(parts: FloatArray, further: FloatArray) -> FloatArray:
        whole = np.concatenate([parts, further[:, None]], axis=1)
        return finite_mean(whole.reshape(-1, whole.shape[-1])).reshape(whole.shape[:-1])

    return Visits(
        lengths=found["lengths"],
        visits=np.append(found["visits"], FURTHER),
        ln_part=joined(found["ln_part"], found["ln_further"]),
        share=joined(found["share_part"], found["share_further"]),
        ln_cancellation=finite_mean(np.log(found["cancellation"])),
        residual=np.fmax.reduce(found["residual"], axis=1),
        cancelled=found["cancelled"].mean(axis=1),
        statuses=counts_of(found["status"]),
    )


def entries(seed: Visits) -> dict[str, NDArray[Any]]:
    """Return one row per length and part."""
    return long_columns(
        "S K",
        length=("S", seed.lengths),
        visits=("K", seed.visits),
        ln_part=("S K", seed.ln_part),
        share=("S K", seed.share),
        ln_cancellation=("S", seed.ln_cancellation),
        share_cancelled=("S", seed.cancelled),
    )


def rows(one: MeasuredSeries[Visits]) -> Iterator[Row]:
    """Give every length, over seeds."""
    seeds = list(one.seeds.values())
    for place, length in enumerate(seeds[0].lengths):
        yield {
            "length": int(length),
            **estimate("ln_cancellation", student_interval([float(seed.ln_cancellation[place]) for seed in seeds])),
            **estimate("share_none", student_interval([float(seed.share[place, 0]) for seed in seeds])),
            **estimate("share_further", student_interval([float(seed.share[place, -1]) for seed in seeds])),
            "residual_max": known(float(np.fmax.reduce([seed.residual[place] for seed in seeds]))),
            "share_cancelled": float(np.mean([seed.cancelled[place] for seed in seeds])),
        }


def remarks(one: MeasuredSeries[Visits]) -> Iterator[str]:
    """Say from which length on the shares are lost."""
    seeds = list(one.seeds.values())
    lost = np.mean([seed.cancelled for seed in seeds], axis=0)
    if lost.max() > 0.0:
        first = int(seeds[0].lengths[int((lost > 0.0).argmax())])
        yield f"cancelled from T = {first} on (up to {lost.max():.0%} of the samples): shares withheld"
    yield from status_remarks(seeds[0].lengths, np.sum([seed.statuses for seed in seeds], axis=0))


LEAK_VISITS: Analysis[Visits] = Analysis(
    measure="leak_visits",
    reduce=reduce,
    entries=entries,
    columns=(
        Column("length", "steps", "T"),
        Column("visits", "steps", f"number k of steps not taken by the leak; {FURTHER} for all further ones"),
        Column("ln_part", "nats", "ln of the part's norm, mean over the samples in which it is not zero"),
        Column("share", "", "signed share of the part, mean over the samples that are not withheld"),
        Column("ln_cancellation", "nats", "ln kappa, the parts' norms together over the gradient's; mean over samples"),
        Column("share_cancelled", "", "share of samples whose shares are lost to cancellation and withheld"),
    ),
    rows=rows,
    row_columns=(
        Column("length", "steps", "T"),
        *interval_columns("ln_cancellation", "nats", "ln kappa, mean over samples"),
        *interval_columns("share_none", "", "signed share of the part that never leaves the leak, mean over samples"),
        *interval_columns("share_further", "", "signed share of all visits that are not told apart"),
        Column("residual_max", "", "largest distance of the parts' sum from the gradient, over the sum of their norms"),
        Column("share_cancelled", "", "share of samples whose shares are lost to cancellation and withheld"),
    ),
    shown=(
        Shown("length", "T", "steps"),
        Shown("ln_cancellation", "ln κ", "nats, 95 %"),
        Shown("share_none", "leak alone", "95 %"),
    ),
    remarks=remarks,
)
