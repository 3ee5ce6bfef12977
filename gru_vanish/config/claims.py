"""The block ``claims:`` -> claims that are bound to the series of the study, or what is wrong with each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gru_vanish.analysis.claims import CLOSED_FORMS, PREDICATES, BoundClaim, Claim, Metric, Predicate, Said, metrics
from gru_vanish.analysis.claims.metrics import split
from gru_vanish.config.claim_lines import Binding
from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.marks import Node, Path
from gru_vanish.config.merge import without
from gru_vanish.config.parts import Parts
from gru_vanish.config.series import Series
from gru_vanish.config.translate import validated
from gru_vanish.config.wording import given, listed, not_allowed

_PREFIX = "cells."


def claims_of(tree: Node, parts: Parts, series: Sequence[Series], problems: list[Problem]) -> tuple[BoundClaim, ...]:
    """The claims of a tree; with problems noted, those that are sound. Without series nothing is bound to them."""
    node = tree.children.get("claims")
    if node is None or node.value is None or node.broken:
        return ()
    if not isinstance(node.value, list):
        problems.append(problem(node.place, ("claims",), f"given {given(node)}; expected a list of claims"))
        return ()
    found = [_Reader(item, ("claims", place), parts, series, problems).read() for place, item in enumerate(node.items)]
    _check_names(node, problems)
    return tuple(one for one in found if one is not None)


def _check_names(node: Node, problems: list[Problem]) -> None:
    seen: set[object] = set()
    for place, item in enumerate(node.items):
        name = item.children.get("id")
        if name is not None and isinstance(name.value, str):
            if name.value in seen:
                problems.append(problem(name.place, ("claims", place, "id"), f"{name.value} is named twice"))
            seen.add(name.value)


@dataclass
class _Reader:
    """One claim of a config, read against the study that it is about."""

    node: Node
    path: Path
    parts: Parts
    series: Sequence[Series]
    problems: list[Problem]

    def read(self) -> BoundClaim | None:
        """The bound claim, or None after its problems were noted."""
        before = len(self.problems)
        if not isinstance(self.node.value, dict):
            self._note(self.node, (), f"given {given(self.node)}; expected a mapping with id, says, metric and of")
            return None
        beside = {name: name for name in PREDICATES}
        said = validated(Said, without(self.node, *PREDICATES), self.path, self.problems, beside)
        predicate = self._predicate()
        found = self._metric()
        self._check_label(self.node.children.get("of"), ("of",))
        if predicate is not None:
            self._check_other_side(predicate)
        if said is None or predicate is None or found is None or len(self.problems) > before:
            return None
        metric, part = found
        self._check_form(predicate, metric)
        claim = Claim(**{**dict(said), "of": said.of.removeprefix(_PREFIX)}, predicate=predicate)
        if not self.series or len(self.problems) > before:
            return None
        lengths = self.parts.frame.lengths if self.parts.frame else None
        return Binding(self.node, self.path, claim, metric, part, self.series, lengths, self.problems).bound()

    def _note(self, node: Node, path: Path, message: str) -> None:
        self.problems.append(problem(node.place, (*self.path, *path), message))

    def _predicate(self) -> Predicate | None:
        names = [name for name in self.node.children if name in PREDICATES]
        if len(names) != 1:
            message = f"missing; a claim states one of: {listed(PREDICATES)}"
            if names:
                message = f"{' and '.join(names)}: a claim states one predicate; write another claim"
            place = self.node.children[names[1]].head if names else self.node.head
            self.problems.append(problem(place, self.path, message))
            return None
        (name,) = names
        return validated(
            PREDICATES[name], spelt_out(self._stated(), PREDICATES[name]), (*self.path, name), self.problems
        )

    def _stated(self) -> Node:
        return next(child for name, child in self.node.children.items() if name in PREDICATES)

    def _metric(self) -> tuple[Metric, str | None] | None:
        node = self.node.children.get("metric")
        if node is None or not isinstance(node.value, str):
            return None  # the model says what is wrong
        written = split(node.value)
        if written is None or written[0] not in metrics():
            self._note(node, ("metric",), not_allowed(node, list(metrics())))
            return None
        metric, part = metrics()[written[0]], written[1]
        if metric.part is not None and part is None:
            self._note(node, ("metric",), f"{metric.name} is told of each {metric.part}: write {metric.written}")
        elif metric.part is None and part is not None:
            self._note(node, ("metric",), f"{metric.name} has no parts: write {metric.name}")
        self._check_measured(node, ("metric",), metric.name, metric.measure)
        return metric, part

    def _check_measured(self, node: Node, path: Path, name: str, measure: str) -> None:
        measured = self.parts.frame.measure if self.parts.frame else (measure,)
        if measure not in measured:
            message = f"{name} is read off {measure}, which this study does not measure; "
            self._note(node, path, f"{message}write measure: [{', '.join([*measured, measure])}]")

    def _check_label(self, node: Node | None, path: Path) -> None:
        label = node.value if node is not None else None
        if node is not None and isinstance(label, str) and label.removeprefix(_PREFIX) not in self.parts.cells:
            self._note(node, path, not_allowed(node, list(self.parts.cells)))

    def _other_node(self, field: str) -> Node | None:
        stated = self._stated()
        return stated.children.get(field) if isinstance(stated.value, dict) else stated

    def _check_other_side(self, predicate: Predicate) -> None:
        name = next(name for name in self.node.children if name in PREDICATES)
        if getattr(predicate, "series", None) is not None:
            self._check_label(self._other_node("series"), (name, "series"))
        form = getattr(predicate, "form", None)
        node = self._other_node("form")
        if form is not None and form not in CLOSED_FORMS and node is not None:
            self._note(node, (name, "form"), not_allowed(node, list(CLOSED_FORMS)))

    def _check_form(self, predicate: Predicate, metric: Metric) -> None:
        """Note why a closed form is none of this quantity, or of one of the settings."""
        name, node = getattr(predicate, "form", None), self._other_node("form")
        if name is None or node is None:
            return
        form = CLOSED_FORMS[name]
        if metric.name not in form.metrics:
            self._note(
                node, ("form",), f"{name} is a closed form of {' and '.join(form.metrics)}, not of {metric.name}"
            )
        for measure in form.measures:
            self._check_measured(node, ("form",), name, measure)
        label = str(self.node.children["of"].value).removeprefix(_PREFIX)
        misfits = (form.why_not(one.setting.canonical()) for one in self.series if one.label == label)
        if why := next((why for why in misfits if why), None):
            self._note(node, ("form",), f"{name} does not fit {label}: {why}")


def spelt_out(node: Node, predicate: type[Predicate]) -> Node:
    """The node of a predicate with its short form, such as ``less_than: RNN``, written out."""
    is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    kind = "text" if isinstance(node.value, str) else "number" if is_number else ""
    if kind not in predicate.bare:
        return node
    return replace(node, value={predicate.bare[kind]: replace(node, key=node.place)})
