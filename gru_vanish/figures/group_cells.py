"""Kinds of steps of a trained task and what is known of each: before and after training, over seeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gru_vanish.analysis.decades import DECADE
from gru_vanish.analysis.intervals import Estimate, student_interval
from gru_vanish.analysis.training_run import Group
from gru_vanish.figures.training_frame import Series, first_run

CANDIDATE = "candidate"  # not a gate that lets through or not: its level may be negative, and is left out


@dataclass(frozen=True)
class Quantity:
    """A column of the figure: what of a group is shown, by the part that it is about, in the unit of the axis."""

    name: str
    head: str
    axis: str
    zero: bool = False
    """Whether 0 is a line of its own."""


EFFECT = Quantity("effect", "effect on the answer", r"$\partial \hat{y}/\partial x$", zero=True)
SIZE = Quantity("size", "effect on the answer", r"$\log_{10}\Vert\partial \hat{y}/\partial x\Vert$")
ARRIVING = Quantity("arriving", "gradient that arrives", r"$\log_{10}\Vert\partial L/\partial x\Vert$")
GATES = Quantity("gates", "gates", "mean level")
PATHS = Quantity("paths", "paths", "share of the gradient")


@dataclass(frozen=True)
class Cell:
    """One group in one column, one part: before and after training, and the change paired by seed."""

    group: str
    part: str
    before: Estimate | None
    after: Estimate | None
    change: Estimate | None


def values_of(group: Group, quantity: Quantity) -> dict[str, Any]:
    """Return a quantity of one group of one seed by its parts, each (C,)."""
    if quantity.name == "gates":
        return {gate: mean for gate, mean in group.gates.items() if gate != CANDIDATE}
    if quantity.name == "paths":
        return dict(group.shares)
    if quantity.name == "effect":
        return {"": group.answer_gradient}
    return {"": (group.ln_answer_gradient if quantity.name == "size" else group.ln_input_gradient) / DECADE}


def quantities(drawn: Sequence[Series]) -> list[Quantity]:
    """Return the columns: the signed effect where it is one number, gates and paths where a cell has some."""
    groups = [group for one in drawn for run in one.seeds.values() for group in run.groups.values()]
    signed = any(np.isfinite(group.answer_gradient).any() for group in groups)
    found = [EFFECT if signed else SIZE, ARRIVING]
    return found + [each for each in (GATES, PATHS) if any(values_of(group, each) for group in groups)]


def groups_of(one: Series) -> list[str]:
    """Return the groups in the task's own order."""
    known = list(first_run(one).groups)
    order = [group for group in one.task.get("groups", ()) if group in known]
    return [*order, *(group for group in known if group not in order)]


def cells(one: Series, quantity: Quantity) -> list[Cell]:
    """Return what stands in one panel: every group and part, over seeds."""
    found = []
    for group in groups_of(one):
        for part in values_of(first_run(one).groups[group], quantity):
            seen = [values_of(run.groups[group], quantity)[part] for run in one.seeds.values()]
            begun = all(run.before() is not None for run in one.seeds.values()) and len(seen[0]) > 1
            before = [float(each[0]) for each in seen] if begun else []
            after = [float(each[-1]) for each in seen]
            change = [last - first for first, last in zip(before, after, strict=True)] if begun else []
            found.append(Cell(group, part, *(student_interval(each) for each in (before, after, change))))
    return found
