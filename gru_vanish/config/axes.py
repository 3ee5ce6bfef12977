"""What may be swept: every dotted field that is part of a setting, but a ``kind``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from gru_vanish.config import interventions, own_array
from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.marks import Node, Place
from gru_vanish.config.on_task import OPTIONAL
from gru_vanish.config.own_cell import KEY
from gru_vanish.config.own_file import HASH
from gru_vanish.config.own_weights import FromModel
from gru_vanish.config.parts import SECTIONS, Parts
from gru_vanish.config.study import Numerics
from gru_vanish.config.wording import clipped, nearest, quoted
from gru_vanish.inputs import FromFile

_REASONS = {
    "lengths": "every setting is measured at all lengths already; list more of them instead",
    "seeds": "every point is repeated for all seeds already",
    "measure": "every measure is taken at every point",
    "figures": "figures are drawn from all points",
    "title": "a title is no part of a setting",
    "sweep": "a sweep is not swept",
}


@dataclass(frozen=True)
class Axis:
    """A swept field: its dotted path, where that stands, and its values in the order of the file."""

    path: str
    place: Place
    values: tuple[Node, ...]


def applies(path: str, label: str) -> bool:
    """Whether an axis multiplies the series of a cell: one under ``cells.X`` only X, any other all."""
    root, _, rest = path.partition(".")
    return root != "cells" or rest.partition(".")[0] == label


def check_axes(places: list[tuple[str, Place]], parts: Parts, problems: list[Problem]) -> None:
    """Note every path that may not be swept, at each of its places."""
    known = set(_paths(parts))
    swept = {path for path, _ in places}
    reasons = {path: _reason(path, parts, known, swept) for path in swept}
    for path, place in places:
        if (reason := reasons[path]) is not None:
            problems.append(problem(place, (clipped(path, 100),), reason))


def _reason(path: str, parts: Parts, known: set[str], swept: set[str]) -> str | None:
    steps = path.split(".")
    if steps[-1] == "kind":
        return "a kind is not swept; write another cell, or sweep the field that has this kind"
    if steps[0] == "cells" and len(steps) == 3 and steps[2] in (KEY, HASH):
        return "a file is not swept; write another cell"
    for word in (steps[0], steps[-1] if steps[0] == "cells" and len(steps) == 3 else ""):
        if word in _REASONS:
            return f"not swept: {_REASONS[word]}"
    if steps[0] == "cells" and len(steps) == 2 and steps[1] in parts.cells:
        return "a whole cell is not swept; write another cell"
    if path in known or _unjudged(steps, parts):
        return None
    if any(path.startswith(f"{other}.") for other in swept):
        return None  # a field of a swept value: each point is judged on its own
    found = nearest(path, known)
    return f"unknown axis {quoted(path)}" + (f"; did you mean '{found}'?" if found else "; no such field")


def _unjudged(steps: list[str], parts: Parts) -> bool:
    """Whether the block that the axis is in has a fault of its own, so that its fields are not known."""
    if steps[0] in (*SECTIONS, *OPTIONAL):
        return parts.sections.get(steps[0], ...) is None
    return steps[0] == "cells" and len(steps) > 2 and parts.cells.get(steps[1], ...) is None


def _paths(parts: Parts) -> Iterator[str]:
    """Every path that may be an axis."""
    yield from Numerics.model_fields
    for name, model in parts.sections.items():
        yield name
        if isinstance(model, FromFile):
            yield from (f"{name}.{word}" for word in own_array.WRITTEN[1:])
        elif model is not None:
            yield from _below(model, name)
    for label, node in parts.cells.items():
        if node is not None and node.own is not None:
            yield from (f"cells.{label}.{word}" for word in FromModel.model_fields)
            yield from interventions.axes(node.structure, f"cells.{label}")
        elif node is not None:
            yield f"cells.{label}.preset"
            yield from _below(node.structure, f"cells.{label}")
            yield from interventions.axes(node.structure, f"cells.{label}")
            yield from _below(node.init, f"cells.{label}.init")


def _below(model: BaseModel, path: str) -> Iterator[str]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if name != "kind":
            yield f"{path}.{name}"
        if isinstance(value, BaseModel):
            yield from _below(value, f"{path}.{name}")
