"""Which series of a study a claim is about, in which order, and what stands beside each of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gru_vanish.analysis.claims import BoundClaim, Claim, Line, Metric
from gru_vanish.analysis.claims.claim import kind_of
from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.marks import Node, Path
from gru_vanish.config.series import Series
from gru_vanish.config.wording import listed, suggestion

_HEADLINE = "h0_gradient"
_CELLS = "cells."


@dataclass
class Binding:
    """Binds one claim; problems are noted at their places."""

    node: Node
    path: Path
    claim: Claim
    metric: Metric
    part: str | None
    series: Sequence[Series]
    lengths: Sequence[int] | None
    problems: list[Problem]

    def bound(self) -> BoundClaim | None:
        """The bound claim, or None after its problems were noted."""
        before = len(self.problems)
        swept, index = self._points(self.claim.of, self.claim.at, ("at",), self.metric.index)
        axis, is_swept = self._axis(swept)
        if len(self.problems) > before:
            return None
        candidates = [place for place, one in enumerate(self.series) if one.label == self.claim.of and fits(one, swept)]
        if not candidates:
            self._note(("at",), f"no series of {self.claim.of} is like this; compare the values of the sweep")
            return None
        within = next(iter(self.claim.over.values())) if isinstance(self.claim.over, dict) else None
        groups = self._groups(candidates, axis, within) if is_swept and axis else [[place] for place in candidates]
        lines = tuple(Line(series=tuple(group), against=self._beside(group)) for group in groups)
        if len(self.problems) > before:
            return None
        return BoundClaim(
            claim=self.claim, part=self.part, index=index, axis=axis, axis_is_swept=is_swept, within=within, lines=lines
        )

    def _note(self, path: Path, message: str) -> None:
        where = self.node.at(path) or self.node.at(path[:1]) or self.node
        found = problem(where.place if where is not self.node else self.node.head, (*self.path, *path), message)
        if found not in self.problems:
            self.problems.append(found)

    def _points(
        self, label: str, at: Mapping[str, Any], path: Path, index: Sequence[str]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Sort the names of a point into swept paths and columns of the metric's index."""
        axes = axes_of(self.series, label)
        swept, own = {}, {}
        for name, value in at.items():
            paths = meant(name, axes)
            where = (*path, name)
            if len(paths) > 1:
                self._note(where, f"several axes end in {name}: {listed(paths)}")
            elif paths:
                swept[paths[0]] = written(value)
                if not any(same(written(value), there) for there in axes[paths[0]]):
                    self._note(where, f"given {value}; the sweep has: {listed(map(str, axes[paths[0]]))}")
            elif name in index:
                own[name] = value
                self._check_length(name, value, where)
            else:
                known = [*map(short, axes), *index]
                hint = suggestion(name, known) or (f"; there is: {listed(known)}" if known else "; there is none")
                self._note(where, f"no axis of {label} or of {self.metric.name}{hint}")
        return swept, own

    def _check_length(self, name: str, value: Any, path: Path) -> None:
        if self.metric.measure == _HEADLINE and name == "length" and self.lengths and value not in self.lengths:
            nearest = min(self.lengths, key=lambda one: abs(one - value)) if isinstance(value, int | float) else None
            hint = f"; the nearest one is {nearest}" if nearest else ""
            self._note(path, f"given {value}, which is none of the study's lengths{hint}")

    def _axis(self, fixed: Mapping[str, Any]) -> tuple[str | None, bool]:
        """The axis that the predicate judges along, and whether it is a swept one."""
        along, kind = self.claim.predicate.along, kind_of(self.claim.predicate)
        name = next(iter(self.claim.over), None) if isinstance(self.claim.over, dict) else self.claim.over
        if isinstance(self.claim.over, dict) and len(self.claim.over) != 1:
            self._note(("over",), "expected one axis")
            return None, False
        if along == "nothing":
            if name is not None:
                self._note(("over",), f"{kind} is said of single points, not along an axis; leave it out")
            return None, False
        moving = {path: values for path, values in axes_of(self.series, self.claim.of).items() if path not in fixed}
        swept = [path for path, values in moving.items() if len(values) > 1 and all(map(is_number, values))]
        columns = [column for column in self.metric.index if column not in self.claim.at]
        if along == "length":
            swept, columns = [], [column for column in columns if column == "length"]
        if along == "swept":
            columns = []
        return self._chosen(name, swept, columns, kind)

    def _chosen(
        self, name: str | None, swept: Sequence[str], columns: Sequence[str], kind: str
    ) -> tuple[str | None, bool]:
        found = [*swept, *columns]
        wanted = (
            found if name is None else [*meant(name, dict.fromkeys(swept)), *(one for one in columns if one == name)]
        )
        if len(wanted) == 1:
            return wanted[0], wanted[0] in swept
        there = listed(map(short, found)) or f"none: {self.claim.of} is swept over no number there"
        if name is not None:
            hint = suggestion(name, [*map(short, found)]) or f"; there is: {there}"
            self._note(("over",), f"no axis {name} along which {kind} could judge {self.metric.name}{hint}")
        else:
            self._note((), f"{kind} is said along an axis: write over: with one of: {there}")
        return None, False

    def _groups(self, candidates: Sequence[int], axis: str, within: tuple[float, float] | None) -> list[list[int]]:
        """The candidates by the rising axis, one group for each point of the other axes."""
        groups: dict[str, list[tuple[float, int]]] = {}
        for place in candidates:
            swept = dict(self.series[place].swept)
            value: Any = swept.pop(axis, None)
            if is_number(value) and (within is None or within[0] <= value <= within[1]):
                groups.setdefault(json.dumps(swept, sort_keys=True), []).append((float(value), place))
        ordered = [[place for _, place in sorted(group)] for group in groups.values()]
        if not ordered or min(map(len, ordered)) < 2:
            self._note(("over",), f"fewer than two swept values of {short(axis)} there")
        return ordered

    def _beside(self, group: Sequence[int]) -> tuple[int, ...]:
        """The series that those of a group are held against; none where it is no series."""
        predicate = self.claim.predicate
        label: str | None = getattr(predicate, "series", None)
        if label is None:
            return ()
        label, kind = label.removeprefix(_CELLS), kind_of(predicate)
        swept, _ = self._points(label, getattr(predicate, "at", {}), (kind, "at"), ())
        candidates = [place for place, one in enumerate(self.series) if one.label == label and fits(one, swept)]
        free = [path for path, values in axes_of([self.series[place] for place in candidates], label).items()
                if len(values) > 1]  # fmt: skip
        found = []
        for place in group:
            own = dict(self.series[place].swept)
            shared = {path: own[path] for path in free if path in own}
            beside = [each for each in candidates if fits(self.series[each], shared)]
            if len(beside) != 1 or beside[0] == place:
                self._note((kind,), self._unpaired(label, beside, place, free))
                return ()
            found.append(beside[0])
        return tuple(found)

    def _unpaired(self, label: str, beside: Sequence[int], place: int, free: Sequence[str]) -> str:
        if beside == [place]:
            return f"{label} would be held against itself; say at which point: at: {{…}}"
        if not beside:
            return f"no series of {label} is like this; compare the values of the sweep"
        return f"{len(beside)} series of {label} fit; say at which point: at: {{{', '.join(map(short, free))}: …}}"


def axes_of(series: Sequence[Series], label: str) -> dict[str, list[Any]]:
    """The swept paths of a label with their values, in the order of the sweep."""
    found: dict[str, list[Any]] = {}
    for one in series:
        if one.label == label:
            for path, value in one.swept:
                values = found.setdefault(path, [])
                if not any(same(value, there) for there in values):
                    values.append(value)
    return found


def meant(name: str, paths: Mapping[str, Any]) -> list[str]:
    """The paths that a name means: the whole path, or its last words."""
    return [name] if name in paths else [path for path in paths if path.endswith(f".{name}")]


def fits(one: Series, swept: Mapping[str, Any]) -> bool:
    """Whether a series has these swept values."""
    own = dict(one.swept)
    return all(path in own and same(own[path], value) for path, value in swept.items())


def written(value: Any) -> Any:
    """A value as a series holds it: a mapping or a list as its JSON text."""
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


def same(one: Any, other: Any) -> bool:
    """Whether two swept values are equal; 1 equals 1.0, true equals neither."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def is_number(value: Any) -> bool:
    """Whether a swept value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def short(path: str) -> str:
    """The last word of a path."""
    return path.rsplit(".", 1)[-1]
