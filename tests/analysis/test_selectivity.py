"""Relevant steps against the others: which groups stand on which side, and the difference of their means."""

from dataclasses import replace

import numpy as np
import pytest

from gru_vanish.analysis.selectivity import gate_contrast, input_gradient_contrast, opposed
from gru_vanish.analysis.training_run import Group, Run

STUDENT = {
    "groups": ["Chinese", "maths", "physics", "query"],
    "relevant": ["maths", "physics"],
    "planted": {"Chinese": 0.0, "maths": 1.0, "physics": 0.5},
}


def group(update: list[float], ln: list[float]) -> Group:
    nothing = np.full(2, np.nan)
    return Group(nothing, nothing, nothing, nothing, np.asarray(ln), {"update": np.asarray(update)}, {}, nothing)


class Seen(Run):
    """A run of which only the groups are looked at."""

    def __init__(self, groups: dict[str, Group], first: bool = True) -> None:
        object.__setattr__(self, "groups", groups)
        object.__setattr__(self, "first", first)

    def before(self) -> int | None:
        return 0 if self.first else None


GROUPS = {
    "Chinese": group([0.2, 0.1], [-9.0, -8.0]),
    "maths": group([0.2, 0.5], [-9.0, -1.0]),
    "physics": group([0.3, 0.3], [-10.0, -2.0]),
    "query": group([0.9, 0.9], [0.0, 0.0]),
}


def test_planted_weights_tell_the_sides_apart() -> None:
    assert opposed(STUDENT) == (("maths", "physics"), ("Chinese",))


def test_without_weights_all_other_groups_are_the_other_side() -> None:
    assert opposed({**STUDENT, "planted": {}}) == (("maths", "physics"), ("Chinese", "query"))
    assert opposed({}) == ((), ())


def test_it_is_a_difference_of_means() -> None:
    run = Seen(GROUPS)
    assert gate_contrast(run, STUDENT, "update", -1) == pytest.approx(0.4 - 0.1)
    assert gate_contrast(run, STUDENT, "update", 0) == pytest.approx(0.25 - 0.2)
    assert input_gradient_contrast(run, STUDENT, -1) == pytest.approx(-1.5 + 8.0)


def test_what_was_not_taken_is_not_a_number() -> None:
    assert np.isnan(gate_contrast(Seen(GROUPS, first=False), STUDENT, "update", 0))
    assert np.isnan(gate_contrast(Seen(GROUPS), STUDENT, "reset", -1))
    assert np.isnan(gate_contrast(Seen(GROUPS), {}, "update", -1))
    gone = {**GROUPS, "maths": replace(GROUPS["maths"], gates={"update": np.array([0.2, np.nan])})}
    assert gate_contrast(Seen(gone), STUDENT, "update", -1) == pytest.approx(0.3 - 0.1)
