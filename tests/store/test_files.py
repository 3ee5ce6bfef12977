"""A file is whole or absent, and a disk that does not serve is said to be so."""

import errno
import os
import pickle
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gru_vanish.store import (
    MissingManifest,
    Store,
    StoreUnavailable,
    errors,
    make_folder,
    remove_leftovers,
    write_atomically,
)
from tests.store.examples import example_key, example_record, finish, kill, start_python


def raising(number: int) -> Any:
    def fail(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("call", ["write", "fsync", "replace", "open"])
@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "disk is full: free some space"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only: choose another"),
        (errno.EACCES, "permission"),
        (errno.EIO, "reports a fault"),
    ],
)
def test_a_failing_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, advice: str) -> None:
    store = Store(tmp_path)
    path = store.path(example_key())
    make_folder(path.parent)
    monkeypatch.setattr(os, call, raising(number))
    with pytest.raises(StoreUnavailable, match=advice) as caught:
        store.write(example_record())
    monkeypatch.undo()
    assert str(path) in str(caught.value)
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.cause.errno == number
    assert os.listdir(path.parent) == []
    store.write(example_record())
    assert store.state(example_key()).kind == "present"


def test_the_old_file_stands_when_the_new_one_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table"
    write_atomically(path, b"old")
    monkeypatch.setattr(os, "fsync", raising(errno.ENOSPC))
    with pytest.raises(StoreUnavailable):
        write_atomically(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["table"]


def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "table", b"new")
    monkeypatch.undo()
    assert os.listdir(tmp_path) == []


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: whole(handle, data[:3]))
    write_atomically(tmp_path / "table", b"0123456789")
    monkeypatch.undo()
    assert (tmp_path / "table").read_bytes() == b"0123456789"


def test_a_real_limit_on_file_sizes(tmp_path: Path) -> None:
    code = (
        "import resource, sys; from tests.store.examples import *; from gru_vanish.store import *\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))\n"
        "try: Store(sys.argv[1]).write(example_record())\n"
        "except StoreUnavailable as fault: print(fault)"
    )
    assert "ulimit -f" in finish(start_python(code, tmp_path))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_vanished_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"gone.*was it moved"):
        write_atomically(tmp_path / "gone" / "table", b"")


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "store").write_bytes(b"")
    store = Store(tmp_path)
    for act in (store.read, store.state, store.set_aside, store.claims.acquire):
        with pytest.raises(StoreUnavailable, match="stands where a folder should be"):
            act(example_key())
    with pytest.raises(StoreUnavailable, match="stands where a folder should be"):
        store.write(example_record())
    with pytest.raises(StoreUnavailable, match="stands where a folder should be"):
        make_folder(tmp_path / "store" / "deeper")
    store.claims.release(example_key())


def test_a_folder_where_a_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "table" / "x").mkdir(parents=True)
    with pytest.raises(StoreUnavailable, match="folder stands where a file should be"):
        write_atomically(tmp_path / "table", b"")
    assert os.listdir(tmp_path) == ["table"]


def test_the_umask_decides_who_may_read(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write_atomically(tmp_path / "table", b"")
    finally:
        os.umask(old)
    assert (tmp_path / "table").stat().st_mode & 0o777 == 0o640


WRITE_WITHOUT_END = """
import itertools, sys
import numpy as np
from gru_vanish.store import *
store = Store(sys.argv[1])
payload = {"a": np.random.default_rng(0).random(40_000)}
print("ready", flush=True)
for seed in itertools.count(int(sys.argv[2])):
    store.write_checkpoint(make_record({}, seed, "m", 1, payload, {}))
    store.write(make_record({}, seed, "m", 1, payload, {}))
"""


def test_killed_writers_leave_no_wrong_record(tmp_path: Path) -> None:
    """SIGKILL at thirty random moments: what reads as present is right, and leftovers can be removed."""
    store, moments = Store(tmp_path), random.Random(0)
    expected = np.random.default_rng(0).random(40_000)
    for batch in range(0, 30, 6):
        writers = [start_python(WRITE_WITHOUT_END, tmp_path, 1_000_000 * (batch + i)) for i in range(6)]
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            time.sleep(moments.uniform(0, 0.03))
            kill(writer)
    keys = list(store.keys())
    for key in keys:
        np.testing.assert_array_equal(store.read(key).payload["a"], expected)
    leftovers = len(list(tmp_path.rglob(".*.tmp")))
    assert len(keys) > 10
    assert len(store.remove_leftovers()) == leftovers
    assert not list(tmp_path.rglob(".*.tmp"))


def test_leftovers_of_the_living_are_kept(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from gru_vanish.store import write_atomically\n"
        "os.fsync = lambda _: (print('writing', flush=True), sys.stdin.read())\n"
        "write_atomically(Path(sys.argv[1]), b'x')"
    )
    (tmp_path / ".notes.tmp").write_bytes(b"somebody's own")
    writer = start_python(code, tmp_path / "table")
    assert writer.stdout is not None
    writer.stdout.readline()
    assert remove_leftovers(tmp_path) == []
    kill(writer)
    (removed,) = remove_leftovers(tmp_path)
    assert removed.name.startswith(".table.")
    assert os.listdir(tmp_path) == [".notes.tmp"]
    assert remove_leftovers(tmp_path / "missing") == []


@pytest.mark.parametrize(
    "fault",
    [
        StoreUnavailable(Path("a"), OSError(errno.ENOSPC, "full")),
        errors.MissingRecord(Path("a")),
        errors.DamagedRecord(Path("a"), "why"),
        MissingManifest(Path("a"), "b", "c"),
        errors.DamagedManifest(Path("a"), "why"),
    ],
)
def test_errors_survive_the_way_between_processes(fault: Exception) -> None:
    back = pickle.loads(pickle.dumps(fault))
    assert type(back) is type(fault)
    assert str(back) == str(fault)
