"""Gates and states along the sequence: their level, their spread over units, and what share of them is saturated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.columns import Column
from gru_vanish.analysis.intervals import student_interval
from gru_vanish.analysis.measured import Analysis, MeasuredSeries, Shown, interval_columns
from gru_vanish.analysis.payload import FloatArray, IntArray
from gru_vanish.analysis.rows import Row, estimate
from gru_vanish.analysis.stored import Arrays

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
QUANTILES = tuple(f"quantile_{round(100 * level):02d}" for level in LEVELS)
STATE = "state"
SHAPES = {"mean": "G", "quantiles": "G Q", "saturated": "G 2"}  # of a gate's arrays


@dataclass(frozen=True)
class Part:
    """The state h, or one gate after its function, at G steps; over units and samples of one seed."""

    mean: FloatArray  # (G,)
    rms: FloatArray  # (G,) root mean square; nan for a gate
    quantiles: FloatArray  # (G, 5) at LEVELS
    saturated: FloatArray  # (G, 2) shares saturated low and high; nan for the state, which passes through no function


@dataclass(frozen=True)
class Gates:
    """One seed: the steps, how many samples count there, and what is seen of every part."""

    steps: IntArray  # (G,)
    finite: IntArray  # (G,) samples whose states are finite so far
    chaotic: IntArray  # (G,) samples that are chaotic by this step
    parts: Mapping[str, Part]  # `STATE`, then the gates by name


def reduce(arrays: Arrays, _: Mapping[str, Any]) -> Gates:
    """Return what a record says; raise ``ValueError`` where its quantiles are at other levels."""
    state = {"state_mean": "G", "state_rms": "G", "state_quantiles": "G Q"}
    found = arrays.take(times="G", levels="Q", finite="G", chaotic="G", **state)
    if not np.array_equal(found["levels"], LEVELS):
        raise ValueError(f"record {arrays.key}: quantiles at {found['levels'].tolist()}, expected {list(LEVELS)}")
    unknown = np.full((found["times"].size, 2), np.nan)
    parts = {STATE: Part(found["state_mean"], found["state_rms"], found["state_quantiles"], unknown)}
    for gate in gates_of(arrays):
        names = mean, quantiles, saturated = [f"gate_{gate}_{what}" for what in SHAPES]
        seen = arrays.take(times="G", levels="Q", **dict(zip(names, SHAPES.values(), strict=True)))
        parts[gate] = Part(seen[mean], unknown[:, 0], seen[quantiles], seen[saturated])
    return Gates(found["times"], found["finite"], found["chaotic"], parts)


def gates_of(arrays: Arrays) -> list[str]:
    """Return the names of the gates that any array of the record is about."""
    gates = [name.removeprefix("gate_").rpartition("_")[0] for name in arrays.payload if name.startswith("gate_")]
    return list(dict.fromkeys(gates))


def entries(seed: Gates) -> dict[str, NDArray[Any]]:
    """Return one row per part and step."""
    size, parts = seed.steps.size, seed.parts
    quantiles = np.concatenate([part.quantiles for part in parts.values()])
    saturated = np.concatenate([part.saturated for part in parts.values()])
    return {
        "part": np.repeat(np.asarray(list(parts), object), size),
        "step": np.tile(seed.steps, len(parts)),
        "mean": np.concatenate([part.mean for part in parts.values()]),
        "rms": np.concatenate([part.rms for part in parts.values()]),
        **{name: quantiles[:, place] for place, name in enumerate(QUANTILES)},
        "share_saturated_low": saturated[:, 0],
        "share_saturated_high": saturated[:, 1],
        "finite_samples": np.tile(seed.finite, len(parts)),
        "chaotic_samples": np.tile(seed.chaotic, len(parts)),
    }


def rows(one: MeasuredSeries[Gates]) -> Iterator[Row]:
    """Give every part at the last step, over seeds."""
    first = next(iter(one.seeds.values()))
    for part in first.parts:
        seen = [last(seed.parts[part]) for seed in one.seeds.values()]
        row: Row = {"part": part, "step": int(first.steps[-1])}
        for name in seen[0]:
            row |= estimate(name, student_interval([each[name] for each in seen]))
        yield row


def last(part: Part) -> dict[str, float]:
    """Return what is seen of a part at the last step."""
    return {
        "mean": float(part.mean[-1]),
        "rms": float(part.rms[-1]),
        **{name: float(part.quantiles[-1, place]) for place, name in enumerate(QUANTILES)},
        "share_saturated_low": float(part.saturated[-1, 0]),
        "share_saturated_high": float(part.saturated[-1, 1]),
    }


def remarks(one: MeasuredSeries[Gates]) -> Iterator[str]:
    """Say from where on samples are left out, or mean something in statistics only."""
    samples = [int(seed.finite.max(initial=0)) for seed in one.seeds.values()]
    lost = [first_step(seed.steps, seed.finite < most) for seed, most in zip(one.seeds.values(), samples, strict=True)]
    chaotic = [first_step(seed.steps, seed.chaotic > 0) for seed in one.seeds.values()]
    for steps, word in ((lost, "samples overflow and are left out"), (chaotic, "samples are chaotic")):
        known = [step for step in steps if step is not None]
        if known:
            yield f"{word} from t = {min(known)} on"


def first_step(steps: IntArray, true: NDArray[np.bool_]) -> int | None:
    """Return the first step where something is true."""
    return int(steps[int(true.argmax())]) if true.any() else None


PART = Column("part", "", "'state' for h, else the gate, after its function")
SHARES = (
    ("share_saturated_low", "share of units and samples whose slope is below 1 % of the largest, at the low end"),
    ("share_saturated_high", "share of units and samples whose slope is as small at the high end"),
)

GATE_STATISTICS: Analysis[Gates] = Analysis(
    measure="gate_statistics",
    reduce=reduce,
    entries=entries,
    columns=(
        PART,
        Column("step", "steps", "t"),
        Column("mean", "", "mean over units and samples"),
        Column("rms", "", "root mean square over units and samples; of the state alone"),
        *(
            Column(name, "", f"quantile {level:g} over units and samples")
            for name, level in zip(QUANTILES, LEVELS, strict=True)
        ),
        *(Column(name, "", meaning) for name, meaning in SHARES),
        Column("finite_samples", "", "samples whose states are finite so far: only these are counted"),
        Column("chaotic_samples", "", "samples that are chaotic by t"),
    ),
    rows=rows,
    row_columns=(
        PART,
        Column("step", "steps", "the last step, T_max"),
        *interval_columns("mean", "", "mean over units and samples"),
        *interval_columns("rms", "", "root mean square over units and samples, of the state alone"),
        *(
            column
            for name, level in zip(QUANTILES, LEVELS, strict=True)
            for column in interval_columns(name, "", f"quantile {level:g} over units and samples")
        ),
        *(column for name, meaning in SHARES for column in interval_columns(name, "", meaning)),
    ),
    shown=(
        Shown("part", "part"),
        Shown("mean", "mean", "at T_max, 95 %"),
        Shown("quantile_05", "5 %", "of units"),
        Shown("quantile_95", "95 %", "of units"),
        Shown("share_saturated_low", "saturated", "low"),
        Shown("share_saturated_high", "saturated", "high"),
    ),
    remarks=remarks,
)
