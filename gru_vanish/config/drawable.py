"""Whether the figures that a study names can be drawn from what it measures and sweeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gru_vanish.analysis.claims import PREDICATES
from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.marks import Node
from gru_vanish.config.series import Series
from gru_vanish.config.study import Frame
from gru_vanish.config.vocabulary import FigureNeeds, Vocabulary
from gru_vanish.training import Training


def check_figures(
    tree: Node, frame: Frame, series: Sequence[Series], words: Vocabulary, problems: list[Problem]
) -> None:
    """Note every figure that lacks a measure, or the axes that it is drawn over."""
    node = tree.children.get("figures")
    for index, item in enumerate(node.items if node else []):
        needs = words.figures.get(item.value) if isinstance(item.value, str) else None
        if needs is None:
            continue
        where = ("figures", index)
        absent = [measure for measure in needs.measures if measure not in frame.measure]
        if absent:
            message = f"{item.value} is drawn from {' and '.join(absent)}, which this study does not measure; "
            message += f"write measure: [{', '.join([*frame.measure, *absent])}]"
            problems.append(problem(item.place, where, message))
        if needs.axes is not None and series and needs.axes not in dict(swept_numbers(series)).values():
            found = ", ".join(f"{label}: {count}" for label, count in swept_numbers(series))
            message = f"{item.value} needs a cell that is swept over numbers along exactly {needs.axes} "
            message += f"{'axis' if needs.axes == 1 else 'axes'}; there is {found}"
            problems.append(problem(item.place, where, message))
        problems += [problem(item.place, where, f"{item.value} {lack}") for lack in lacking(needs, series)]
        if needs.closed_form and not names_a_form(tree.children.get("claims")):
            message = f"{item.value} shows claims that name a closed form, and no claim of this study does"
            problems.append(problem(item.place, where, f"{message}: gru-vanish list forms"))


def names_a_form(claims: Node | None) -> bool:
    """Say whether any claim holds a quantity against a closed form: ``equals: {form: …}``, or ``below: name``."""
    for claim in claims.items if claims else []:
        for name, stated in claim.children.items():
            model = PREDICATES.get(name)
            bare = model is not None and isinstance(stated.value, str) and model.bare.get("text") == "form"
            if bare or (model is not None and "form" in stated.children):
                return True
    return False


def lacking(needs: FigureNeeds, series: Sequence[Series]) -> Iterator[str]:
    """Give what a figure of trainings needs besides, and the study does not have."""
    trainings = [one.setting.training for one in series if isinstance(one.setting.training, Training)]
    taken = {measure for training in trainings for measure in training.observe}
    absent = [measure for measure in needs.observes if measure not in taken]
    if trainings and absent:
        observed = ", ".join([*(measure for measure in trainings[0].observe), *absent])
        yield f"shows what is taken on the way; write training: {{observe: [{observed}]}}"
    if needs.task_size and series and not any(swept_sizes(series).values()):
        yield "needs a cell that is swept over numbers along exactly one size of the task, such as task.length"


def swept_sizes(series: Sequence[Series]) -> dict[str, bool]:
    """Return for each label whether exactly one of its axes is a field of the task, and that of numbers."""
    found = {}
    for label in dict.fromkeys(one.label for one in series):
        moving = moving_values([dict(one.swept) for one in series if one.label == label])
        sizes = [values for path, values in moving.items() if path.startswith("task.")]
        found[label] = len(sizes) == 1 and all(is_number(value) for value in sizes[0])
    return found


def moving_values(points: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the values along every path that are not the same at all points."""
    paths = dict.fromkeys(path for point in points for path in point)
    found = {path: [point.get(path) for point in points] for path in paths}
    return {path: values for path, values in found.items() if len({repr(value) for value in values}) > 1}


def is_number(value: object) -> bool:
    """Say whether a swept value is a number; true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def swept_numbers(series: Sequence[Series]) -> Iterator[tuple[str, int]]:
    """Give each label with the number of its axes, 0 where one of them holds anything but numbers."""
    for label in dict.fromkeys(one.label for one in series):
        moving = moving_values([dict(one.swept) for one in series if one.label == label])
        are_numbers = all(is_number(value) for values in moving.values() for value in values)
        yield label, len(moving) if are_numbers else 0
