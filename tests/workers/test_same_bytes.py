"""The same store, keys and payload bytes whoever computes: this process, one worker, two, or four."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gru_vanish.engine import Compiled, Done, Event, Failed, Found, Staffed, Unavailable
from gru_vanish.engine.executors import clusters, dask, wire
from gru_vanish.store import Store
from tests.engine import runs
from tests.faults.spawner import until
from tests.workers.processes import Scheduler

UNITS = runs.plan([runs.rnn(), runs.rnn(scale=2.0)], seeds=range(8))


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    one = Scheduler(tmp_path_factory.mktemp("scheduler"))
    yield one
    one.close()


def computed(scheduler: Scheduler, root: Path, workers: int, units: tuple[runs.Unit, ...] = UNITS) -> list[Event]:
    """Run with so many workers; what was told."""
    scheduler.add(workers - len(scheduler.workers))
    (root / "store").mkdir(parents=True, exist_ok=True)
    with clusters.connected(clusters.Wanted(scheduler=str(scheduler.file)), root) as there:
        until(lambda: len(there.client.nthreads()) == workers, 30)
        return list(dask.execute(units, Store(root), threading.Event(), there))


def test_with_one_two_and_four_workers(scheduler: Scheduler, tmp_path: Path) -> None:
    runs.run(UNITS, tmp_path / "local")
    wanted = runs.digests(UNITS, tmp_path / "local")
    for workers in (1, 2, 4):
        events = computed(scheduler, tmp_path / str(workers), workers)
        assert {event.unit.key for event in runs.of_kind(events, Done)} == {unit.key for unit in UNITS}
        assert runs.of_kind(events, Staffed)[-1].workers == workers
        assert {event.stage for event in runs.of_kind(events, Compiled)} == {"adjoint"}
        assert runs.digests(UNITS, tmp_path / str(workers)) == wanted
        assert sorted(Store(tmp_path / str(workers)).keys()) == sorted(Store(tmp_path / "local").keys())
        assert all(event.seconds.keys() == {"draw", "run", "write"} for event in runs.of_kind(events, Done))
    found = computed(scheduler, tmp_path / "4", 4)
    assert len(runs.of_kind(found, Found)) == len(UNITS)
    assert not runs.of_kind(found, Done)


def test_a_folder_that_workers_do_not_share(
    scheduler: Scheduler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They see a folder of that name, but claims of this process do not reach it."""
    real = dask.Job
    (tmp_path / "theirs" / "store").mkdir(parents=True)
    theirs = str(tmp_path / "theirs")
    monkeypatch.setattr(dask, "Job", lambda token, root, *rest: real(token, theirs, *rest))
    events = computed(scheduler, tmp_path / "mine", len(scheduler.workers) or 1, UNITS[:1])
    (told,) = runs.of_kind(events, Unavailable)
    assert "claims made where the run was started do not reach" in told.error
    assert not list((tmp_path / "theirs").rglob("*.npz"))


def test_other_versions_than_those_of_the_run(
    scheduler: Scheduler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask.device, "versions", lambda: {"python": "2.7", "jaxlib": "0.0.1"})
    events = computed(scheduler, tmp_path, len(scheduler.workers) or 1, UNITS[:1])
    (told,) = runs.of_kind(events, Unavailable)
    assert "the run was started with 0.0.1: install the same versions" in told.error


def test_a_unit_that_a_worker_can_not_make_out_fails_alone(
    scheduler: Scheduler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with another version of the program, which would give the unit another key."""
    real = dask.pack_text
    wrong, right = UNITS[0], UNITS[1]

    def text(pack: list[runs.Unit], lay: wire.Lay) -> str:
        return real(pack, lay).replace(wrong.key, "0" * 64)

    monkeypatch.setattr(dask, "pack_text", text)
    events = computed(scheduler, tmp_path, len(scheduler.workers) or 1, (wrong, right))
    (failed,) = runs.of_kind(events, Failed)
    assert failed.unit == wrong
    assert "gives the unit another key" in failed.error
    assert [event.unit for event in runs.of_kind(events, Done)] == [right]
