"""pydantic's errors -> sentences for people, each at the place of the value that it is about."""

from __future__ import annotations

import json
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.faults import NO_OTHERS, Fault, Others, fault
from gru_vanish.config.marks import Node, Path, plain
from gru_vanish.config.wording import given, listed, suggestion

Model = TypeVar("Model", bound=BaseModel)


def validated(
    model: type[Model], node: Node, path: Path, problems: list[Problem], others: Others = NO_OTHERS
) -> Model | None:
    """The model of a tree, or None after its problems were noted.

    ``others`` are keys that exist near this model but not in it, each with the path to suggest instead.
    """
    try:
        return model.model_validate_json(json.dumps(plain(node)))
    except ValidationError as error:
        found = [fault(model, one, node, others) for one in error.errors(include_url=False)]
        problems.extend(_problems(found, path))
        return None


def _problems(faults: list[Fault], path: Path) -> list[Problem]:
    """One problem for each place: what the branches of a union say is said in one sentence."""
    faults = [one for one in faults if not one.node.broken and not _outdone(one, faults)]
    groups: dict[object, list[Fault]] = {}
    for one in faults:
        # all that one form made stands at one place, and one example is enough
        groups.setdefault(one.place if one.node.made else one.path, []).append(one)
    return [problem(group[0].place, (*path, *group[0].path), _sentence(group)) for group in groups.values()]


def _outdone(one: Fault, faults: list[Fault]) -> bool:
    """Whether another branch of the same union got further into the value than this one."""
    depth = len(one.path)
    return one.branch and any(len(other.path) > depth and other.path[:depth] == one.path for other in faults)


def _sentence(group: list[Fault]) -> str:
    first = group[0]
    faults = [one for one in group if one.path == first.path]
    sentences = list(dict.fromkeys(one.sentence for one in faults if one.sentence))
    if sentences:
        return "; ".join(sentences)
    expected = list(dict.fromkeys(one.expected for one in faults if one.expected))
    words = list(dict.fromkeys(word for one in faults for word in one.words))
    hint = suggestion(first.node.value, words) if isinstance(first.node.value, str) else _hint(first)
    if words:
        allowed = f"expected {' or '.join(expected)}, or one of" if expected else "allowed"
        return f"given {given(first.node)}; {allowed}: {listed(words)}{hint}"
    return f"given {_typed(first.node)}; expected {' or '.join(expected)}{hint}"


def _typed(node: Node) -> str:
    return f"the text {given(node)}" if isinstance(node.value, str) else given(node)


def _hint(one: Fault) -> str:
    scalar = one.node.value is not None and not isinstance(one.node.value, dict | list)
    return ": put it in quotes" if one.expected == "text" and scalar else ""
