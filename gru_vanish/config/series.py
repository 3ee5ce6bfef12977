"""Points of a sweep -> series: every cell at every one of its points, as settings that are fully resolved."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gru_vanish.cells.intervened import intervene
from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.marks import Node, Scalar, plain
from gru_vanish.config.merge import only, with_value
from gru_vanish.config.on_task import (
    OPTIONAL,
    block,
    check_ablations,
    default_lengths,
    sequences,
    untrainable,
    with_ablations,
)
from gru_vanish.config.own_origin import files_of
from gru_vanish.config.own_weights import fed
from gru_vanish.config.parts import SECTIONS, Parts
from gru_vanish.config.points import is_excluded, points_of
from gru_vanish.config.sections import CellNode, cell, section
from gru_vanish.config.study import Numerics
from gru_vanish.config.sweep import Point, Sweep
from gru_vanish.config.translate import validated
from gru_vanish.config.vocabulary import Vocabulary
from gru_vanish.config.wording import clipped
from gru_vanish.contracts import Input, Setting
from gru_vanish.models import ModelError

_CELL, _NUMERICS = "cell", "numerics"


@dataclass(frozen=True)
class Series:
    """One line of a figure: a cell at one point of the sweep."""

    label: str
    title: str | None
    swept: tuple[tuple[str, Scalar], ...]
    """The axes that apply to this series with their values as written; a mapping is its JSON text."""
    setting: Setting
    files: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """The files of the user's own that something of the setting is from, as a manifest names them."""


