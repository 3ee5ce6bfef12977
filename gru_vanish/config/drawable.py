"""Whether the figures that a study names can be drawn from what it measures and sweeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.marks import Node
from gru_vanish.config.series import Series
from gru_vanish.config.study import Frame
from gru_vanish.config.vocabulary import Vocabulary


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


def swept_numbers(series: Sequence[Series]) -> Iterator[tuple[str, int]]:
    """Give each label with the number of its axes, 0 where one of them holds anything but numbers."""
    for label in dict.fromkeys(one.label for one in series):
        points = [dict(one.swept) for one in series if one.label == label]
        paths = list(dict.fromkeys(path for point in points for path in point))
        moving = [path for path in paths if len({repr(point.get(path)) for point in points}) > 1]
        values = [point.get(path) for point in points for path in moving]
        are_numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
        yield label, len(moving) if are_numbers else 0
