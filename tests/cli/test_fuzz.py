"""Whatever a config holds, `check` answers with one of its own exit codes, soon, and never with a traceback."""

import io
import tempfile
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gru_vanish.cli.check import check
from gru_vanish.cli.exits import Exit, exit_code
from gru_vanish.cli.signals import Signals
from tests.config.test_fuzz import PIECES, edited

STUDY = """\
schema: 1
name: fuzzed
question: Does anything break?
seeds: 2
lengths: {logspace: [1, 300], num: 4}
inputs: {kind: gaussian, size: 3, scale: 1.0, batch: 2}
h0: {kind: gaussian, scale: 0.5}
precision: float32
cells:
  RNN: {kind: rnn, hidden: 4, title: a network, init: {recurrent: orthogonal}}
  GRU: {kind: gru, preset: torch, hidden: 5, init: {update_bias: {kind: chrono, t_max: 20}}}
sweep:
  grid: {cells.GRU.init.recurrent.gain: [0.5, 1.5], inputs.scale: {linspace: [0, 1], num: 2}}
  exclude: [{inputs.scale: 0}]
measure: [h0_gradient]
figures: [gradient_vs_length]
"""
LARGE = ["65536", "2147483647", "1048576", "1e6", "{all: 3000}", "[1, 2147483647]", "{range: [1, 9000]}", "4294967295"]
edits = st.lists(
    st.tuples(st.integers(0, len(STUDY)), st.integers(0, 12), st.sampled_from([*PIECES, *LARGE]) | st.text(max_size=4)),
    min_size=1,
    max_size=4,
)
SECONDS = 10.0
"""Of the processor: the machine may be busy with other things."""


@pytest.fixture(scope="module", autouse=True)
def _device_as_the_tests_have_it() -> Iterator[None]:
    """The settings of the whole process stay as they are."""
    with (
        patch("gru_vanish.interface.check.prepare_device", lambda _: None),
        patch("gru_vanish.interface.config.prepare_environment", lambda: None),
    ):
        yield


def checked(text: str) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of ``check``."""
    out, err = io.StringIO(), io.StringIO()
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(out), redirect_stderr(err):
        path = Path(folder) / "c.yaml"
        path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
        code = exit_code(lambda signals: check(str(path), (), False, False, signals), Signals())
    return code, out.getvalue(), err.getvalue()


@settings(max_examples=120, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edits)
def test_a_mutated_config_is_a_study_or_is_refused(changes: list[tuple[int, int, str]]) -> None:
    started = time.process_time()
    code, out, err = checked(edited(STUDY, changes))
    assert time.process_time() - started < SECONDS
    assert code in (Exit.done, Exit.usage), err
    assert "Traceback" not in out + err
    assert "internal error" not in err
    assert (out == "") is (code == Exit.usage)


def test_the_text_that_is_mutated_is_a_study() -> None:
    code, out, err = checked(STUDY)
    assert (code, err) == (Exit.done, "")
    assert "memory    at most " in out


@pytest.mark.parametrize("value", LARGE)
@pytest.mark.parametrize("key", ["seeds: ", "hidden: ", "size: ", "batch: ", "lengths: "])
def test_huge_values_are_answered_soon(key: str, value: str) -> None:
    start = STUDY.index(key) + len(key)
    ends = [at for at in (STUDY.find(sign, start) for sign in (",", "}\n", "\n")) if at >= 0]
    started = time.process_time()
    code, _, err = checked(STUDY[:start] + value + STUDY[STUDY.index("\n", start) if "lengths" in key else min(ends) :])
    assert code in (Exit.done, Exit.usage), err
    assert "internal error" not in err
    assert time.process_time() - started < SECONDS
