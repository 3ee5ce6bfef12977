"""The measures that a training takes at its checkpoints, each reduced by its own analysis as if it stood alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gru_vanish.analysis.aggregate import SeedCurve, aggregate
from gru_vanish.analysis.lag_shares import Lags
from gru_vanish.analysis.measured import Analysis, MeasuredSeries
from gru_vanish.analysis.names import SeriesName
from gru_vanish.analysis.payload import MEASURE, FloatArray, IntArray, RecordLike, checked
from gru_vanish.analysis.rates import seed_rate
from gru_vanish.analysis.stored import Arrays

LAGS = "lag_shares"
HEADLINE = ("ln_h0_gradient", "ln_transport", "plain_h0_gradient", "status")


@dataclass(frozen=True)
class Transport:
    """The h0 gradient at C checkpoints and L lengths, means over the samples."""

    lengths: IntArray  # (L,)
    ln_transport: FloatArray  # (C, L) nats
    ln_h0_gradient: FloatArray  # (C, L) nats


@dataclass(frozen=True)
class ByLag:
    """The weight gradient by lag at C checkpoints and K lags."""

    lags: IntArray  # (K,)
    share: Mapping[str, FloatArray]  # by weight: (C, K)
    tail: Mapping[str, FloatArray]  # by weight: (C, K)


@dataclass(frozen=True)
class Observed:
    """What the observed measures say: numbers (C,) by (``measure.column``, part), and two kinds of curves."""

    numbers: Mapping[tuple[str, str], FloatArray]
    transport: Transport | None
    by_lag: ByLag | None


@dataclass(frozen=True)
class Checkpoint:
    """The arrays of one measure at one checkpoint, like a record of its own."""

    payload: Mapping[str, Any]
    about: Mapping[str, Any]


def observed(arrays: Arrays, setting: Mapping[str, Any], observable: Mapping[str, Analysis[Any]]) -> Observed:
    """Return what the record holds of measures that were taken at the checkpoints."""
    count = arrays.take(checkpoints="C")["checkpoints"].size
    names = list(dict.fromkeys(name.partition("/")[0] for name in arrays.payload if "/" in name))
    numbers: dict[tuple[str, str], FloatArray] = {}
    transport, by_lag = None, None
    if MEASURE in names:
        curves = [headline(part) for part in checkpoints(arrays, MEASURE, count)]
        numbers[f"{MEASURE}.decay_rate", ""] = np.asarray([decay_rate(curve) for curve in curves])
        transport = Transport(
            curves[0].lengths, np.stack([one.transport for one in curves]), np.stack([one.typical for one in curves])
        )
    for name, analysis in observable.items():
        if name in names:
            seen = [analysis.reduce(part, setting) for part in checkpoints(arrays, name, count)]
            numbers |= stacked(analysis, seen, setting)
            by_lag = lags_of(seen) if name == LAGS else by_lag
    return Observed(numbers, transport, by_lag)


def checkpoints(arrays: Arrays, measure: str, count: int) -> Iterator[Arrays]:
    """Give the arrays of a measure at one checkpoint after another, under their own names."""
    start = f"{measure}/"
    own = {name.removeprefix(start): values for name, values in arrays.payload.items() if name.startswith(start)}
    for name, values in own.items():
        if np.shape(values)[:1] != (count,):
            raise ValueError(f"record {arrays.key}: {start}{name} has shape {np.shape(values)}, not ({count}, …)")
    for index in range(count):
        yield Arrays(arrays.key, {name: np.asarray(values)[index] for name, values in own.items()}, start)


def headline(arrays: Arrays) -> SeedCurve:
    """Return the h0 gradient of one checkpoint; what is not there is named as it stands in the record."""
    arrays.take(lengths="L", **dict.fromkeys(HEADLINE, "L B"))
    record: RecordLike = Checkpoint(arrays.payload, {})
    return aggregate(0, checked(record, arrays.key))


def decay_rate(curve: SeedCurve) -> float:
    """Return the decay rate in nats per step; nan where the lengths leave no window."""
    rate = seed_rate(curve.lengths, curve.transport)
    return np.nan if rate is None else rate.whole


def stacked(analysis: Analysis[Any], seen: list[Any], setting: Mapping[str, Any]) -> dict[tuple[str, str], FloatArray]:
    """Return every number of the measure's summary, at every checkpoint that has it; nan where it has none."""
    found: dict[tuple[str, str], FloatArray] = {}
    for index, known in enumerate(seen):
        for key, value in numbers_of(analysis, known, setting):
            found.setdefault(key, np.full(len(seen), np.nan))[index] = value
    return found


def numbers_of(
    analysis: Analysis[Any], known: Any, setting: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, str], float]]:
    """Give the numbers of the summary that one checkpoint alone would have: ((measure.column, part), value)."""
    one = MeasuredSeries("", None, SeriesName("", "", "", ()), {}, setting, (0,), {0: known})
    part, names = analysis.part, {column.name for column in analysis.row_columns}
    for row in analysis.rows(one):
        for name, value in row.items():
            is_end = any(name.endswith(end) and name.removesuffix(end) in names for end in ("_low", "_high"))
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if is_number and not is_end and name != part:
                yield (f"{analysis.measure}.{name}", str((row[part] if part else None) or "")), float(value)


def lags_of(seen: list[Lags]) -> ByLag:
    """Return the shares by lag at every checkpoint."""
    first = seen[0]
    return ByLag(
        first.lags,
        share={name: np.stack([each.weights[name].share for each in seen]) for name in first.weights},
        tail={name: np.stack([each.weights[name].tail for each in seen]) for name in first.weights},
    )
