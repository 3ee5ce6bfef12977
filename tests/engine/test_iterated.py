"""A measure of many calls: its plan, its checkpoints, and that a stop changes no bit."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish import engine
from gru_vanish.contracts import Call, Iterated
from gru_vanish.engine import estimate
from gru_vanish.engine.compute import compute
from gru_vanish.engine.iterate import Keeper
from gru_vanish.engine.programs import Programs
from gru_vanish.engine.twins import twins
from gru_vanish.engine.units import unit
from gru_vanish.measures import MEASURES
from gru_vanish.store import MissingRecord, Record, Store, make_record
from tests.engine import runs

GROWTHS = 4


class Growing(Iterated):
    """h ← 3h/2 + index, five calls, looked at in between: exact in binary, so the truth is known to the bit."""

    name: ClassVar[str] = "growing"
    version: ClassVar[int] = 1
    columns: ClassVar[dict[str, str]] = {"values": "(C, n) what was looked at"}

    def shapes(self, program: Any) -> Any:
        return jnp.zeros(program.cell.hidden, jnp.float32)

    def draw(self, setting: Any, seed: int) -> Any:
        return np.arange(setting.cell.hidden, dtype=np.float64) + seed

    def data(self, setting: Any, seed: int, drawn: Any) -> Any:
        return drawn.astype(np.float32)

    def begin(self, program: Any) -> Any:
        return lambda data: {"h": data + 1, "calls": jnp.int32(0)}

    def kernels(self, program: Any) -> Any:
        def grow(call: Call) -> Any:
            return {
                "carry": {"h": call.carry["h"] * 1.5 + call.index.astype(jnp.float32), "calls": call.carry["calls"] + 1}
            }

        def look(call: Call) -> Any:
            return {"seen": call.carry["h"], "calls": call.carry["calls"]}

        return {"grow": grow, "look": look}

    def plan(self, program: Any) -> tuple[str, ...]:
        return ("look", *["grow", "look"] * GROWTHS)

    def gathered(self, program: Any, seen: Any) -> Any:
        assert [int(shown["calls"]) for shown in seen if shown] == list(range(GROWTHS + 1))
        return {"values": np.stack([shown["seen"] for shown in seen if shown])}

    def memory(self, program: Any) -> int:
        return 1000


def truth(seed: int) -> np.ndarray:
    h = np.arange(4.0) + seed + 1
    seen = [h]
    for index in range(1, 2 * GROWTHS, 2):
        h = h * 1.5 + index
        seen.append(h)
    return np.stack(seen)


@pytest.fixture(autouse=True)
def growing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MEASURES, "growing", Growing())


def units(seeds: int = 1) -> list[engine.Unit]:
    return [unit(runs.rnn(), seed, "growing") for seed in range(seeds)]


class Stopping(Keeper):
    """Keeps every checkpoint; raises after so many, as a killed process would end."""

    every = 0.0

    def __init__(self, stop_after: int | None = None) -> None:
        self.records: dict[str, Record] = {}
        self.kept_so_far, self.stop_after = 0, stop_after

    def kept(self, key: str) -> Record | None:
        return self.records.get(key)

    def keep(self, record: Record) -> None:
        self.records[record.key] = record
        self.kept_so_far += 1
        if self.kept_so_far == self.stop_after:
            raise InterruptedError


def programs() -> Programs:
    return Programs(lambda *_: None)


def test_the_plan_is_carried_out_in_its_order() -> None:
    (computed,) = compute(units(), programs())
    np.testing.assert_array_equal(computed.record.payload["values"], truth(0))
    assert computed.seconds["run"] > 0


@pytest.mark.parametrize("after", range(1, 2 * GROWTHS + 2))
def test_a_unit_stopped_between_any_two_calls_goes_on_to_the_same_bits(after: int) -> None:
    keeper = Stopping(after)
    with pytest.raises(InterruptedError):
        compute(units(), programs(), keeper)
    left = keeper.records[units()[0].key].about["provenance"]["position"]
    assert left == after
    (computed,) = compute(units(), programs(), keeper)
    np.testing.assert_array_equal(computed.record.payload["values"], truth(0))
    assert keeper.kept_so_far == 2 * GROWTHS + 1, "nothing is done twice"


@pytest.mark.parametrize("fault", ["device", "shape", "missing"])
def test_a_checkpoint_of_another_device_or_form_is_not_gone_on_from(fault: str) -> None:
    keeper = Stopping(3)
    with pytest.raises(InterruptedError):
        compute(units(), programs(), keeper)
    (key, record), *_ = keeper.records.items()
    about, payload = record.about, dict(record.payload)
    if fault == "device":
        about = {**about, "provenance": {**about["provenance"], "device": {"platform": "another"}}}
    elif fault == "shape":
        payload["carry_1"] = np.zeros(9, np.float32)
    else:
        del payload["carry_0"]
    keeper.records[key] = replace(record, payload=payload, about=about)
    keeper.kept_so_far, keeper.stop_after = 0, None
    (computed,) = compute(units(), programs(), keeper)
    np.testing.assert_array_equal(computed.record.payload["values"], truth(0))
    assert keeper.kept_so_far == 2 * GROWTHS + 1, "from the start"


def test_a_pack_shares_its_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gru_vanish.engine.programs.pack_width", lambda program, platform: 4)
    three = units(3)
    for each, computed in zip(three, compute(three, programs()), strict=True):
        np.testing.assert_array_equal(computed.record.payload["values"], truth(each.seed))


def test_a_pack_whose_units_stand_apart_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gru_vanish.engine.programs.pack_width", lambda program, platform: 2)
    keeper, two = Stopping(3), units(2)
    with pytest.raises(InterruptedError):
        compute(two, programs(), keeper)
    positions = [record.about["provenance"]["position"] for record in keeper.records.values()]
    assert sorted(positions) == [1, 2], "stopped between the two checkpoints of one call"
    keeper.stop_after = None
    for each, computed in zip(two, compute(two, programs(), keeper), strict=True):
        np.testing.assert_array_equal(computed.record.payload["values"], truth(each.seed))


def test_a_run_writes_checkpoints_and_removes_them_with_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Keeper, "every", 0.0)
    store, written = Store(tmp_path), list[str]()
    write = store.write_checkpoint
    monkeypatch.setattr(store, "write_checkpoint", lambda record: (written.append(record.key), write(record)))
    events = runs.run(units(2), store)
    assert sum(isinstance(event, engine.Done) for event in events) == 2
    assert len(written) == 2 * (2 * GROWTHS + 1)
    for each in units(2):
        np.testing.assert_array_equal(store.read(each.key).payload["values"], truth(each.seed))
        with pytest.raises(MissingRecord):
            store.read_checkpoint(each.key)


def test_a_run_goes_on_from_what_a_stopped_one_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Keeper, "every", 0.0)
    store, (one,) = Store(tmp_path), units()
    stop, write = threading.Event(), store.write_checkpoint

    def stopping(record: Record) -> None:
        write(record)
        if record.about["provenance"]["position"] == 4:
            stop.set()

    monkeypatch.setattr(store, "write_checkpoint", stopping)
    events = list(engine.execute([one], store, stop, 1))
    assert not any(isinstance(event, engine.Done | engine.Failed) for event in events)
    assert store.read_checkpoint(one.key).about["provenance"]["position"] == 4
    runs.run([one], tmp_path)
    np.testing.assert_array_equal(store.read(one.key).payload["values"], truth(0))


def test_a_damaged_checkpoint_counts_as_none(tmp_path: Path) -> None:
    store, (one,) = Store(tmp_path), units()
    path = store.checkpoint_path(one.key)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PK\x03\x04 not an archive")
    events = runs.run([one], tmp_path)
    assert any(isinstance(event, engine.Done) for event in events), events
    assert not path.exists()
    # Asked again under another measure's name, the same store holds no checkpoint that could be mistaken.
    record = store.read(one.key)
    about = record.about
    again = make_record(about["setting"], about["seed"], about["measure"], about["version"], record.payload, {})
    assert again.key == one.key


def test_what_it_will_take_is_told_from_one_call_of_each_kind() -> None:
    told = estimate.probed(units()[0])
    assert told.compile > 0
    assert 0 < told.unit < 5


def test_a_twin_goes_through_all_calls() -> None:
    up, down = twins(units()[0], programs())
    moved = np.abs(up["values"] - down["values"])[:, 1:]
    assert np.all(moved.max(axis=1) > 0)
    assert np.all(moved < 1e-5 * truth(0)[:, 1:])
