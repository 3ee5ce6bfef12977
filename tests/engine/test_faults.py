"""One unit that fails takes no other with it, and nothing fails in silence."""

import errno
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gru_vanish.engine import Done, Failed, Found, Unavailable
from gru_vanish.store import Store, StoreUnavailable
from tests.cells.leaky_tanh import LeakyTanh
from tests.engine import runs


class Broken(LeakyTanh):
    """A user's cell with a mistake in its step."""

    def advance(self, params: Any, uses: Any, drive: Any, act: Any) -> Any:
        raise RuntimeError("the step of this cell is wrong\nand says so at length")


class Short(LeakyTanh):
    """A user's cell that draws weights of another shape than it promises."""

    def draw(self, init: Any, input_size: int, streams: Any) -> Any:
        return super().draw(init, input_size + 1, streams)


STARTED, GO_ON = threading.Event(), threading.Event()


class Slow(LeakyTanh):
    """A cell whose second unit takes as long as a test wants."""

    def draw(self, init: Any, input_size: int, streams: Any) -> Any:
        if streams.seed > 0:
            STARTED.set()
            assert GO_ON.wait(60)
        return super().draw(init, input_size, streams)._replace(leak=np.full(1, init.leak))

    def parameter_shapes(self, input_size: int) -> Any:
        return super().parameter_shapes(input_size)._replace(leak=(1,))


class Unwilling(Store):
    """A store that refuses to write what it is given."""

    fault: Exception = ValueError("payload.status: cannot be stored")

    def write(self, record: Any) -> Path:
        raise self.fault


@pytest.mark.parametrize("cell", [Broken, Short])
def test_a_cell_with_a_mistake_fails_alone(tmp_path: Path, cell: type[LeakyTanh]) -> None:
    units = runs.plan([runs.setting(cell(hidden=3)), runs.rnn()])
    events = runs.run(units, tmp_path)
    (failed,) = runs.of_kind(events, Failed)
    assert failed.unit == units[0]
    assert "\n" not in failed.error
    assert cell is Short or failed.error.startswith("RuntimeError: the step of this cell is wrong (")
    assert [event.unit for event in runs.of_kind(events, Done)] == [units[1]]
    assert Store(tmp_path).state(units[0].key).kind == "missing"


def test_a_cell_of_the_users_own_runs(tmp_path: Path) -> None:
    units = runs.plan([runs.setting(LeakyTanh(hidden=3)), runs.setting(LeakyTanh(hidden=3), {"leak": 0.5})])
    assert len(runs.of_kind(runs.run(units, tmp_path), Done)) == 2


def test_a_disk_that_does_not_serve_ends_the_run(tmp_path: Path) -> None:
    class Full(Unwilling):
        fault = StoreUnavailable(tmp_path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    events = runs.run(runs.plan([runs.rnn()]), Full(tmp_path), seconds=20)
    assert str(tmp_path) in runs.of_kind(events, Unavailable)[0].error


def test_a_record_that_can_not_be_written_is_a_unit_that_failed(tmp_path: Path) -> None:
    """Whatever goes wrong: the unit is told to have failed, and the run ends."""
    units = runs.plan([runs.rnn()])
    events = runs.run(units, Unwilling(tmp_path), seconds=20)
    (failed,) = runs.of_kind(events, Failed)
    assert failed.unit == units[0]
    assert "cannot be stored" in failed.error


def test_nothing_to_do_ends_at_once(tmp_path: Path) -> None:
    assert runs.run((), tmp_path) == []


def test_a_unit_that_an_interrupted_run_left_behind_can_be_run_again(tmp_path: Path) -> None:
    """In the same process, as in a notebook: what was left behind must not keep its claim."""
    units = runs.plan([runs.setting(Slow(hidden=3))], seeds=(0, 1))
    assert runs.interrupted(units, tmp_path, lambda: STARTED.wait(20)) == [units[0]]
    GO_ON.set()
    events = runs.run(units, tmp_path, workers=1, seconds=20)
    told = {event.unit for event in events if isinstance(event, Done | Found)}
    assert told == set(units)
