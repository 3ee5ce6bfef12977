"""Why each unit would be computed, found without touching anything."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from gru_vanish.contracts import Measure
from gru_vanish.engine import Unit, device, units
from gru_vanish.engine.survey import Standing, survey
from gru_vanish.flow import MEASURES
from gru_vanish.store import Store, make_record
from tests.engine import runs
from tests.store.examples import kill
from tests.store.test_claims import start_owner
from tests.store.test_claims_elsewhere import listing

UNITS = runs.plan([runs.gru(), runs.gru(2.0)], seeds=(0, 1, 2))


def record(store: Store, unit: Unit, version: int | None = None) -> None:
    """Store something under a unit's key: what it holds does not matter here."""
    provenance = {"device": device.describe(), "seconds": {"compile": 1.0, "draw": 0.0, "run": 2.0}}
    now = MEASURES[unit.measure].version
    store.write(make_record(unit.setting.canonical(), unit.seed, unit.measure, version or now, {}, provenance))


def reasons(store: Store, failed: dict[str, str] | None = None, of: Sequence[Unit] = UNITS) -> list[Standing]:
    return list(survey(of, store, failed or {}))


def test_every_reason_and_nothing_is_touched(tmp_path: Path) -> None:
    store = Store(tmp_path)
    done, damaged, failed, *new = UNITS
    for unit in (done, damaged):
        record(store, unit)
    path = store.path(damaged.key)
    path.write_bytes(path.read_bytes()[:-30])
    before = listing(tmp_path)
    found = reasons(store, {failed.key: "ValueError: no", done.key: "of an earlier run"})
    assert listing(tmp_path) == before
    assert [each.reason for each in found] == ["done", "damaged", "failed", *["new"] * len(new)]
    assert "not a whole .npz archive" in found[1].why
    assert found[2].why == "ValueError: no"
    assert found[0].seconds is not None
    assert (found[0].seconds.compile, found[0].seconds.unit) == (1.0, 2.0)


def test_where_there_is_no_folder_all_is_new_and_none_is_made(tmp_path: Path) -> None:
    assert {each.reason for each in reasons(Store(tmp_path / "results"))} == {"new"}
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_version_of_the_measure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, now = Store(tmp_path), MEASURES["h0_gradient"].version

    class Newer(type(MEASURES["h0_gradient"])):  # type: ignore[misc]
        version = now + 3

    record(store, UNITS[0], version=now)
    record(store, UNITS[1], version=now)
    record(store, UNITS[1], version=now + 1)
    newer: Measure = Newer()
    for table in (MEASURES, units.MEASURES):
        monkeypatch.setitem(table, "h0_gradient", newer)
    again = runs.plan([runs.gru(), runs.gru(2.0)], seeds=(0, 1, 2))
    found = reasons(store, of=again)
    assert [each.reason for each in found] == ["version", "version", *["new"] * 4]
    assert found[0].why == f"version {now} there, {now + 3} wanted"
    assert found[1].why == f"version {now + 1} there, {now + 3} wanted"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_what_another_process_computes_now_is_told(tmp_path: Path) -> None:
    store = Store(tmp_path)
    owner = start_owner(tmp_path, UNITS[1].key)
    found = reasons(store, {UNITS[1].key: "an error of before"})
    assert [each.reason for each in found] == ["new", "elsewhere", *["new"] * 4]
    kill(owner)
    assert [each.reason for each in reasons(store)] == ["new"] * 6
