"""The points of a sweep that belong to one cell, and how many there are, counted without writing them out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from gru_vanish.config.axes import Axis, applies
from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.marks import Node, plain
from gru_vanish.config.sweep import Point, Sweep
from gru_vanish.config.wording import clipped


def points_of(sweep: Sweep, label: str) -> Iterator[Point]:
    """The points of a cell in the order of the file, equal ones still in it; one empty point if unswept."""
    factors = _factors(sweep, label)
    listed = list(_listed(sweep, label))
    if factors or not listed:
        for rows in itertools.product(*factors):
            yield {path: node for row in rows for path, node in row.items()}
    yield from listed


def is_excluded(point: Point, exclusion: Point) -> bool:
    """Whether a point holds every value of an exclusion."""
    return all(path in point and same(point[path], node) for path, node in exclusion.items())


def same(one: Node, other: Node) -> bool:
    """Whether two values are equal; 1 equals 1.0, true equals neither."""
    values = plain(one), plain(other)
    return bool(values[0] == values[1]) and isinstance(values[0], bool) == isinstance(values[1], bool)


def check_size(sweep: Sweep, labels: list[str], seeds: int, measures: int, most: int, problems: list[Problem]) -> bool:
    """Whether the study has no more than ``most`` units; the product is named where it has."""
    counts = {label: _count(sweep, label) for label in labels}
    units = sum(counts.values()) * seeds * measures
    if units <= most:
        return True
    largest = max(counts, key=lambda label: counts[label])
    sizes = [len(rows) for rows in _factors(sweep, largest)]
    product = " × ".join(f"{size:,}" for size in sizes)
    product += f" = {math.prod(sizes):,}" if len(sizes) > 1 else ""
    series = f"{product or '1'} points of {clipped(largest)}"
    if len(labels) > 1:
        series += f", {sum(counts.values()):,} points in all"
    message = f"{series}, × {seeds:,} seeds × {measures} measures = {units:,} units; max_units is {most:,}"
    problems.append(problem(sweep.place, ("sweep",), message))
    return False


def _count(sweep: Sweep, label: str) -> int:
    factors = _factors(sweep, label)
    listed = sum(1 for _ in _listed(sweep, label))
    return (math.prod(len(rows) for rows in factors) if factors or not listed else 0) + listed


def _factors(sweep: Sweep, label: str) -> list[list[Point]]:
    """What is multiplied for this cell: one factor for each axis of the grid, and one for the zip."""
    grid = [_together((axis,)) for axis in sweep.grid if applies(axis.path, label)]
    zipped = tuple(axis for axis in sweep.zipped if applies(axis.path, label))
    return [*grid, _together(zipped)] if zipped else grid


def _together(axes: tuple[Axis, ...]) -> list[Point]:
    rows = zip(*(axis.values for axis in axes), strict=False)
    return [{axis.path: node for axis, node in zip(axes, row, strict=True)} for row in rows]


def _listed(sweep: Sweep, label: str) -> Iterator[Point]:
    """The explicit points as far as they concern this cell; the empty point is the study as it stands."""
    for entry in sweep.listed:
        point = {path: node for path, node in entry.point.items() if applies(path, label)}
        if point or not entry.point:
            yield point
