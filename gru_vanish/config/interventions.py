"""What a cell's node says is done to its gates and uses: ``clamp``, ``hold``, ``stop`` and ``tie``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from gru_vanish.cells.interventions import Interventions, Refusal, functions, refusals
from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.marks import Node, Path
from gru_vanish.config.merge import only
from gru_vanish.config.translate import validated
from gru_vanish.config.wording import not_allowed, unknown_key
from gru_vanish.contracts import Cell


def words(structure: type[BaseModel]) -> tuple[str, ...]:
    """The keys of a cell's node that are about interventions."""
    return tuple(Interventions.model_fields) if issubclass(structure, Cell) else ()


def interventions(
    node: Node, kind: type[BaseModel], structure: BaseModel | None, path: Path, problems: list[Problem]
) -> Interventions | None:
    """What is done to a cell of this kind, or None after its problems were noted; ``structure`` is None if broken."""
    wanted = validated(Interventions, only(node, *words(kind)), path, problems)
    if wanted is None or not isinstance(structure, Cell):
        return wanted
    found = list(refusals(structure, wanted))
    problems.extend(_problem(node, path, one) for one in found)
    return None if found else wanted


def taken_out(cell: dict[str, Any], init: dict[str, Any]) -> dict[str, Any]:
    """Take what is done to a cell out of its canonical values, and return it: the clamps stand in ``init`` there."""
    found: dict[str, Any] = {word: cell.pop(word) for word in ("hold", "stop", "tie") if word in cell}
    return {**found, "clamp": init.pop("clamp")} if "clamp" in init else found


def axes(structure: BaseModel, path: str) -> Iterator[str]:
    """The paths below a cell that may be swept beside its own fields."""
    if isinstance(structure, Cell):
        yield from (f"{path}.{word}" for word in words(type(structure)))
        yield from (f"{path}.{word}.{gate}" for word in ("clamp", "tie") for gate in functions(structure))


def _problem(node: Node, path: Path, refused: Refusal) -> Problem:
    written = node.at(refused.path) or node
    sentence = refused.sentence
    if refused.allowed:
        word = str(refused.path[-1])
        sentence = unknown_key(word, refused.allowed) if refused.as_key else not_allowed(written, refused.allowed)
    return problem(written.head if refused.as_key else written.place, (*path, *refused.path), sentence)
