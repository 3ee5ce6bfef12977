import io
import sys
import time

import pytest

from gru_vanish.cells import CELLS
from gru_vanish.cli import progress
from gru_vanish.contracts import Setting
from gru_vanish.engine import Compiled, Done, Elsewhere, Failed, Found, SetAside, Unavailable, Unit, plan
from gru_vanish.inputs import INITIAL_STATES, INPUTS
from gru_vanish.interface.tally import Tally, duration
from gru_vanish.losses import LOSSES


def units(hidden: int, seeds: int) -> tuple[Unit, ...]:
    cell = CELLS["rnn"].model_validate({"hidden": hidden})
    setting = Setting(
        cell=cell,
        init=cell.Init(),
        inputs=INPUTS["gaussian"].model_validate({"size": 1}),
        h0=INITIAL_STATES["zeros"](),
        loss=LOSSES["projection"](),
        lengths=(1,),
        precision="float32",
        matmul="highest",
    )
    return plan([setting], range(seeds), ["h0_gradient"])


class Clock:
    time = 0.0

    def __call__(self) -> float:
        return self.time


def test_the_rest_is_estimated_by_program_and_counts_down() -> None:
    cheap, dear, clock = units(2, 4), units(3, 4), Clock()
    tally = Tally((*cheap, *dear), workers=2, now=clock)
    assert tally.seconds_left() is None
    tally.take(Done(cheap[0], {"run": 1.0}))
    assert tally.seconds_left() == pytest.approx((3 * 1.0 + 4 * 1.0) / 2)  # the dear ones are not known yet
    tally.take(Done(dear[0], {"run": 9.0, "write": 1.0}))
    assert tally.seconds_left() == pytest.approx((3 * 1.0 + 3 * 10.0) / 2)
    clock.time = 10.0
    assert tally.seconds_left() == pytest.approx(6.5)
    clock.time = 100.0
    assert tally.seconds_left() is None
    assert tally.words() == "2 of 8 units"


def test_events_are_counted() -> None:
    known = units(2, 5)
    tally = Tally(known, workers=1)
    assert tally.stage() == "compiling"
    for event in (
        Compiled(known[0].program, "adjoint", 1.5),
        Elsewhere(known[0]),
        Found(known[0]),
        SetAside(known[1], "path", "why"),
        Done(known[1], {"run": 1.0}),
        Failed(known[2], "why"),
        Elsewhere(known[3]),
    ):
        tally.take(event)
    assert (tally.computed, tally.found, len(tally.failed), tally.left, tally.stored) == (1, 1, 1, 2, 2)
    assert tally.stage() == "computing"
    assert tally.words().startswith("3 of 5 units, 1 found, 1 failed, 1 at another process")
    assert tally.outcome().startswith("1 computed, 1 found in the store, 1 failed, 2 left, 1 compiled in 1.5 s, ")
    tally.take(Elsewhere(known[4]))
    assert tally.stage() == "waiting"
    tally.take(Unavailable("no disk"))
    assert tally.unavailable == "no disk"


def test_durations() -> None:
    assert [duration(each) for each in (0.4, 59, 60, 3599, 7500)] == [
        *("0 s", "59 s", "1 min 0 s", "59 min 59 s", "2 h 5 min"),
    ]


def test_plain_lines_go_on_while_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", seen)
    lines = progress.Lines(Tally(units(2, 3), workers=1), every=0.02)
    lines.start()
    time.sleep(0.2)
    lines.end()
    said = seen.getvalue().splitlines()
    assert len(said) >= 2
    assert set(said) == {"gru-vanish: compiling: 0 of 3 units"}
