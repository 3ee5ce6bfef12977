"""What differs and has no interval: words, medians that may be censored, shares, and numbers that one side lacks."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gru_vanish.analysis.columns import IDENTITY, SUMMARY_COLUMNS, Column
from gru_vanish.analysis.comparing.held import by_part, interval_names
from gru_vanish.analysis.comparing.pairs import Pair
from gru_vanish.analysis.comparing.side import SAME_RECORDS, Side, records
from gru_vanish.analysis.measured import COUNTS, REMARKS
from gru_vanish.analysis.measures import MEASURE_TABLES
from gru_vanish.analysis.payload import MEASURE
from gru_vanish.analysis.rows import Row, summary_row

TOLD_ELSEWHERE = ("name", "cell", "swept", "precision", "decay_rate_seeds", "reference", "rate_difference", "remarks",
                  "half_life_note", "ln_h0_gradient_at_max")  # fmt: skip
"""Of the summary of the h0 gradient: names, settings, and what is compared with an interval."""


@dataclass(frozen=True)
class Plain:
    """One value of a summary; None where a study has none."""

    pair: int
    name: str
    measure: str
    column: Column
    part: str
    a: Any
    b: Any

    @property
    def is_word(self) -> bool:
        """Whether it is a word, as the law that a curve follows."""
        return isinstance(self.a, str) or isinstance(self.b, str)

    @property
    def words(self) -> str:
        """What it is called: its column, the part in brackets."""
        return f"{self.column.name}[{self.part}]" if self.part else self.column.name


def plain_differences(a: Side, b: Side, pairs: Sequence[Pair], measures: Sequence[str]) -> Iterator[Plain]:
    """Give every value without an interval that is not the same in both studies."""
    for measure in measures:
        columns = columns_of(measure)
        for place, pair in enumerate(pairs):
            if records(a, b, pair, measure) == SAME_RECORDS:
                continue
            mine, theirs = rows_of(a, pair.a, measure), rows_of(b, pair.b, measure)
            for part in dict.fromkeys([*mine, *theirs]):
                first, second = mine.get(part, {}), theirs.get(part, {})
                for column, bare in columns.items():
                    one, other = first.get(column), second.get(column)
                    # With an interval it is compared as such, unless only one side has it.
                    if different(one, other) and (bare or (one is None) != (other is None)):
                        yield Plain(place, pair.name, measure, column_of(measure, column), part, one, other)


def columns_of(measure: str) -> dict[str, bool]:
    """Return the columns of a summary that may differ, and whether each is without an interval."""
    columns = SUMMARY_COLUMNS if measure == MEASURE else MEASURE_TABLES[measure].row_columns
    with_interval = interval_names(columns)
    ends = {f"{name}{end}" for name in with_interval for end in ("_low", "_high")}
    left_out = {*ends, *(column.name for column in (*IDENTITY, *COUNTS, REMARKS)), *TOLD_ELSEWHERE}
    part = None if measure == MEASURE else MEASURE_TABLES[measure].part
    names = [column.name for column in columns if column.name not in left_out and column.name != part]
    return {name: name not in with_interval or name == "half_life" for name in names}


def column_of(measure: str, name: str) -> Column:
    """Return what a column means."""
    columns = SUMMARY_COLUMNS if measure == MEASURE else MEASURE_TABLES[measure].row_columns
    return next(column for column in columns if column.name == name)


def rows_of(side: Side, series: int, measure: str) -> Mapping[str, Row]:
    """Return the rows of a series' summary by what each is about; none without a record."""
    if measure == MEASURE:
        one = side.findings.headline.series[series]
        return {"": summary_row(series, one, one)} if one.curves else {}
    table = side.findings.of(measure)
    found = table.series[series]
    return by_part(table.analysis.rows(found), table.analysis.part) if found.seeds else {}


def different(a: Any, b: Any) -> bool:
    """Say whether two values are not the same; the last bits of a number do not count."""
    if isinstance(a, int | float) and isinstance(b, int | float):
        return not math.isclose(a, b, rel_tol=1e-9)
    return bool(a != b)
