"""Break-even: the value of a swept number at which one cell decays as fast as another beside it.

For every seed the difference of decay rates d(v) = rate(v) − rate of the reference is formed at every value v of the
axis (the two share seed and inputs), and its zero is found by a straight line between the two neighbouring values where
the sign changes.  The seeds' crossings give a mean with a 95 % Student t interval; where the difference is not straight
between two values of the sweep, the truth may lie anywhere between them, so these are told too.  Nothing is
extrapolated: with a seed that does not cross, or crosses more than once, there is no break-even value, and a sentence
says so.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from gru_vanish.analysis.axes import at, by_label, is_number, moving_axes
from gru_vanish.analysis.intervals import Estimate, student_interval
from gru_vanish.analysis.names import number
from gru_vanish.analysis.series import SeriesTable


@dataclass(frozen=True)
class Crossing:
    """Where one seed's difference is 0, and the two swept values about it."""

    value: float
    below: float
    above: float


@dataclass(frozen=True)
class BreakEven:
    """Where ``label`` decays as fast as a reference, along one axis at one point of its other axes."""

    label: str
    axis: str
    others: Mapping[str, Any]
    reference: str  # label of the reference
    reference_name: str
    cell_name: str
    value: Estimate | None
    between: tuple[float, float] | None  # the swept values about all the seeds' crossings
    faster_above: bool | None  # whether the cell decays faster than its reference above the value
    seeds: int  # seeds with a rate of both at two swept values at least
    crossing: int  # those of them that cross once
    note: str

    def sentence(self) -> str:
        """Return where both decay equally fast, or why that is not known."""
        at = "".join(f", {path} = {value}" for path, value in self.others.items())
        said = f"{self.axis}{at}: as fast as {self.reference_name}"
        if self.value is None or self.between is None:
            return f"{said}: {self.note}"
        between = " … ".join(number(value) for value in self.between)
        note = f"; {self.note}" if self.note else ""
        faster = "faster" if self.faster_above else "more slowly"
        return f"{said} at {self.value.text()} (within {between}{note}), {faster} above"


def crossings(differences: Mapping[float, float]) -> list[Crossing]:
    """Return the zeros of the broken line through (value, difference), in ascending order."""
    points = sorted((value, one) for value, one in differences.items() if math.isfinite(one))
    found = [Crossing(value, value, value) for value, one in points if one == 0.0]
    for (first, low), (second, high) in pairwise(points):
        if low * high < 0.0:
            found.append(Crossing(first + (second - first) * low / (low - high), first, second))
    return sorted(found, key=lambda one: one.value)


def break_evens(series: Sequence[SeriesTable]) -> Iterator[BreakEven]:
    """Give the break-even of every label, numeric axis, point of its other axes, and reference."""
    labels = by_label(series)
    for place, (label, group) in enumerate(labels.items()):
        moving = moving_axes(group)
        for axis in moving:
            others = [path for path in moving if path != axis]
            for line in lines(group, axis, others):
                for rank, (other, candidates) in enumerate(labels.items()):
                    beside = partners(line, candidates) if other != label else None
                    # Two cells swept along one axis meet once: the later one is judged against the earlier.
                    if beside and (rank < place or not moves(beside)):
                        yield break_even(line, beside, axis, others)


def lines(group: Sequence[SeriesTable], axis: str, others: Sequence[str]) -> Iterator[list[SeriesTable]]:
    """Give the series along a numeric axis, by its rising value, for every point of the other axes."""
    found: dict[str, list[SeriesTable]] = {}
    for one in group:
        if is_number(one.swept.get(axis)):
            found.setdefault(repr(at(one, others)), []).append(one)
    for line in found.values():
        if len(line) > 1:
            yield sorted(line, key=lambda one: float(one.swept[axis]))


def partners(line: Sequence[SeriesTable], candidates: Sequence[SeriesTable]) -> list[SeriesTable] | None:
    """Return the reference beside each series: equal in every axis that moves the reference; None if there is none."""
    shared = moving_axes(candidates)
    beside = [[each for each in candidates if at(each, shared) == at(one, shared)] for one in line]
    return [found[0] for found in beside] if all(len(found) == 1 for found in beside) else None


def moves(beside: Sequence[SeriesTable]) -> bool:
    """Say whether the reference itself changes along the axis."""
    return any(one is not beside[0] for one in beside)


def break_even(
    line: Sequence[SeriesTable], beside: Sequence[SeriesTable], axis: str, others: Sequence[str]
) -> BreakEven:
    """Return the break-even of one line of series against its reference."""
    differences = by_seed(line, beside, axis)
    known = {seed: values for seed, values in differences.items() if len(values) > 1}
    zeros = {seed: crossings(values) for seed, values in known.items()}
    once = [found[0] for found in zeros.values() if len(found) == 1]
    value = student_interval([one.value for one in once]) if once and len(once) == len(known) else None
    ends = (min(one.below for one in once), max(one.above for one in once)) if value is not None else None
    return BreakEven(
        label=line[0].label,
        axis=axis,
        others=at(line[0], others),
        reference=beside[0].label,
        reference_name=beside[0].label if moves(beside) else beside[0].name.short,
        cell_name=line[0].name.cell,
        value=value,
        between=ends,
        faster_above=None if value is None else is_faster_above(known.values()),
        seeds=len(known),
        crossing=len(once),
        note=note(known, zeros),
    )


def by_seed(line: Sequence[SeriesTable], beside: Sequence[SeriesTable], axis: str) -> dict[int, dict[float, float]]:
    """Return the difference of decay rates by seed and swept value, where both are known."""
    found: dict[int, dict[float, float]] = {}
    for one, other in zip(line, beside, strict=True):
        rates, references = one.rates_by_seed(), other.rates_by_seed()
        for seed in sorted(rates.keys() & references.keys()):
            difference = rates[seed] - references[seed]
            if math.isfinite(difference):
                found.setdefault(seed, {})[float(one.swept[axis])] = difference
    return found


def is_faster_above(known: Iterable[Mapping[float, float]]) -> bool:
    """Say whether the difference rises through 0, over all seeds together."""
    return sum(values[max(values)] - values[min(values)] for values in known) > 0.0


def note(known: Mapping[int, Mapping[float, float]], zeros: Mapping[int, Sequence[Crossing]]) -> str:
    """Say why there is no value, or no interval; empty where there is both."""
    if not known:
        return "no decay rates of both at two values"
    if all(len(found) == 1 for found in zeros.values()):
        return "one seed: no interval" if len(known) == 1 else ""
    if any(len(found) > 1 for found in zeros.values()):
        several = sum(len(found) > 1 for found in zeros.values())
        return f"crosses more than once in {several} of {len(known)} seeds"
    none = sum(not found for found in zeros.values())
    if none < len(known):
        return f"none in range in {none} of {len(known)} seeds"
    faster = {value > 0.0 for values in known.values() for value in values.values()}
    where = {True: "faster", False: "more slowly"}
    return "none in range" + (f": decays {where[faster.pop()]} throughout" if len(faster) == 1 else "")
