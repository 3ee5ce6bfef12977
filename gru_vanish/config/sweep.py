"""The block ``sweep:`` -> axes and points, by the grammar ``grid`` · ``zip`` · ``list`` · ``exclude``.

``grid`` axes multiply. ``zip`` axes go together, value by value, and multiply the grid. ``list`` gives points
of its own, beside those. ``exclude`` takes away every point with all the values of one of its entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gru_vanish.config.axes import Axis, check_axes
from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.grammar import values
from gru_vanish.config.marks import Node, Path, Place, plain
from gru_vanish.config.parts import Parts
from gru_vanish.config.wording import given, suggestion, unknown_key

_KEYS = ("grid", "zip", "list", "exclude")

Point = dict[str, Node]


@dataclass(frozen=True)
class Entry:
    """One explicit point, or one exclusion, and where it stands."""

    point: Point
    place: Place


@dataclass(frozen=True)
class Sweep:
    """A parsed sweep; ``place`` is where it stands."""

    place: Place
    grid: tuple[Axis, ...] = ()
    zipped: tuple[Axis, ...] = ()
    listed: tuple[Entry, ...] = ()
    excluded: tuple[Entry, ...] = ()

    def as_values(self) -> dict[str, Any]:
        """The sweep as JSON values with every list written out, without the blocks that are empty."""
        blocks: dict[str, Any] = {
            "grid": {axis.path: [plain(node) for node in axis.values] for axis in self.grid},
            "zip": {axis.path: [plain(node) for node in axis.values] for axis in self.zipped},
            "list": [_values(entry) for entry in self.listed],
            "exclude": [_values(entry) for entry in self.excluded],
        }
        return {name: block for name, block in blocks.items() if block}


def parse_sweep(tree: Node, parts: Parts, problems: list[Problem]) -> Sweep:
    """The sweep of a tree; with problems noted, what is left of it."""
    node = tree.children.get("sweep")
    if node is None or node.value is None:
        return Sweep(tree.place)
    if not isinstance(node.value, dict):
        problems.append(problem(node.place, ("sweep",), f"given {given(node)}; expected a mapping"))
        return Sweep(node.place)
    for key, child in node.children.items():
        if key not in _KEYS:
            problems.append(problem(child.head, ("sweep", key), unknown_key(key, _KEYS)))
    axes = {name: _axes(node, name, problems) for name in ("grid", "zip")}
    entries = {name: tuple(_entries(node, name, problems)) for name in ("list", "exclude")}
    sweep = Sweep(node.head, axes["grid"], axes["zip"], entries["list"], entries["exclude"])
    _check_paths(sweep, parts, problems)
    _check_zip(sweep, node, problems)
    _check_excluded(sweep, problems)
    return sweep


def _axes(node: Node, name: str, problems: list[Problem]) -> tuple[Axis, ...]:
    block = node.children.get(name)
    if block is None or block.broken:
        return ()
    if not isinstance(block.value, dict):
        message = f"given {given(block)}; expected a mapping of paths to values"
        problems.append(problem(block.place, ("sweep", name), message))
        return ()
    found = [_axis(path, child, name, problems) for path, child in block.children.items()]
    return tuple(axis for axis in found if axis is not None)


def _axis(path: str, node: Node, name: str, problems: list[Problem]) -> Axis | None:
    where: Path = ("sweep", name, path)
    found = values(node, where, problems)
    if found is None:
        return None
    if not found:
        problems.append(problem(node.place, where, "an axis needs at least one value"))
        return None
    return Axis(path, node.head, tuple(found))


def _entries(node: Node, name: str, problems: list[Problem]) -> Iterator[Entry]:
    block = node.children.get(name)
    if block is None or block.broken:
        return
    if not isinstance(block.value, list):
        message = f"given {given(block)}; expected a list of points such as {{path: value}}"
        problems.append(problem(block.place, ("sweep", name), message))
    for index, item in enumerate(block.items):
        if isinstance(item.value, dict):
            yield Entry(dict(item.children), item.place)
        elif not item.broken:
            message = f"given {given(item)}; expected a point such as {{path: value}}"
            problems.append(problem(item.place, ("sweep", name, index), message))


def _check_paths(sweep: Sweep, parts: Parts, problems: list[Problem]) -> None:
    """Every axis may be swept, and none is in the grid and in the zip."""
    places = [(axis.path, axis.place) for axis in (*sweep.grid, *sweep.zipped)]
    places += [(path, node.head) for entry in sweep.listed for path, node in entry.point.items()]
    check_axes(places, parts, problems)
    in_grid = {axis.path for axis in sweep.grid}
    for axis in sweep.zipped:
        if axis.path in in_grid:
            where: Path = ("sweep", "zip", axis.path)
            problems.append(problem(axis.place, where, "this axis is in the grid already"))


def _check_zip(sweep: Sweep, node: Node, problems: list[Problem]) -> None:
    if len({len(axis.values) for axis in sweep.zipped}) > 1:
        counts = ", ".join(f"{axis.path} has {len(axis.values)}" for axis in sweep.zipped)
        message = f"axes that go together need equally many values: {counts}"
        problems.append(problem(node.children["zip"].head, ("sweep", "zip"), message))


def _check_excluded(sweep: Sweep, problems: list[Problem]) -> None:
    """Exclusions name axes that are swept, and no axes of two cells, which never meet in one series."""
    swept = {axis.path for axis in (*sweep.grid, *sweep.zipped)}
    swept |= {path for entry in sweep.listed for path in entry.point}
    for index, entry in enumerate(sweep.excluded):
        where: Path = ("sweep", "exclude", index)
        for path, node in entry.point.items():
            if path not in swept:
                message = "this axis is not swept" + suggestion(path, swept)
                problems.append(problem(node.head, (*where, path), message))
        cells = {path.split(".")[1] for path in entry.point if path.startswith("cells.")}
        if len(cells) > 1:
            problems.append(problem(entry.place, where, "one exclusion names two cells; no series has both"))
        if not entry.point:
            problems.append(problem(entry.place, where, "an empty exclusion would take away everything"))


def _values(entry: Entry) -> dict[str, Any]:
    return {path: plain(node) for path, node in entry.point.items()}
