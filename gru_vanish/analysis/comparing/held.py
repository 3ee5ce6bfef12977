"""The numbers with an interval that a summary holds of one series, each as its seeds have it."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gru_vanish.analysis.aggregate import PartCurve
from gru_vanish.analysis.claims.sample import Sample
from gru_vanish.analysis.columns import SUMMARY_COLUMNS, Column
from gru_vanish.analysis.h0_parts import PART_ROW_COLUMNS
from gru_vanish.analysis.intervals import Estimate, share_interval, student_interval
from gru_vanish.analysis.laws import SeedLaw, seed_law
from gru_vanish.analysis.measured import MeasuredSeries, MeasureTable
from gru_vanish.analysis.payload import MEASURE, FloatArray
from gru_vanish.analysis.rows import Row
from gru_vanish.analysis.series import SeriesTable

MEAN, SHARE, MEDIAN, SUMMARY = "mean", "share", "median", "summary"
PLACES = ("length", "length_max", "step", "step_first", "window_from", "window_to", "exponents", "optimizer_steps")
"""Columns of a summary that say at what a number was taken."""
SAME = 1e-9
"""Of a number: two ways to the same interval differ by less."""


At = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Held:
    """One number of a series: what the summary says, and what every seed has.

    ``kind`` says what it is over seeds: a mean with a Student t interval, a share of seeds, a median; or a number that
    is known by the summary alone.
    """

    told: Estimate
    kind: str
    values: Mapping[int, float] = field(default_factory=dict)
    censored: frozenset[int] = frozenset()
    at: At = ()
    """At what it was taken: (("length", 300),)."""


Place = tuple[str, str, str]
"""(measure, column, part) of a number; the part is empty where a series has one row."""
Numbers = dict[Place, Held]


def interval_names(columns: tuple[Column, ...]) -> list[str]:
    """Return the columns that have both ends of an interval beside them."""
    names = {column.name for column in columns}
    return [column.name for column in columns if {f"{column.name}_low", f"{column.name}_high"} <= names]


def of_measure(table: MeasureTable[Any], one: MeasuredSeries[Any]) -> Numbers:
    """Return the numbers of a further measure: the rows of one seed alone give that seed's own."""
    if not one.seeds:
        return {}
    analysis = table.analysis
    alone = {seed: by_part(analysis.rows(replace(one, seeds={seed: known})), analysis.part)
             for seed, known in one.seeds.items()}  # fmt: skip
    found: Numbers = {}
    for part, row in by_part(analysis.rows(one), analysis.part).items():
        at = tuple((name, row[name]) for name in PLACES if row.get(name) is not None and name != analysis.part)
        for column in interval_names(analysis.row_columns):
            if row[column] is not None:
                seen = {seed: rows[part] for seed, rows in alone.items() if part in rows}
                found[analysis.measure, column, part] = replace(held(row, column, seen), at=at)
    return found


def by_part(rows: Any, part: str | None) -> dict[str, Row]:
    """Return the rows of a series by what each is about."""
    return {str(row[part]) if part else "": row for row in rows}


def held(row: Row, column: str, seeds: Mapping[int, Row]) -> Held:
    """Return one number; its kind is the one by which its seeds give the interval that the summary has."""
    values = {seed: float(one[column]) for seed, one in seeds.items() if one.get(column) is not None}
    told = Estimate(float(row[column]), row[f"{column}_low"], row[f"{column}_high"], len(values))
    flag = f"{column}_censored"
    if flag in row:
        censored = frozenset(seed for seed in values if seeds[seed].get(flag))
        return Held(told, MEDIAN, values, censored)
    if same(student_interval(list(values.values())), told):
        return Held(told, MEAN, values)
    if set(values.values()) <= {0.0, 1.0} and same(share_interval(int(sum(values.values())), len(values)), told):
        return Held(told, SHARE, values)
    return Held(told, SUMMARY)


def same(one: Estimate | None, other: Estimate) -> bool:
    """Say whether two estimates are one up to rounding."""
    if one is None:
        return False
    ends = ((one.mean, other.mean), (one.low, other.low), (one.high, other.high))
    return all(a is b is None or (a is not None and b is not None and close(a, b)) for a, b in ends)


