"""The one result of the analysis: from it come the tables on disk, the figures and the report."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.horizon import EPSILON
from gru_vanish.analysis.intervals import CONFIDENCE
from gru_vanish.analysis.rows import band_rows, curve_rows, summary_row
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
    def progress(self) -> str:
        """The measured units, as ``k of N``."""
        planned = sum(len(one.seeds_planned) for one in self.series)
        return f"{sum(len(one.curves) for one in self.series)} of {planned}"

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
        return [summary_row(index, one) for index, one in enumerate(self.series)]

    def curve_columns(self) -> dict[str, NDArray[Any]]:
        """Return one entry per series, seed and length, as columns for ``curves.parquet``."""
        return columns_of([row for index, one in enumerate(self.series) for row in curve_rows(index, one)])

    def band_columns(self) -> dict[str, NDArray[Any]]:
        """Return one entry per length of every series that has a measured seed, over seeds, as columns."""
        measured = [(index, one) for index, one in enumerate(self.series) if one.curves]
        return columns_of([row for index, one in measured for row in band_rows(index, one)])

    def summary(self) -> dict[str, Any]:
        """Return the summary as JSON-like values for ``summary.json``."""
        return {
            "schema": 1,
            "name": self.name,
            "question": self.question,
            "created": self.created,
            "finished": self.finished,
            "units": self.progress,
            "confidence": CONFIDENCE,
            "horizon_epsilon": EPSILON,
            "series": self.summary_rows(),
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