@dataclass
class Expansion:
    """Everything that turns points into settings; blocks that were validated once are kept."""

    tree: Node
    parts: Parts
    sweep: Sweep
    words: Vocabulary
    problems: list[Problem]
    known: frozenset[Problem]
    """What was found before there was a sweep; a point does not say it again."""
    _kept: dict[tuple[str, str, str], Any] = field(default_factory=dict, init=False)
    _used: set[int] = field(default_factory=set, init=False)

    def series(self) -> tuple[Series, ...]:
        """All series, cell by cell in the order of the file; equal ones once."""
        found: list[Series] = []
        for label, node in self.parts.cells.items():
            found.extend(self._of_cell(label, node.title if node else None))
        self._check_exclusions()
        check_ablations(self.tree, self.parts.sections.get("training"), self.parts.cells.values(), self.problems)
        return tuple(found)

    def _of_cell(self, label: str, title: str | None) -> Iterable[Series]:
        found: dict[object, Series] = {}
        before = len(self.problems)
        for point in points_of(self.sweep, label):
            if self._excluded(point):
                continue
            setting = self._setting(label, point)
            if setting is not None:
                swept = tuple((path, _shown(node)) for path, node in point.items())
                files = files_of(label, self._block(_CELL, label, point), self._block("inputs", label, point))
                found.setdefault((frozenset(point), setting), Series(label, title, swept, setting, files))
        if not found and len(self.problems) == before and not self.known:
            self.problems.append(problem(self.sweep.place, ("sweep",), f"no point of {label} is left"))
        return found.values()

    def _excluded(self, point: Point) -> bool:
        hits = [index for index, entry in enumerate(self.sweep.excluded) if is_excluded(point, entry.point)]
        self._used.update(hits)
        return bool(hits)

    def _check_exclusions(self) -> None:
        for index, entry in enumerate(self.sweep.excluded):
            if index not in self._used:
                message = "no point of the sweep is like this; compare the values"
                self.problems.append(problem(entry.place, ("sweep", "exclude", index), message))

    def _setting(self, label: str, point: Point) -> Setting | None:
        blocks = {name: self._block(name, label, point) for name in (_CELL, *self.parts.sections, _NUMERICS)}
        if any(block is None for block in blocks.values()):
            return None
        node, numerics, task = blocks[_CELL], blocks[_NUMERICS], blocks.get("task")
        inputs = sequences(blocks.pop("inputs"), task)
        lengths = self._lengths(task)
        if (inputs := self._fed(inputs, node, label)) is None:
            return None
        if lengths and not self._reach(inputs, lengths[-1]):
            return None
        structure, init = intervene(node.structure, node.init, node.interventions)
        blocks["training"], ablated = with_ablations(blocks.get("training"), node)
        setting = Setting(
            cell=structure,
            init=init,
            inputs=inputs,
            **{name: blocks[name] for name in ("h0", "loss")},
            lengths=lengths,
            precision=numerics.precision,
            matmul=numerics.matmul,
            task=task,
            training=blocks["training"],
            ablated=ablated,
        )
        untrainable(self.tree, label, setting, self.problems)
        return setting

    def _fed(self, inputs: Input, node: CellNode, label: str) -> Input | None:
        """The inputs as a layer of a trained model reads them."""
        try:
            return fed(inputs, node.own)
        except ModelError as fault:
            where = self.tree.children["cells"].children[label]
            found = problem(where.head, ("cells", label), str(fault))
            if found not in self.problems:
                self.problems.append(found)
            return None

    def _lengths(self, task: Any) -> tuple[int, ...]:
        """The lengths of the study; in one of a task that names none, those up to the task's."""
        said = self.parts.frame.lengths if self.parts.frame else ()
        if said is None:
            return () if task is None else default_lengths(task.steps)
        return said

    def _reach(self, inputs: Input, longest: int) -> bool:
        """Whether there are inputs for the longest length; sequences from a file have an end."""
        if inputs.longest is None or longest <= inputs.longest:
            return True
        message = f"they go up to T = {longest}, and the sequences of the inputs have {inputs.longest} steps"
        lengths = self.tree.children.get("lengths", self.tree)
        found = problem(lengths.place, ("lengths",), message)
        if found not in self.problems:
            self.problems.append(found)
        return False

    def _block(self, name: str, label: str, point: Point) -> Any:
        """One block of a setting at a point; the unswept one where no axis of the point is in it."""
        swept = {path: node for path, node in point.items() if _block_of(path) == name}
        if not swept:
            return self._unswept(name, label)
        values = json.dumps({path: plain(node) for path, node in swept.items()})
        key = (name, label if name == _CELL else "", values)
        if key not in self._kept:
            self._kept[key] = self._validated(name, label, swept)
        return self._kept[key]

    def _unswept(self, name: str, label: str) -> Any:
        if name == _CELL:
            return self.parts.cells[label]
        return self.parts.numerics if name == _NUMERICS else self.parts.sections[name]

    def _validated(self, name: str, label: str, swept: Point) -> Any:
        found: list[Problem] = []
        # a value before the fields of it, whatever the order of the axes
        tree = self.tree
        for path in sorted(swept, key=lambda path: path.count(".")):
            tree = with_value(tree, tuple(path.split(".")), swept[path])
        if name == _CELL:
            model: Any = cell(label, tree.children["cells"].children[label], self.words, found)
        elif name == _NUMERICS:
            model = validated(Numerics, only(tree, *Numerics.model_fields), (), found)
        else:
            model = (block if name in OPTIONAL else section)(name, tree.children[name], self.words, found)
        self.problems.extend(_with_point(one, swept) for one in found if one not in self.known)
        return model


def _with_point(one: Problem, swept: Point) -> Problem:
    """A problem that is not at a swept value names the point at which it arises."""
    nodes = [node for value in swept.values() for node in _all_nodes(value)]
    places = [place for node in nodes for place in (node.place, node.key) if place is not None]
    if any((one.file, one.line, one.column) == (at.source.name, at.line, at.column) for at in places):
        return one
    point = ", ".join(f"{path}: {json.dumps(plain(node))}" for path, node in swept.items())
    return replace(one, message=f"{one.message} (at {clipped(point, 200)})")


def _all_nodes(node: Node) -> list[Node]:
    below = [*node.children.values(), *node.items]
    return [node, *(inner for child in below for inner in _all_nodes(child))]


def _block_of(path: str) -> str:
    root = path.partition(".")[0]
    return _CELL if root == "cells" else root if root in (*SECTIONS, *OPTIONAL) else _NUMERICS


def _shown(node: Node) -> Scalar:
    value = plain(node)
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value
