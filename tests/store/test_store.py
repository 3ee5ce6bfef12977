"""The folder of records: done means present and verified."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from gru_vanish.store import DamagedRecord, MissingRecord, State, Store
from tests.store.examples import example_key, example_payload, example_record, finish, start_python

KEY = example_key()


def test_layout_and_round_trip(tmp_path: Path) -> None:
    store = Store(tmp_path)
    path = store.write(example_record())
    assert path == tmp_path / "store" / KEY[:2] / f"{KEY}.npz" == store.path(KEY)
    record = store.read(KEY)
    for name, array in example_payload().items():
        np.testing.assert_array_equal(record.payload[name], array, strict=True)
    assert record.about == example_record().about
    assert store.state(KEY) == State("present")
    assert list(store.keys()) == [KEY]


def test_reading_creates_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    assert store.state(KEY) == State("missing")
    assert store.set_aside(KEY) is None
    assert list(store.keys()) == []
    assert store.remove_leftovers() == []
    with pytest.raises(MissingRecord):
        store.read_checkpoint(KEY)
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("key", ["", "abc", "../" * 22, KEY.upper(), KEY + "\n", KEY[:-1], 3])
def test_malformed_keys_are_refused(tmp_path: Path, key: str) -> None:
    store = Store(tmp_path)
    for act in (store.path, store.read, store.state, store.set_aside, store.claims.acquire):
        with pytest.raises(ValueError, match="64 hexadecimal digits"):
            act(key)


def test_a_sound_record_is_never_written_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    path = store.write(example_record())
    before = path.stat()
    store.write(example_record())
    assert path.stat().st_ino == before.st_ino
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_dates_and_places_do_not_matter(tmp_path: Path) -> None:
    store = Store(tmp_path / "here")
    path = store.write(example_record())
    for moment in (0, 4_000_000_000):
        os.utime(path, (moment, moment))
        assert store.state(KEY).kind == "present"
    shutil.copytree(tmp_path / "here", tmp_path / "there", copy_function=shutil.copyfile)
    assert Store(tmp_path / "there").state(KEY).kind == "present"
    (tmp_path / "link").symlink_to(tmp_path / "there")
    assert Store(tmp_path / "link").state(KEY).kind == "present"


def test_checkpoints_are_replaced_and_go_with_the_record(tmp_path: Path) -> None:
    store = Store(tmp_path)
    path = store.write_checkpoint(example_record())
    assert path.name == f"{KEY}.part.npz"
    store.write_checkpoint(example_record())
    assert store.read_checkpoint(KEY).about == example_record().about
    assert store.state(KEY).kind == "missing"
    assert list(store.keys()) == []
    store.write(example_record())
    assert os.listdir(path.parent) == [f"{KEY}.npz"]
    store.remove_checkpoint(KEY)


def test_a_checkpoint_never_passes_for_a_record(tmp_path: Path) -> None:
    store = Store(tmp_path)
    os.rename(store.write_checkpoint(example_record()), store.path(KEY))
    with pytest.raises(DamagedRecord, match="holds a checkpoint, not a finished record"):
        store.read(KEY)
    store.set_aside(KEY)
    os.rename(store.write(example_record()), store.checkpoint_path(KEY))
    with pytest.raises(DamagedRecord, match="holds a finished record"):
        store.read_checkpoint(KEY)


def test_foreign_things_in_the_place_of_a_checkpoint(tmp_path: Path) -> None:
    store = Store(tmp_path)
    path = store.checkpoint_path(KEY)
    path.mkdir(parents=True)
    (path / "inside").write_bytes(b"")
    with pytest.raises(DamagedRecord, match="is a folder"):
        store.read_checkpoint(KEY)
    store.write_checkpoint(example_record())
    assert store.read_checkpoint(KEY).key == KEY
    path.unlink()
    os.mkfifo(path)
    store.remove_checkpoint(KEY)
    assert sorted(os.listdir(path.parent)) == [f"{KEY}.part.damaged-1", f"{KEY}.part.damaged-2"]


def test_keys_pass_over_what_is_not_a_record(tmp_path: Path) -> None:
    store = Store(tmp_path)
    path = store.write(example_record())
    (path.parent / "notes.txt").write_bytes(b"")
    (path.parent / f"{'0' * 64}.npz").write_bytes(b"")  # in the wrong folder
    (tmp_path / "store" / "zz").mkdir()
    (tmp_path / "store" / "00").write_bytes(b"")
    assert list(store.keys()) == [KEY]


def test_the_room_stands_alone() -> None:
    """Whatever reads results does not wait for jax, matplotlib or pyarrow."""
    code = (
        "import sys, gru_vanish.store\n"
        "slow = {'jax', 'pydantic', 'rich', 'matplotlib', 'pyarrow', 'scipy'}\n"
        "print({name.split('.')[0] for name in sys.modules} & slow)"
    )
    assert finish(start_python(code)).strip() == "set()"
