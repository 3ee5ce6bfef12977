"""Lists of values and what they mean as lengths and as seeds."""

from pathlib import Path

import pytest

from gru_vanish.config.composer import compose
from gru_vanish.config.grammar import values
from gru_vanish.config.marks import Source
from tests.config.words import GOOD, read

FORMS = [
    ("[3, 1, 2]", [3, 1, 2]),
    ("{range: [1, 5]}", [1, 2, 3, 4, 5]),
    ("{range: [1, 6], step: 2}", [1, 3, 5]),
    ("{range: [5, 1], step: -2}", [5, 3, 1]),
    ("{range: [0, 0.5], step: 0.1}", [0, 0.1, 0.2, 0.3, 0.4, 0.5]),
    ("{range: [2, 2]}", [2]),
    ("{linspace: [0, 1], num: 11}", [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]),
    ("{linspace: [16, 64], num: 4}", [16, 32, 48, 64]),
    ("{linspace: [-4, 4], num: 1}", None),
    ("{linspace: [3, 3], num: 1}", [3]),
    ("{logspace: [16, 256], num: 5}", [16, 32, 64, 128, 256]),
    ("{logspace: [1e-3, 1], num: 4}", [0.001, 0.01, 0.1, 1]),
    ("{logspace: [1000, 1], num: 4}", [1000, 100, 10, 1]),
    ("{logspace: [-1, 1], num: 4}", None),
    ("{linspace: [1, 2], num: 2.0}", None),
    ("{linspace: [1, 2], num: 0}", None),
    ("{linspace: [1, 2], num: 1000000}", None),
    ("{range: [1, 2], step: 0}", None),
    ("{range: [1, x]}", None),
    ("{range: [1, 2, 3]}", None),
    ("{range: [1, 2], linspace: [1, 2], num: 2}", None),
    ("{range: [1, true]}", None),
    ("3", None),
    ("{}", None),
]


@pytest.mark.parametrize(("text", "expected"), FORMS)
def test_forms_of_values(text: str, expected: list[float] | None) -> None:
    problems: list = []
    found = values(compose(Source("c", (text,)), []), (), problems)
    assert (None if found is None else [node.value for node in found]) == expected
    assert bool(problems) == (expected is None)


def test_whole_ends_give_whole_numbers_where_they_can() -> None:
    found = values(compose(Source("c", ("{logspace: [1, 100], num: 5}",)), []), (), [])
    assert [type(node.value) for node in found or []] == [int, float, int, float, int]


LENGTHS = [
    ("[10, 1, 10, 3]", (1, 3, 10)),
    ("{all: 4}", (1, 2, 3, 4)),
    ("{range: [10, 30], step: 10}", (10, 20, 30)),
    ("{logspace: [1, 100], num: 5}", (1, 3, 10, 32, 100)),
    ("{logspace: [1, 4], num: 100}", (1, 2, 3, 4)),
    ("{linspace: [1, 10], num: 4}", (1, 4, 7, 10)),
    ("[2147483647]", (2147483647,)),
]


@pytest.mark.parametrize(("text", "expected"), LENGTHS)
def test_lengths_are_distinct_and_ascending(tmp_path: Path, text: str, expected: tuple[int, ...]) -> None:
    loaded = read(tmp_path, GOOD.replace("[1, 10]", text))
    assert loaded.study.lengths == expected
    assert all(series.setting.lengths == expected for series in loaded.series)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3", (0, 1, 2)), ("[7, 3]", (7, 3)), ("{range: [4, 6]}", (4, 5, 6)), ("[0xffffffff]", (2**32 - 1,))],
)
def test_seeds(tmp_path: Path, text: str, expected: tuple[int, ...]) -> None:
    assert read(tmp_path, GOOD.replace("seeds: 2", f"seeds: {text}")).study.seeds == expected
