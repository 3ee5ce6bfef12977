"""Studies of a task: ``task:`` and ``training:``, and the inputs and lengths that follow from the task."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from gru_vanish.cells.intervened import intervene
from gru_vanish.cells.interventions import Interventions, functions
from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.marks import Node
from gru_vanish.config.sections import CellNode, Entry, section
from gru_vanish.config.translate import validated
from gru_vanish.config.vocabulary import Vocabulary
from gru_vanish.config.wording import not_allowed
from gru_vanish.contracts import Cell, Holding, Setting
from gru_vanish.tasks import TaskSequences
from gru_vanish.training import Training
from gru_vanish.training.run import refusals

KIND = "task"
"""Inputs of this kind are the sequences of the study's task."""
OPTIONAL = ("task", "training")
TRAINING = "training"
"""The measure that trains."""
LENGTHS = 12
"""Lengths at which a task's network is measured, where the study names none."""


class OnTask(Entry):
    """The sequences of the study's task; each step's size is the task's."""

    kind: Literal["task"] = "task"
    batch: Annotated[int, Field(ge=1, le=1_048_576, description="samples that are measured")] = 16


def blocks(tree: Node, words: Vocabulary, problems: list[Problem]) -> dict[str, BaseModel | None]:
    """The blocks ``task`` and ``training``, validated, as far as the tree has them."""
    found: dict[str, BaseModel | None] = {}
    for name in OPTIONAL:
        if name in tree.children:
            found[name] = block(name, tree.children[name], words, problems)
    return found


def block(name: str, node: Node, words: Vocabulary, problems: list[Problem]) -> BaseModel | None:
    """One of the two blocks, or None after its problems were noted."""
    if name == "task":
        return section(name, node, words, problems)
    assert words.training is not None
    return validated(words.training, node, (name,), problems)


def check_together(tree: Node, measures: tuple[str, ...], problems: list[Problem]) -> None:
    """Note what of task, training, inputs, lengths and measure does not go together."""
    there, kind = tree.children, _kind(tree)
    trains = TRAINING in measures
    if "task" in there and kind not in (None, KIND):
        message = "a study with a task is measured on the task's sequences; leave inputs out, or write {kind: task}"
        problems.append(problem(there["inputs"].head, ("inputs", "kind"), message))
    if "task" not in there:
        for name, wants in (("inputs", kind == KIND), ("training", "training" in there)):
            if wants:
                problems.append(problem(there[name].head, (name,), "it needs a task; add the block task:"))
        if "lengths" not in there:
            problems.append(problem(tree.place, ("lengths",), "missing; this key is required"))
    for name in OPTIONAL:
        if trains and name not in there:
            message = f"missing; measure: [{TRAINING}] needs this block"
            problems.append(problem(tree.place, (name,), message))
    if "training" in there and not trains:
        message = f"nothing in this study trains; write measure: [{', '.join([*measures, TRAINING])}], or leave it out"
        problems.append(problem(there["training"].head, ("training",), message))


def sequences(inputs: Any, task: Any) -> Any:
    """The inputs of a setting: as they were written, or the sequences of the task."""
    return TaskSequences.of(task, inputs.batch) if isinstance(inputs, OnTask) and task is not None else inputs


def with_ablations(training: Any, node: CellNode) -> tuple[Any, tuple[Holding, ...]]:
    """The training with the gates that this cell has, and the cell with each of them held at its mean.

    Other cells of the study may have others; that every gate is one of some cell is checked apart.
    """
    if not isinstance(training, Training) or not isinstance(node.structure, Cell):
        return training, ()
    known = functions(node.structure)
    gates = tuple(gate for gate in training.ablate if gate in known)
    held = [intervene(node.structure, node.init, Interventions(hold=(gate,)))[0] for gate in gates]
    return training.model_copy(update={"ablate": gates}), tuple(one for one in held if isinstance(one, Holding))


def check_ablations(tree: Node, training: Any, cells: Iterable[CellNode | None], problems: list[Problem]) -> None:
    """Note every gate that the training holds at its mean and no cell of the study has."""
    structures = [node.structure for node in cells if node is not None and isinstance(node.structure, Cell)]
    known = list(dict.fromkeys(gate for structure in structures for gate in functions(structure)))
    written = tree.children["training"].children.get("ablate") if isinstance(training, Training) else None
    for index, item in enumerate(written.items if written else []):
        if item.value not in known:
            problems.append(problem(item.place, (TRAINING, "ablate", index), not_allowed(item, known)))


def untrainable(tree: Node, label: str, setting: Setting, problems: list[Problem]) -> None:
    """Note what stands against training with a setting that has one."""
    if setting.training is None or not setting.lengths:  # without lengths the study itself has a fault, noted before
        return
    for sentence in refusals(setting):
        found = problem(tree.children["cells"].children[label].head, ("cells", label), sentence)
        if found not in problems:
            problems.append(found)


def default_lengths(steps: int) -> tuple[int, ...]:
    """Log-spaced lengths from 1 up to that of the task."""
    if steps == 1:
        return (1,)
    spaced = (round(math.exp(math.log(steps) * index / (LENGTHS - 1))) for index in range(LENGTHS))
    return tuple(sorted(set(spaced)))


def _kind(tree: Node) -> object:
    node = tree.children.get("inputs")
    if node is None or node.broken:
        return None
    kind = node.children.get("kind", node) if isinstance(node.value, dict) else node
    return kind.value if isinstance(kind.value, str) else None
