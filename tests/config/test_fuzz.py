"""Whatever a file holds, it is a study or a `ConfigError`, and never anything else."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gru_vanish.config import ConfigError, load
from tests.config.words import GOOD, WORDS

FULL = (
    GOOD
    + """\
h0: gaussian
sweep:
  grid: {cells.GRU.init.update_bias: [-4, {kind: chrono, t_max: 3}], inputs.scale: {linspace: [0, 1], num: 3}}
  zip: {cells.RNN.hidden: {range: [1, 3]}}
  list: [{}, {precision: float64}]
  exclude: [{inputs.scale: 0.5}]
measure: [h0_gradient]
"""
)
PIECES = [
    *(
        "[",
        "]",
        "{",
        "}",
        ":",
        ",",
        "-",
        "?",
        "!",
        "&a ",
        "*a",
        "|",
        ">",
        "'",
        '"',
        "#",
        "%",
        "@",
        "\n",
        "  ",
        "\t",
    ),
    *(
        "<<: ",
        "null",
        "true",
        ".nan",
        "1e999",
        "-1",
        "0",
        "0x",
        "9" * 400,
        "é",
        "\u2028",
        "\x00",
        "\\ud800",
        '"\\x1b"',
    ),
    *(
        "kind",
        "cells",
        "cells.GRU",
        "range: [0, 1e9]",
        "{all: 3}",
        "step: 0",
        "sweep",
        "init: ",
        "hidden: ",
        "~",
        "---",
    ),
    *("extends: c.yaml\n", "gaussian", "torch", "preset: torch", "[[]]", "{}", "{? : }", "- - -", "..."),
]

edits = st.lists(
    st.tuples(st.integers(0, len(FULL)), st.integers(0, 12), st.sampled_from(PIECES) | st.text(max_size=4)),
    min_size=1,
    max_size=4,
)


def edited(text: str, changes: list[tuple[int, int, str]]) -> str:
    for start, cut, piece in changes:
        text = text[:start] + piece + text[start + cut :]
    return text


def judge(data: bytes, *overrides: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.yaml"
        path.write_bytes(data)
        error: ConfigError | None = None
        try:
            load(path, overrides, WORDS)
        except ConfigError as refused:
            error = refused
    if error is not None:
        assert error.problems
        assert all(problem.message and "\n" not in problem.message for problem in error.problems)
        assert len(str(error).split("\n")) <= 3 * len(error.problems) + 1


@settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edits)
def test_edited_configs(changes: list[tuple[int, int, str]]) -> None:
    judge(edited(FULL, changes).encode("utf-8", errors="surrogatepass"))


@settings(max_examples=50, derandomize=True, deadline=None)
@given(st.binary(max_size=60))
def test_bytes(data: bytes) -> None:
    judge(data)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    st.sampled_from(
        [
            "cells",
            "cells.GRU",
            "cells.GRU.kind",
            "h0",
            "h0.scale",
            "sweep",
            "sweep.grid.h0",
            "seeds",
            "lengths",
        ]
    ),
    st.sampled_from(PIECES) | st.text(max_size=6),
)
def test_options(path: str, value: str) -> None:
    judge(FULL.encode(), f"{path}={value}")


def test_the_text_that_is_edited_is_a_study(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(FULL)
    assert len(load(path, (), WORDS).series) > 8
