"""The tables of a study as they are exported: every column under its name, with what it means."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gru_vanish.analysis import (
    BAND_COLUMNS,
    BREAK_EVEN_COLUMNS,
    CURVE_COLUMNS,
    SUMMARY_COLUMNS,
    Column,
    Findings,
    MeasureTable,
    Table,
)
from gru_vanish.analysis.claims import CLAIM_COLUMNS, claim_rows
from gru_vanish.analysis.h0_parts import PART_COLUMNS, PART_ROW_COLUMNS


@dataclass(frozen=True)
class Exported:
    """One table; a value that does not exist is None in every format."""

    name: str
    meaning: str
    """What one row is."""
    dictionary: tuple[Column, ...]
    values: Mapping[str, Iterable[Any]]
    """By name of the column; empty where there is no row."""

    @cached_property
    def columns(self) -> dict[str, list[Any]]:
        """The columns in the order of the dictionary, as plain values."""
        return {column.name: [plain(value) for value in self.values.get(column.name, ())] for column in self.dictionary}

    @property
    def size(self) -> int:
        """The number of rows."""
        return max(map(len, self.columns.values()), default=0)

    def rows(self) -> list[dict[str, Any]]:
        """Return one mapping for each row."""
        names = list(self.columns)
        return [dict(zip(names, row, strict=True)) for row in zip(*self.columns.values(), strict=True)]

    def as_json(self) -> dict[str, Any]:
        """Return the table with its dictionary."""
        return {"table": self.name, "meaning": self.meaning, "columns": described(self), "rows": self.rows()}


def exported_tables(findings: Findings) -> list[Exported]:
    """Return every table of a study: of the headline, of its claims, and of every further measure."""
    found = list(_of_headline(findings.headline)) if findings.has_headline else []
    if findings.claims:
        found.append(Exported("claims", "one row for each claim", CLAIM_COLUMNS, columnar(claim_rows(findings.claims))))
    for measure in findings.further:
        found += _of_measure(findings.of(measure))
    return found


def _of_headline(table: Table) -> Iterator[Exported]:
    yield Exported("summary", "one row for each series", SUMMARY_COLUMNS, columnar(table.summary_rows()))
    yield Exported("curves", "one row for each series, seed and length", CURVE_COLUMNS, table.curve_columns())
    yield Exported("bands", "one row for each series and length, over seeds", BAND_COLUMNS, table.band_columns())
    if table.break_evens:
        rows = columnar(table.break_even_rows())
        yield Exported("break_even", "one row for each pair that may break even", BREAK_EVEN_COLUMNS, rows)
    if parts := table.part_rows():
        yield Exported("h0_parts", "one row for each part of a series' state", PART_ROW_COLUMNS, columnar(parts))
        values = table.part_columns()
        yield Exported("h0_parts_values", "one row for each series, seed, part and length", PART_COLUMNS, values)


def _of_measure(table: MeasureTable[Any]) -> Iterator[Exported]:
    name, rows, values = table.measure, columnar(table.rows()), table.columns()
    yield Exported(name, "one row for each series, or for each of its parts", table.row_dictionary, rows)
    yield Exported(f"{name}_values", "one row for each series, seed and index", table.column_dictionary, values)
    dictionaries = table.analysis.beside_dictionaries
    for long, columns in table.beside().items():
        meaning = table.analysis.beside[long.removeprefix(f"{name}_")].meaning
        yield Exported(long, meaning, dictionaries[long], columns)


def columnar(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return rows with equal keys as columns."""
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def plain(value: Any) -> Any:
    """Return a value as Python's own; nan says that there is none."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value


def dictionary(tables: Sequence[Exported]) -> dict[str, Any]:
    """Return what every table and column means, as JSON values."""
    return {table.name: {"meaning": table.meaning, "rows": table.size, "columns": described(table)} for table in tables}


def described(table: Exported) -> list[dict[str, str]]:
    """Return the columns of a table with their units."""
    return [{"name": one.name, "unit": one.unit, "meaning": one.meaning} for one in table.dictionary]
