"""The measured quantities that a claim may name, read off the tables of all measures.

- ``decay_rate``, ``horizon``, ``transport`` …: what the h0 gradient gives (`headline`); curves have a value at every
  ``length``.
- ``measure.column`` or ``measure.column[part]``: a number of the measure's summary (its CSV), as every seed has it;
  the part (gate, path, weight, matrix) stands in brackets where the summary has a row for each.
- ``measure.entries.column`` or ``measure.entries.column[part]``: a number of the measure's long table (its Parquet), at
  every value of the columns that tell its rows apart (`INDEX`: ``lag``, ``length``, ``rank``, ``step`` …).

A further measure brings its columns with it; only a new name of a column that tells rows apart goes into `INDEX`.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from gru_vanish.analysis.claims.headline import CURVES, NUMBERS
from gru_vanish.analysis.columns import Column
from gru_vanish.analysis.measured import Analysis
from gru_vanish.analysis.measures import MEASURE_TABLES
from gru_vanish.analysis.payload import MEASURE

ENTRIES = "entries"
WRITTEN = re.compile(r"(?P<name>[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*)(\[(?P<part>[^\[\]]+)\])?")
CENSORED = "_censored"
INDEX = ("length", "step", "step_first", "step_last", "lag", "rank", "visits")
"""The columns of long tables that tell rows apart, beside the part."""
COMPANIONS = ("_low", "_high", CENSORED)


@dataclass(frozen=True)
class Metric:
    """A quantity by name; ``index`` are the columns along which it may have values."""

    name: str
    measure: str
    column: str
    unit: str
    meaning: str
    index: tuple[str, ...] = ()
    part: str | None = None
    """The column whose value stands in brackets."""
    long: bool = False
    """Whether it is a number of the long table."""

    @property
    def written(self) -> str:
        """How a config names it."""
        return f"{self.name}[{self.part}]" if self.part else self.name


def split(written: str) -> tuple[str, str | None] | None:
    """Return the name and the part of a metric as written, None for what can be none."""
    found = WRITTEN.fullmatch(written)
    return (found["name"], found["part"]) if found else None


@cache
def metrics() -> Mapping[str, Metric]:
    """Return every quantity by its name."""
    return {one.name: one for one in (*headline_metrics(), *further_metrics(MEASURE_TABLES))}


def headline_metrics() -> Iterator[Metric]:
    """Give the quantities of the h0 gradient."""
    for name, number in NUMBERS.items():
        yield Metric(name, MEASURE, name, number.unit, number.meaning)
    for name, curve in CURVES.items():
        yield Metric(name, MEASURE, name, curve.unit, curve.meaning, index=("length",))


def further_metrics(tables: Mapping[str, Analysis[Any]]) -> Iterator[Metric]:
    """Give the quantities of further measures: those of the summary, and those of the long table."""
    for measure, analysis in tables.items():
        part = part_column(analysis)
        for column in numbers(analysis.row_columns):
            if column.name != part:
                yield Metric(f"{measure}.{column.name}", measure, column.name, column.unit, column.meaning, part=part)
        names = [column.name for column in analysis.columns]
        index = tuple(itertools.takewhile({part, *INDEX}.__contains__, names))
        for column in analysis.columns[len(index) :]:
            yield Metric(
                name=f"{measure}.{ENTRIES}.{column.name}",
                measure=measure,
                column=column.name,
                unit=column.unit,
                meaning=column.meaning,
                index=tuple(name for name in index if name != part),
                part=part if part in index else None,
                long=True,
            )


def part_column(analysis: Analysis[Any]) -> str | None:
    """Return the column that names the part which a row of the summary is about: first in both, without an interval."""
    first = analysis.row_columns[0].name
    is_value = any(column.name == f"{first}_low" for column in analysis.row_columns)
    return first if analysis.shown[0].column == first and not is_value else None


def numbers(columns: tuple[Column, ...]) -> Iterator[Column]:
    """Give the columns of a summary that are neither the end of an interval nor a word about another column."""
    names = {column.name for column in columns}
    for column in columns:
        stems = (column.name.removesuffix(end) for end in COMPANIONS if column.name.endswith(end))
        if not names.intersection(stems):
            yield column
