"""Numbers that differ: every number with an interval that both studies have, corrected for how many they are."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gru_vanish.analysis.break_even import BreakEven, break_evens
from gru_vanish.analysis.claims.holm import Corrected, holm
from gru_vanish.analysis.columns import BREAK_EVEN_COLUMNS, Column
from gru_vanish.analysis.comparing import tested
from gru_vanish.analysis.comparing.held import (
    LEVEL,
    MEAN,
    MEDIAN,
    SHARE,
    Held,
    Numbers,
    headline_columns,
    of_headline,
    of_measure,
    sample,
)
from gru_vanish.analysis.comparing.pairs import Pair
from gru_vanish.analysis.comparing.side import COMPUTED_TWICE, SAME_RECORDS, Side, records
from gru_vanish.analysis.comparing.tested import Tested
from gru_vanish.analysis.intervals import CONFIDENCE
from gru_vanish.analysis.measures import MEASURE_TABLES
from gru_vanish.analysis.payload import MEASURE
from gru_vanish.analysis.rates import ROUNDING
from gru_vanish.analysis.series import SeriesTable
from gru_vanish.analysis.table import Table

ALPHA = 1.0 - CONFIDENCE
FEWEST_STEPS = 10
"""Below them the norm and the loss round as much as the steps do."""

MAIN = ("decay_rate", LEVEL, "break_even")
"""The numbers by which the h0 gradient is told."""

DIFFERS = "differs"
ALONE = "differs alone"
NOT_APART = "not told apart"
EQUAL = "equal"
WITHIN_ROUNDING = "within rounding"
BEYOND_ROUNDING = "beyond rounding"
NOT_TESTED = "not tested"
OUTCOMES: Mapping[str, str] = {
    DIFFERS: "beyond its interval, p at most 0.05 also when corrected for the number of comparisons (Holm)",
    ALONE: "beyond its interval, but p above 0.05 when corrected",
    NOT_APART: "p above 0.05: the interval contains 0, or the seeds are too few for one of 95 %",
    SAME_RECORDS: "both read the same records: nothing to compare",
    EQUAL: "the same number in every seed",
    WITHIN_ROUNDING: "rounding may be all of it",
    BEYOND_ROUNDING: "the same unit, computed twice, and further apart than rounding explains",
    NOT_TESTED: "too few seeds, or no values by seed",
}


@dataclass(frozen=True)
class Number:
    """One number of a pair; the difference is B − A. ``corrected`` is there where it was tested."""

    pair: int | None
    """None for a number of several series, as a break-even."""
    name: str
    measure: str
    column: Column
    part: str
    a: Held
    b: Held
    tested: Tested | None
    outcome: str
    note: str = ""
    corrected: Corrected | None = None

    @property
    def words(self) -> str:
        """What the number is called: its column, the part in brackets."""
        return f"{self.column.name}[{self.part}]" if self.part else self.column.name

    @property
    def rank(self) -> int:
        """Its place among the few by which its measure is told on the terminal; behind them where it is none."""
        told = told_by(self.measure)
        is_told = self.column.name in told and (self.measure != MEASURE or not self.part)
        return told.index(self.column.name) if is_told else len(told)

    @property
    def is_main(self) -> bool:
        """Whether it is one of those few."""
        return self.rank < len(told_by(self.measure))

    @property
    def is_beyond(self) -> bool:
        """Whether it differs by more than its interval, alone or also when corrected."""
        return self.outcome in (DIFFERS, ALONE, BEYOND_ROUNDING)


def told_by(measure: str) -> tuple[str, ...]:
    """Return the numbers by which a measure is told on the terminal."""
    if measure == MEASURE:
        return MAIN
    analysis = MEASURE_TABLES[measure]
    return tuple(one.column for one in analysis.shown if one.column != analysis.part)


def compared_numbers(a: Side, b: Side, pairs: Sequence[Pair], measures: Sequence[str]) -> tuple[Number, ...]:
    """Return every number that both have, in the order of the measures and pairs."""
    found = [one for measure in measures for one in of_one_measure(a, b, pairs, measure)]
    judged = [place for place, one in enumerate(found) if one.outcome == ""]
    corrected = holm([p_of(found[place]) for place in judged])
    for place, each in zip(judged, corrected, strict=True):
        p = p_of(found[place])
        outcome = DIFFERS if each.p <= ALPHA else ALONE if p <= ALPHA else NOT_APART
        found[place] = replace(found[place], outcome=outcome, corrected=each)
    return tuple(found)


def p_of(one: Number) -> float:
    """Return the p-value of a number that is tested."""
    assert one.tested is not None
    return one.tested.p


def of_one_measure(a: Side, b: Side, pairs: Sequence[Pair], measure: str) -> Iterator[Number]:
    """Give the numbers of one measure; an outcome that is still empty is for the tests to say."""
    columns = headline_columns() if measure == MEASURE else {c.name: c for c in MEASURE_TABLES[measure].row_columns}
    for place, pair in enumerate(pairs):
        mine, theirs = numbers_of(a, b, pair, measure)
        twice = records(a, b, pair, measure)
        for key in (key for key in mine if key in theirs):
            _, column, part = key
            one = Number(place, pair.name, measure, columns[column], part, mine[key], theirs[key], None, "")
            yield judged(one, twice, rounding(a, b, pair))
    if measure == MEASURE:
        yield from of_break_evens(a.findings.headline, b.findings.headline, label_map(a, b, pairs))


def numbers_of(a: Side, b: Side, pair: Pair, measure: str) -> tuple[Numbers, Numbers]:
    """Return the numbers of both series of a pair."""
    if measure == MEASURE:
        mine, theirs = a.findings.headline.series[pair.a], b.findings.headline.series[pair.b]
        length = longest_common(mine, theirs)
        return of_headline(mine, length), of_headline(theirs, length)
    tables = a.findings.of(measure), b.findings.of(measure)
    return of_measure(tables[0], tables[0].series[pair.a]), of_measure(tables[1], tables[1].series[pair.b])


def longest_common(a: SeriesTable, b: SeriesTable) -> int | None:
    """Return the longest length at which both were measured, None where there is none."""
    return max(set(a.lengths.tolist()) & set(b.lengths.tolist()), default=None)


def rounding(a: Side, b: Side, pair: Pair) -> tuple[float, int]:
    """Return the rounding of one step in the coarser of two precisions, and the steps of the longest sequence."""
    settings = a.setting(pair.a), b.setting(pair.b)
    unit = max(ROUNDING.get(str(one.get("precision", "float32")), ROUNDING["float32"]) for one in settings)
    return unit, max(FEWEST_STEPS, *(int(one["lengths"][-1]) for one in settings))


def judged(one: Number, twice: str, rounds: tuple[float, int]) -> Number:
    """Return the number with its difference, and with its outcome where no test is needed for that."""
    found = difference(one.a, one.b)
    unit, steps = rounds
    told = replace(one, tested=found, note=where(one.a, one.b))
    if twice == SAME_RECORDS:
        return replace(told, outcome=SAME_RECORDS)
    common = one.a.values.keys() & one.b.values.keys()
    apart = [abs(one.b.values[seed] - one.a.values[seed]) for seed in sorted(common)]
    if apart and not any(apart):
        return replace(told, outcome=EQUAL)
    scale = unit * max(1.0, abs(one.a.told.mean), abs(one.b.told.mean))
    if twice == COMPUTED_TWICE and apart:
        within = max(apart) <= steps * scale
        note = joined(told.note, f"computed twice, at most {max(apart):.2g} apart")
        return replace(told, outcome=WITHIN_ROUNDING if within else BEYOND_ROUNDING, note=note)
    if found is None:
        return replace(told, outcome=NOT_TESTED)
    return replace(told, outcome=WITHIN_ROUNDING) if abs(found.value) <= scale else told


def difference(a: Held, b: Held) -> Tested | None:
    """Return B − A by the test that both numbers allow; None where there is none."""
    if a.kind == b.kind == MEDIAN:
        return tested.medians(sample(a), sample(b))
    if a.kind == b.kind == SHARE:
        return tested.shares(list(a.values.values()), list(b.values.values()))
    if MEDIAN in (a.kind, b.kind):
        return None
    if a.values and b.values and {a.kind, b.kind} <= {MEAN, SHARE}:
        return tested.means(a.values, b.values)
    return None


def where(a: Held, b: Held) -> str:
    """Say at what else both numbers were taken, where that is not the same."""
    mine, theirs = dict(a.at), dict(b.at)
    changed = [name for name in mine if name in theirs and mine[name] != theirs[name]]
    return "; ".join(f"{name} {mine[name]} against {theirs[name]}" for name in changed)


def joined(*notes: str) -> str:
    """Return notes as one."""
    return "; ".join(note for note in notes if note)


BreakEvens = dict[tuple[str, str, str, str], BreakEven]
Name = Callable[[str], str]


def of_break_evens(a: Table, b: Table, named: Name) -> Iterator[Number]:
    """Give where two cells break even, in studies that both know it."""
    mine, theirs = keyed(a.break_evens, str), keyed(b.break_evens, named)
    column = next(column for column in BREAK_EVEN_COLUMNS if column.name == "break_even")
    for key, one in mine.items():
        other = theirs.get(key)
        if other is None or one.value is None or other.value is None:
            continue
        first = Held(one.value, MEAN, break_evens_by_seed(a, key, str))
        second = Held(other.value, MEAN, break_evens_by_seed(b, key, named))
        name = f"{one.label} and {one.reference} by {key[1]}"
        told = Number(None, name, MEASURE, column, "", first, second, None, "")
        yield judged(told, "", (ROUNDING["float32"], FEWEST_STEPS))


def keyed(found: Sequence[BreakEven], named: Name) -> BreakEvens:
    """Return break-evens by what they are about, under the labels of A."""
    return {key_of(one, named): one for one in found}


def key_of(one: BreakEven, named: Name) -> tuple[str, str, str, str]:
    """Return what a break-even is about."""
    axis = one.axis.removeprefix(f"cells.{one.label}.")
    others = {path.removeprefix(f"cells.{one.label}."): value for path, value in one.others.items()}
    return named(one.label), axis, json.dumps(others, sort_keys=True), named(one.reference)


def break_evens_by_seed(table: Table, key: tuple[str, str, str, str], named: Name) -> dict[int, float]:
    """Return one break-even as every seed alone gives it."""
    found = {}
    for seed in sorted({seed for one in table.series for seed in one.seed_rates}):
        alone = [
            replace(one, seed_rates={s: r for s, r in one.seed_rates.items() if s == seed}) for one in table.series
        ]
        value = keyed(list(break_evens(alone)), named)[key].value
        if value is not None:
            found[seed] = value.mean
    return found


def label_map(a: Side, b: Side, pairs: Sequence[Pair]) -> Name:
    """Return what gives a label of B the label of A that it is paired with."""
    words = {b.label(pair.b): a.label(pair.a) for pair in pairs}
    return lambda label: words.get(label, label)
