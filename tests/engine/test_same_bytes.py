"""A record's bytes depend on its unit alone: not on workers, order, company or an earlier interruption."""

from pathlib import Path

import numpy as np
import pytest

from gru_vanish.engine import Compiled, Done, Found, SetAside
from gru_vanish.store import Store
from tests.engine import runs
from tests.flow import settings

SETTINGS = (runs.gru(), runs.gru(2.0), runs.rnn())
UNITS = runs.plan(SETTINGS, seeds=(0, 1, 2))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with all units, computed by one worker."""
    folder = tmp_path_factory.mktemp("one")
    runs.run(UNITS, folder, workers=1)
    return folder


def test_two_workers_and_another_order_give_the_same_bytes(root: Path, tmp_path: Path) -> None:
    runs.run(UNITS[::-1], tmp_path, workers=2)
    assert runs.digests(UNITS, tmp_path) == runs.digests(UNITS, root)
    for unit in UNITS:
        mine, theirs = (Store(folder).read(unit.key).payload for folder in (tmp_path, root))
        assert all(mine[name].tobytes() == theirs[name].tobytes() for name in mine)


def test_a_unit_alone_gives_the_same_bytes(root: Path, tmp_path: Path) -> None:
    runs.run(UNITS[4:5], tmp_path)
    assert runs.digests(UNITS[4:5], tmp_path) == runs.digests(UNITS[4:5], root)


def test_records_hold_what_a_direct_call_gives(root: Path) -> None:
    """To rounding: the engine compiles with options of its own."""
    for unit in (UNITS[0], UNITS[-1]):
        stored, direct = Store(root).read(unit.key).payload, settings.measured(unit.setting, unit.seed)
        assert stored.keys() == direct.keys()
        for name in stored:
            assert stored[name].dtype == direct[name].dtype
            np.testing.assert_allclose(stored[name], direct[name], rtol=1e-5, atol=1e-5)


def test_a_record_proves_its_network(root: Path, tmp_path: Path) -> None:
    """One seed, two precisions: one hash of the weights, and another for another seed."""
    wide = runs.plan([runs.rnn(precision="float64")])
    runs.run(wide, tmp_path)
    narrow = [unit for unit in UNITS if unit.setting == runs.rnn()]
    hashes = [Store(root).read(unit.key).about["provenance"]["weights_sha256"] for unit in narrow]
    assert Store(tmp_path).read(wide[0].key).about["provenance"]["weights_sha256"] == hashes[0]
    assert len(set(hashes)) == 3


def test_what_is_there_is_found_and_nothing_is_compiled(root: Path) -> None:
    events = runs.run(UNITS, root)
    assert {event.unit for event in runs.of_kind(events, Found)} == set(UNITS)
    assert len(events) == len(UNITS)


def test_an_interrupted_run_goes_on_where_it_stopped(root: Path, tmp_path: Path) -> None:
    done = set(runs.interrupted(UNITS, tmp_path))
    assert 1 <= len(done) < len(UNITS)
    events = runs.run(UNITS, tmp_path)
    assert {event.unit for event in runs.of_kind(events, Found)} >= done
    assert {event.unit for event in events if isinstance(event, Done | Found)} == set(UNITS)
    assert runs.digests(UNITS, tmp_path) == runs.digests(UNITS, root)


def test_a_damaged_record_is_set_aside_and_computed_again(root: Path, tmp_path: Path) -> None:
    unit = UNITS[0]
    runs.run([unit], tmp_path, workers=1)
    path = Store(tmp_path).path(unit.key)
    path.write_bytes(path.read_bytes()[:-40])
    events = runs.run([unit], tmp_path, workers=1)
    (aside,) = runs.of_kind(events, SetAside)
    assert Path(aside.path).exists()
    assert aside.reason
    assert len(runs.of_kind(events, Done)) == len(runs.of_kind(events, Compiled)) == 1
    assert runs.digests([unit], tmp_path) == runs.digests([unit], root)
