"""How long it will take: which source decides, how one is scaled to another, and what a probe costs."""

import math
from dataclasses import replace
from typing import Any

import pytest

from gru_vanish.cells import GRU, RNN
from gru_vanish.contracts import Program
from gru_vanish.engine import device
from gru_vanish.engine.estimate import (
    Cost,
    Seconds,
    costs,
    probed,
    scaled,
    seconds_of,
    typical,
    wall_clock,
    work,
)
from tests.engine import runs

SHORT = Program.of(replace(runs.gru(), lengths=(3, 30)), "h0_gradient")
TWICE = Program.of(replace(runs.gru(), lengths=(6, 60)), "h0_gradient")
FAR = Program.of(replace(runs.setting(GRU(hidden=200)), lengths=(6, 6000)), "h0_gradient")
OTHER = Program.of(runs.rnn(), "h0_gradient")


def never(program: Program) -> Seconds | None:
    raise AssertionError(f"probed {program}")


def test_what_was_seen_of_the_program_itself_decides() -> None:
    seen = {SHORT: [Seconds(1, 5), Seconds(3, 7), Seconds(2, 100)], TWICE: [Seconds(9, 9)]}
    assert costs([SHORT], seen, never) == {SHORT: Cost(Seconds(2, 7), "records")}


def test_else_the_nearest_of_its_kind_scaled_by_its_work() -> None:
    seen = {FAR: [Seconds(4, 1000.0)], TWICE: [Seconds(3, 8.0)], OTHER: [Seconds(1, 1.0)]}
    (found,) = costs([SHORT], seen, never).values()
    assert found == Cost(Seconds(3, pytest.approx(4.0)), "similar")  # type: ignore[arg-type]


def test_else_one_probe_for_all_of_a_kind() -> None:
    asked: list[Program] = []

    def probe(program: Program) -> Seconds:
        asked.append(program)
        return Seconds(2, 1.5)

    found = costs([SHORT, OTHER, TWICE], {}, probe)
    assert asked == [SHORT, OTHER]
    assert [found[program].basis for program in (SHORT, OTHER, TWICE)] == ["probe", "probe", "similar"]
    assert found[TWICE].seconds.unit == pytest.approx(3.0)


def test_what_a_probe_can_not_tell_is_left_out() -> None:
    assert costs([SHORT], {}, lambda program: None) == {}


def test_work_grows_with_all_that_makes_a_unit_long() -> None:
    base = runs.gru()
    larger = [
        replace(base, lengths=(2, 18)),
        replace(base, lengths=(2, 5, 9)),
        runs.gru(batch=3),
        runs.gru(size=3),
        runs.setting(GRU(hidden=5)),
    ]
    works = [work(Program.of(setting, "h0_gradient")) for setting in (base, *larger)]
    assert all(one > works[0] for one in works[1:])
    assert work(TWICE) == pytest.approx(2 * work(SHORT))


def test_a_short_unit_is_probed_whole_and_a_long_one_by_its_beginning() -> None:
    unit = runs.plan([replace(runs.setting(RNN(hidden=3)), lengths=(2, 50, 100_000))])[0]
    whole = work(unit.program)
    took = probed(unit, limit=whole / 1000)
    assert took.compile > 0
    assert 0 < took.unit < math.inf
    assert scaled(took, 0.5).unit == took.unit / 2


def provenance(**changed: Any) -> dict[str, Any]:
    told = {"compile": 1.0, "draw": 0.25, "run": 0.5}
    return {"device": device.describe(), "seconds": told, "versions": device.versions(), **changed}


def test_seconds_of_a_record() -> None:
    assert seconds_of(provenance(), device.describe()) == Seconds(1.0, 0.75)


STRANGE: list[dict[str, Any]] = [
    {"device": {**device.describe(), "kind": "another processor"}},
    {"device": None},
    {"seconds": 3},
    {"seconds": {"compile": 1, "draw": 1}},
    {"seconds": {"compile": 1, "draw": "1", "run": 1}},
    {"seconds": {"compile": 1, "draw": -1, "run": 1}},
    {"seconds": {"compile": 1, "draw": float("nan"), "run": 1}},
]


@pytest.mark.parametrize("changed", STRANGE, ids=[str(each)[:60] for each in STRANGE])
def test_records_of_other_devices_and_strange_ones_tell_nothing(changed: dict[str, Any]) -> None:
    assert seconds_of(provenance(**changed), device.describe()) is None
    assert seconds_of({}, device.describe()) is None


def test_median() -> None:
    assert typical([Seconds(1, 1), Seconds(5, 2), Seconds(2, 9)]) == Seconds(2, 2)


def test_the_wall_clock() -> None:
    price = {SHORT: Cost(Seconds(2.0, 3.0), "records"), OTHER: Cost(Seconds(4.0, 1.0), "records")}
    assert wall_clock({SHORT: 10}, price, 1) == 2 + 30
    assert wall_clock({SHORT: 10}, price, 5) == 2 + 6
    assert wall_clock({SHORT: 1}, price, 5) == 2 + 3
    assert wall_clock({SHORT: 10, OTHER: 4}, price, 2) == 2 + (30 + 4 + 4) / 2
    # Compiling is one thread's work, however many there are.
    assert wall_clock({SHORT: 1, OTHER: 1}, price, 8) == 6
    assert wall_clock({}, price, 2) == 0
