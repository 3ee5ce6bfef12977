"""The one result of the analysis: from it come the tables on disk, the figures and the report."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.break_even import BreakEven, break_evens
from gru_vanish.analysis.h0_parts import part_entries, part_rows
from gru_vanish.analysis.horizon import EPSILON
from gru_vanish.analysis.laws import BOUND
from gru_vanish.analysis.rows import band_rows, break_even_row, curve_rows, summary_row
from gru_vanish.analysis.series import SeriesTable


@dataclass(frozen=True)
class Table:
    """A study's series in the order of its manifest."""

    name: str
    question: str
    created: str
    series: tuple[SeriesTable, ...]

    @property
    def finished(self) -> bool:
        """Whether every planned seed of every series is there."""
        return all(not one.missing for one in self.series)

    @property
    def counts(self) -> tuple[int, int]:
        """The measured and the planned units."""
        return sum(len(one.curves) for one in self.series), sum(len(one.seeds_planned) for one in self.series)

    @property
    def progress(self) -> str:
        """The measured units, as ``k of N``."""
        return "{} of {}".format(*self.counts)

    def one(self, label: str, **swept: Any) -> SeriesTable:
        """Return the series with this label, and with these last words of its swept axes where given."""
        found = [one for one in self.series if one.label == label and matches(one, swept)]
        if len(found) != 1:
            wanted = ", ".join([label, *(f"{axis}={value}" for axis, value in swept.items())])
            names = "; ".join(one.name.short for one in found or self.series)
            raise LookupError(f"{len(found)} series fit '{wanted}', expected one of: {names}")
        return found[0]

    def summary_rows(self) -> list[dict[str, Any]]:
        """Return one row per series for ``summary.csv``; None where there is no value."""
        return [summary_row(index, one, self.series[0]) for index, one in enumerate(self.series)]

    @cached_property
    def break_evens(self) -> tuple[BreakEven, ...]:
        """Where a swept cell decays as fast as another, one for each axis and reference."""
        return tuple(break_evens(self.series))

    def break_even_rows(self) -> list[dict[str, Any]]:
        """Return one row per break-even for ``break_even.csv``; None where there is no value."""
        return [break_even_row(one) for one in self.break_evens]

    def curve_columns(self) -> dict[str, NDArray[Any]]:
        """Return one entry per series, seed and length, as columns for ``curves.parquet``."""
        return columns_of([row for index, one in enumerate(self.series) for row in curve_rows(index, one)])

    def part_rows(self) -> list[dict[str, Any]]:
        """Return one row per part of each state that has several, for ``h0_parts.csv``."""
        return [row for index, one in enumerate(self.series) for row in part_rows(index, one)]

    def part_columns(self) -> dict[str, NDArray[Any]]:
        """Return one entry per series, seed, part and length, as columns for ``h0_parts.parquet``."""
        return columns_of([row for index, one in enumerate(self.series) for row in part_entries(index, one)])

    def band_columns(self) -> dict[str, NDArray[Any]]:
        """Return one entry per length of every series that has a measured seed, over seeds, as columns."""
        measured = [(index, one) for index, one in enumerate(self.series) if one.curves]
        return columns_of([row for index, one in measured for row in band_rows(index, one)])

    def summary(self) -> dict[str, Any]:
        """Return what ``summary.json`` holds of the h0 gradient."""
        return {
            "horizon_epsilon": EPSILON,
            "misfit_bound": BOUND,
            "series": self.summary_rows(),
            "break_even": self.break_even_rows(),
            "h0_parts": self.part_rows(),
        }


def matches(one: SeriesTable, swept: dict[str, Any]) -> bool:
    """Say whether every wanted axis, full path or last word, has the wanted value in this series."""
    words = {path.rsplit(".", 1)[-1]: value for path, value in one.swept.items()} | dict(one.swept)
    return all(axis in words and words[axis] == value for axis, value in swept.items())


def columns_of(rows: list[dict[str, Any]]) -> dict[str, NDArray[Any]]:
    """Turn rows with equal keys into columns; None becomes nan."""
    if not rows:
        return {}
    columns = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        if any(value is None for value in values):
            values = [math.nan if value is None else value for value in values]
        columns[name] = np.asarray(values)
    return columns
