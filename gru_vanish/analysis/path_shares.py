"""Shares of the gate paths in the gradient: along the sequence and in all, and how many steps leave the leak."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.aggregate import finite_mean
from gru_vanish.analysis.columns import Column
from gru_vanish.analysis.intervals import Estimate, student_interval
from gru_vanish.analysis.measured import Analysis, MeasuredSeries, Shown, interval_columns
from gru_vanish.analysis.payload import STATUSES, FloatArray, IntArray
from gru_vanish.analysis.rows import Row, estimate, known
from gru_vanish.analysis.stored import Arrays


@dataclass(frozen=True)
class Paths:
    """One seed; S lengths, ascending, and G bins of steps; nan where a bin or a value does not exist."""

    lengths: IntArray  # (S,)
    bin_ends: IntArray  # (S, G) last step of every bin, −1 where a short length has fewer
    counted: FloatArray  # (S, G) share of the bin's steps and samples that count
    shares: Mapping[str, FloatArray]  # by path: (S, G) mean share over those
    totals: Mapping[str, FloatArray]  # by path: (S,) share over all steps, mean over the samples that have one
    visits: FloatArray  # (S,) steps that are not taken by the leak, mean over the same samples
    alignment: FloatArray  # (S,) smallest alignment of any sample
    cancelled: FloatArray  # (S,) share of the samples whose shares are lost to cancellation
    statuses: IntArray  # (S, 6) samples per status, in the order of STATUSES


def reduce(arrays: Arrays, _: Mapping[str, Any]) -> Paths:
    """Return what a record says."""
    found = arrays.take(
        lengths="S", bin_ends="S G", counted="S G", visits="S B", alignment="S B", cancelled="S B", status="S B"
    )
    paths = paths_of(arrays)
    shares = arrays.take(lengths="S", bin_ends="S G", **{f"share_{path}": "S G" for path in paths})
    totals = arrays.take(lengths="S", status="S B", **{f"total_{path}": "S B" for path in paths})
    lengths = found["lengths"]
    return Paths(
        lengths=lengths,
        bin_ends=found["bin_ends"],
        counted=found["counted"],
        shares={path: shares[f"share_{path}"] for path in paths},
        totals={path: finite_mean(totals[f"total_{path}"]) / lengths for path in paths},
        visits=finite_mean(found["visits"]),
        alignment=np.fmin.reduce(found["alignment"], axis=1),
        cancelled=found["cancelled"].mean(axis=1),
        statuses=counts_of(found["status"]),
    )


def paths_of(arrays: Arrays) -> list[str]:
    """Return the paths that any array of the record is about: leaks first, the others by name."""
    words = [name.partition("_") for name in arrays.payload]
    paths = {path for word, _, path in words if word in ("share", "total") and path}
    return sorted(paths, key=lambda path: (not path.startswith("leak"), path))


def entries(seed: Paths) -> dict[str, NDArray[Any]]:
    """Return one row per path, length and bin."""
    there = seed.bin_ends > 0
    starts = np.concatenate([np.zeros_like(seed.bin_ends[:, :1]), seed.bin_ends[:, :-1]], axis=1) + 1
    lengths = np.broadcast_to(seed.lengths[:, None], there.shape)
    count, paths = int(there.sum()), list(seed.shares)
    return {
        "path": np.repeat(np.asarray(paths, object), count),
        "length": np.tile(lengths[there], len(paths)),
        "step_first": np.tile(starts[there], len(paths)),
        "step_last": np.tile(seed.bin_ends[there], len(paths)),
        "share": np.concatenate([share[there] for share in seed.shares.values()]),
        "counted": np.tile(seed.counted[there], len(paths)),
    }


def rows(one: MeasuredSeries[Paths]) -> Iterator[Row]:
    """Give every path at the longest length, over seeds."""
    seeds = list(one.seeds.values())
    first = seeds[0]
    samples = first.statuses[-1].sum()
    for path in first.totals:
        yield {
            "path": path,
            "length": int(first.lengths[-1]),
            **estimate("share", total_share(one, path)),
            **estimate("visits", student_interval([float(seed.visits[-1]) for seed in seeds])),
            "alignment_min": known(float(np.fmin.reduce([seed.alignment[-1] for seed in seeds]))),
            "share_cancelled": float(np.mean([seed.cancelled[-1] for seed in seeds])),
            "samples": int(samples),
        }


def total_share(one: MeasuredSeries[Paths], path: str) -> Estimate | None:
    """Return a path's share over all steps of the longest length, mean over seeds; None without such a path."""
    return student_interval([float(seed.totals[path][-1]) for seed in one.seeds.values() if path in seed.totals])


def remarks(one: MeasuredSeries[Paths]) -> Iterator[str]:
    """Say where shares mean nothing, or less than they seem to."""
    seeds = list(one.seeds.values())
    if len(seeds[0].totals) == 1:
        yield "one use of h_(t-1): its share is 1 by definition"
    lost = np.mean([seed.cancelled for seed in seeds], axis=0)
    if lost.max() > 0.0:
        first = int(seeds[0].lengths[int((lost > 0.0).argmax())])
        yield f"cancelled from T = {first} on (up to {lost.max():.0%} of the samples): withheld"
    yield from status_remarks(seeds[0].lengths, np.sum([seed.statuses for seed in seeds], axis=0))


def counts_of(status: IntArray) -> IntArray:
    """Return the samples per status of every length, (S, B) → (S, 6)."""
    return np.stack([(status == code).sum(axis=1) for code in range(len(STATUSES))], axis=1).astype(np.int64)


def status_remarks(lengths: IntArray, counts: IntArray) -> Iterator[str]:
    """Say where samples are not what they seem; ``saturated`` values are right, so not here."""
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for status in ("chaotic", "underflow", "exact_zero", "nonfinite"):
        own = share[:, STATUSES.index(status)]
        if own.max() > 0.0:
            first = int(lengths[int((own > 0.0).argmax())])
            yield f"{status} from T = {first} on (up to {own.max():.0%} of the samples)"


PATH = Column("path", "", "use of h_(t-1) that the gradient goes by")

PATH_SHARES: Analysis[Paths] = Analysis(
    measure="path_shares",
    reduce=reduce,
    entries=entries,
    columns=(
        PATH,
        Column("length", "steps", "T"),
        Column("step_first", "steps", "first step of the bin"),
        Column("step_last", "steps", "last step of the bin"),
        Column("share", "", "share of the path, mean over the bin's steps and samples; may be negative"),
        Column("counted", "", "share of those steps and samples that count: not lost to cancellation"),
    ),
    rows=rows,
    row_columns=(
        PATH,
        Column("length", "steps", "the longest length, T"),
        *interval_columns("share", "", "share of the path over all steps, mean over samples; the paths add up to 1"),
        *interval_columns("visits", "steps", "steps not taken by the leak: T times 1 minus the leak's share"),
        Column("alignment_min", "", "smallest |<delta_t, w_t>| / (|delta_t| |w_t|) of any seed, sample and step"),
        Column("share_cancelled", "", "share of samples whose shares are lost to cancellation and withheld"),
        Column("samples", "", "samples of each seed"),
    ),
    shown=(Shown("path", "path"), Shown("share", "share", "95 %"), Shown("visits", "visits", "steps, 95 %")),
    remarks=remarks,
)
