from pathlib import Path

import pytest

from gru_vanish.analysis import Estimate
from gru_vanish.cli.conclude import folded
from gru_vanish.cli.output import printable
from gru_vanish.tables.layout import Grid, cells, wrapped
from gru_vanish.tables.text import with_interval

GRID = Grid(
    heads=(("", "series"), ("decay rate", "nats/step"), ("", "seeds")),
    rows=(
        ("GRU, uniform, b_z = −4, input scale 0.5", "0.0145 ± 0.0004", "10/10"),
        ("RNN", "0.6 ± 0.1", "9/10"),
    ),
)


def test_a_pipe_gets_whole_rows_in_aligned_columns() -> None:
    lines = GRID.lines(None)
    assert len(lines) == 2 + 1 + 2
    assert {len(line) for line in lines[1:]} == {39 + 2 + 15 + 2 + 5}
    assert lines[-1].startswith("RNN  ")
    assert lines[-1].endswith("      0.6 ± 0.1   9/10")


@pytest.mark.parametrize("width", [45, 50, 60, 80, 120])
def test_a_terminal_of_any_width_is_not_exceeded(width: int) -> None:
    lines = GRID.lines(width)
    assert max(map(cells, lines)) <= width
    assert "0.0145 ± 0.0004" in "\n".join(lines)


def test_a_narrow_terminal_gets_blocks() -> None:
    assert GRID.lines(30)[-3:] == ["RNN", "  decay rate nats/step: 0.6 ± 0.1", "  seeds: 9/10"]


def test_wide_letters_count_twice() -> None:
    assert cells("門 a\u0301") == 4


@pytest.mark.parametrize(
    ("mean", "half", "text"),
    [
        (0.4602, 0.0091, "0.4602 ± 0.0091"),
        (0.61234, 0.031, "0.612 ± 0.031"),
        (-0.254, 0.007, "−0.2540 ± 0.0070"),
        (1.2, 0.0, "1.2 ± 0"),
        (123.0, 45.0, "123 ± 45"),
        (1.23e-9, 4e-10, "1.23e-09 ± 4e-10"),
    ],
)
def test_an_interval_decides_how_many_digits_are_shown(mean: float, half: float, text: str) -> None:
    assert with_interval(Estimate(mean, mean - half, mean + half, 5)) == text


def test_one_seed_has_no_interval() -> None:
    assert with_interval(Estimate(0.5, None, None, 1)) == "0.5"
    assert with_interval(None) == "–"


def test_nothing_that_a_terminal_would_act_on_passes() -> None:
    assert printable("a\x1b[31mb\nc\u202e") == "a\\x1b[31mb\\nc\\u202e"
    assert printable("b_z = −4, ‖δ‖") == "b_z = −4, ‖δ‖"


def test_paths_that_differ_in_their_endings_are_one_line() -> None:
    assert folded([Path("a/b.csv"), Path("a/b.json"), Path("a/c.parquet")]) == [
        "a/b.{csv,json}",
        "a/c.parquet",
    ]


def test_a_long_line_is_broken_at_spaces() -> None:
    assert wrapped("one two three four five", 20) == "one two three four\n  five"
    assert wrapped("one two three four five", None) == "one two three four five"
