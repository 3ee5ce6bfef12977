"""Whether what a study measures and draws has a meaning for a loss that is summed over steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.marks import Node
from gru_vanish.config.series import Series
from gru_vanish.config.vocabulary import Vocabulary
from gru_vanish.contracts import Loss


def check_losses(tree: Node, series: Sequence[Series], words: Vocabulary, problems: list[Problem]) -> None:
    """Note every measure and figure that is for a loss of the last step, where a series has one summed over steps."""
    if not any(isinstance(one.setting.loss, Loss) and one.setting.loss.summed for one in series):
        return
    drawn = {name: needs.last_step_only for name, needs in words.figures.items()}
    for key, reasons in (("measure", words.last_step_only), ("figures", drawn)):
        for index, item, reason in _refused(tree, key, reasons):
            message = f"{item.value} is not for a loss summed over steps (loss.over: steps): {reason}; "
            message += "take it out, or write loss.over: last"
            problems.append(problem(item.place, (key, index), message))


def _refused(tree: Node, key: str, reasons: Mapping[str, str]) -> Iterator[tuple[int, Node, str]]:
    node = tree.children.get(key)
    for index, item in enumerate(node.items if node else []):
        if isinstance(item.value, str) and (reason := reasons.get(item.value)):
            yield index, item, reason
