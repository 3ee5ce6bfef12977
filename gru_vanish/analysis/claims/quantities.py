"""From a metric to numbers: what every seed of every series has, at every point of the metric's own index."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.claims.headline import CURVES, NUMBERS, curve_samples
from gru_vanish.analysis.claims.metrics import CENSORED, Metric
from gru_vanish.analysis.claims.sample import Sample
from gru_vanish.analysis.measured import MeasuredSeries, MeasureTable
from gru_vanish.analysis.payload import MEASURE
from gru_vanish.analysis.table import Table

Index: TypeAlias = tuple[tuple[str, Any], ...]
"""A point of a metric's own index: (("length", 100),); empty for a number."""
Values: TypeAlias = dict[Index, Sample]


class NotMeasuredError(Exception):
    """A quantity that a study does not hold; the sentence says why."""


@dataclass
class Quantities:
    """The numbers of a study; each is read off the tables once."""

    headline: Callable[[], Table]
    of: Callable[[str], MeasureTable[Any]]
    _kept: dict[tuple[str, str | None, int], Values] = field(default_factory=dict)

    def values(self, metric: Metric, part: str | None, series: int) -> Values:
        """Return the quantity of one series; raise `NotMeasuredError` where there is none."""
        key = (metric.name, part, series)
        if key not in self._kept:
            self._kept[key] = self._read(metric, part, series)
        return self._kept[key]

    def _read(self, metric: Metric, part: str | None, series: int) -> Values:
        if metric.measure == MEASURE:
            return self._headline(metric, series)
        table = self.of(metric.measure)
        one = table.series[series]
        if not one.seeds:
            return {}
        read = of_long_table if metric.long else of_summary
        return read(table, one, metric, part)

    def _headline(self, metric: Metric, series: int) -> Values:
        one = self.headline().series[series]
        if not one.curves:
            return {}
        if metric.name in CURVES:
            found = curve_samples(one, CURVES[metric.name])
            return {(("length", length),): sample for length, sample in found.items()}
        number = NUMBERS[metric.name].of(one)
        if isinstance(number, str):
            raise NotMeasuredError(number)
        return {(): number}


def of_summary(table: MeasureTable[Any], one: MeasuredSeries[Any], metric: Metric, part: str | None) -> Values:
    """Return a number of the summary: the rows of one seed alone give that seed's own number."""
    values: dict[int, float] = {}
    censored = set()
    for seed, known in one.seeds.items():
        row = row_of(list(table.analysis.rows(replace(one, seeds={seed: known}))), metric, part)
        value = row[metric.column]
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise NotMeasuredError(f"{metric.name} is not a number")
        values[seed] = float(value)
        if row.get(f"{metric.column}{CENSORED}"):
            censored.add(seed)
    by_median = any(column.name == f"{metric.column}{CENSORED}" for column in table.analysis.row_columns)
    return {(): Sample(values, frozenset(censored), by_median=by_median)}


def row_of(rows: list[dict[str, Any]], metric: Metric, part: str | None) -> dict[str, Any]:
    """Return the row of a part; raise `NotMeasuredError` with those that there are."""
    if metric.part is None:
        return rows[0]
    for row in rows:
        if str(row[metric.part]) == part:
            return row
    raise NotMeasuredError(f"no {metric.part} '{part}'; there is: {', '.join(str(row[metric.part]) for row in rows)}")


def of_long_table(table: MeasureTable[Any], one: MeasuredSeries[Any], metric: Metric, part: str | None) -> Values:
    """Return a number of the long table at every point of its index."""
    found: dict[Index, dict[int, float]] = {}
    for seed, known in one.seeds.items():
        columns = dict(table.analysis.entries(known))
        read = points(columns, metric, of_part(columns, metric, part))
        if len(dict(read)) != len(read):
            raise NotMeasuredError(f"{', '.join(metric.index)} do not tell the rows of {metric.measure} apart")
        for index, value in read:
            found.setdefault(index, {})[seed] = value
    return {index: Sample(values) for index, values in found.items()}


def of_part(columns: Mapping[str, NDArray[Any]], metric: Metric, part: str | None) -> NDArray[np.bool_]:
    """Return which rows are about the part; raise `NotMeasuredError` with the parts that there are."""
    if metric.part is None:
        return np.ones(len(columns[metric.column]), np.bool_)
    words = [str(value) for value in columns[metric.part].tolist()]
    kept = np.asarray([word == part for word in words], np.bool_)
    if not kept.any():
        raise NotMeasuredError(f"no {metric.part} '{part}'; there is: {', '.join(dict.fromkeys(words))}")
    return kept


def points(columns: Mapping[str, NDArray[Any]], metric: Metric, kept: NDArray[np.bool_]) -> list[tuple[Index, float]]:
    """Return every kept row as its point of the index and its number."""
    along = [columns[name][kept].tolist() for name in metric.index]
    values = columns[metric.column][kept].tolist()
    rows = zip(*along, strict=True) if along else [()] * len(values)
    return [(tuple(zip(metric.index, row, strict=True)), float(value)) for row, value in zip(rows, values, strict=True)]