def close(a: float, b: float) -> bool:
    """Say whether two numbers are one up to rounding."""
    return math.isclose(a, b, rel_tol=SAME, abs_tol=1e-300) or abs(a - b) < 1e-12


def sample(one: Held) -> Sample:
    """Return a median as it is compared by the sign test."""
    return Sample(one.values, one.censored, by_median=True)


Seed = Callable[[SeriesTable], dict[int, float]]


def rates(part: str) -> Seed:
    """Return what takes one of the decay rates of every seed."""
    return lambda one: {seed: getattr(rate, part) for seed, rate in one.seed_rates.items() if rate is not None}


def halves(one: SeriesTable) -> dict[int, float]:
    """Return first half − second half of every seed."""
    known = {seed: rate for seed, rate in one.seed_rates.items() if rate is not None}
    return {seed: rate.first_half - rate.second_half for seed, rate in known.items()}


def of_law(read: Callable[[SeedLaw], float]) -> Seed:
    """Return what takes a number of every seed's fits."""

    def of(one: SeriesTable) -> dict[int, float]:
        laws = {curve.seed: seed_law(one.lengths, curve.transport) for curve in one.curves}
        return {seed: read(law) for seed, law in laws.items() if law is not None}

    return of


def exponents(one: SeriesTable) -> dict[int, float]:
    """Return the exponent of every seed's power law; none where the seeds together are no power law."""
    return {} if one.law.exponent is None else of_law(lambda law: law.exponent)(one)


HEADLINE: Mapping[str, Seed] = {
    "decay_rate": rates("whole"),
    "halves_difference": halves,
    "misfit_exponential": of_law(lambda law: law.exponential),
    "misfit_power_law": of_law(lambda law: law.power_law),
    "misfit_difference": of_law(lambda law: law.power_law - law.exponential),
    "power_law_exponent": exponents,
}
"""The means with an interval in ``summary.csv``. The half-life follows from the decay rate, and the differences to the
reference are of two decay rates; the gradient itself is added at the longest common length."""
LEVEL = "ln_h0_gradient"
PART_NUMBERS: Mapping[str, Callable[[PartCurve], FloatArray]] = {
    "ln_h0_gradient": lambda part: part.typical,
    "ln_against_whole": lambda part: part.against,
}


def of_headline(one: SeriesTable, length: int | None) -> Numbers:
    """Return the numbers of the h0 gradient, and its level and that of its parts at one length."""
    if not one.curves:
        return {}
    window = one.rate.window
    at: At = () if window is None else (("window_from", window[0]), ("window_to", window[1]))
    found = {(MEASURE, name, ""): (read(one), at) for name, read in HEADLINE.items()}
    for part, name, values in levels(one, length):
        found[MEASURE, name, part] = (values, (("length", length),))
    kept: Numbers = {}
    for place, (values, where) in found.items():
        told = student_interval(list(values.values()))
        if told is not None:
            kept[place] = Held(told, MEAN, values, at=where)
    return kept


def levels(one: SeriesTable, length: int | None) -> Iterator[tuple[str, str, dict[int, float]]]:
    """Give the gradient at one length by seed: (part of the state, name, values)."""
    if length is None:
        return
    place = int(np.searchsorted(one.lengths, length))
    yield "", LEVEL, {curve.seed: float(curve.typical[place]) for curve in one.curves}
    for part in one.curves[0].parts:
        for name, read in PART_NUMBERS.items():
            yield part, name, {curve.seed: float(read(curve.parts[part])[place]) for curve in one.curves}


def headline_columns() -> dict[str, Column]:
    """Return what the numbers of the h0 gradient mean."""
    columns = {column.name: column for column in (*PART_ROW_COLUMNS, *SUMMARY_COLUMNS)}
    level = Column(LEVEL, "nats", "typical ln ‖dL/dh_0‖ at the longest common length; mean over seeds")
    return {**columns, LEVEL: level}
