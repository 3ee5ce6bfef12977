"""One store with every kind of damage: each thing is set aside and named, and computed to the same bytes."""

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gru_vanish.store import Store
from tests.cli.commands import digests, gru_vanish, result
from tests.faults.programs import UNITS, study


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(bytes(data))


def folder(path: Path) -> None:
    path.unlink()
    (path / "inside").mkdir(parents=True)


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


class Opened:
    """What would happen if anybody unpickled it."""

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, ("unpickled",)


def pickled(path: Path) -> None:
    path.write_bytes(pickle.dumps(Opened()))


def link_out(path: Path) -> None:
    outside = path.parents[3] / "outside.npz"
    shutil.move(path, outside)
    path.symlink_to(outside)


DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "truncated": (truncated, "not a whole .npz archive"),
    "flipped": (flipped, "not a whole .npz archive"),
    "folder": (folder, "is a folder, not a regular file"),
    "pipe": (pipe, "is a named pipe, not a regular file"),
    "pickle": (pickled, "not a whole .npz archive"),
    "link": (link_out, "is a symbolic link, not a regular file"),
}


@pytest.fixture(scope="module")
def mended(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], str]:
    """The folder after a run over all of it, the key of each kind of damage, and what the run said."""
    place = tmp_path_factory.mktemp("damage")
    study(place)
    shutil.copytree(sound / "results", place / "results")
    store = Store(place / "results")
    keys = sorted(store.keys())
    damaged = dict(zip([*DAMAGE, "swapped", "with"], keys, strict=False))
    for name, (harm, _) in DAMAGE.items():
        harm(store.path(damaged[name]))
    one, other = (store.path(damaged[name]) for name in ("swapped", "with"))
    first = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(first)
    done = gru_vanish("run", "small.yaml", "--json", cwd=place)
    assert done.returncode == 0, done.stderr
    found = result(done)["counts"]
    assert (found["computed"], found["set_aside"], found["found"]) == (len(damaged), len(damaged), UNITS - len(damaged))
    return place, damaged, done.stderr


@pytest.mark.parametrize("name", [*DAMAGE, "swapped", "with"])
def test_damage_is_set_aside_named_and_made_good(
    name: str, mended: tuple[Path, dict[str, str], str], sound: Path
) -> None:
    place, damaged, said = mended
    reason = DAMAGE[name][1] if name in DAMAGE else "holds the record "
    key = damaged[name]
    aside = Store("results").path(key).with_name(f"{key}.damaged-1")
    (line,) = [line for line in said.splitlines() if str(aside) in line]
    assert reason in line
    assert "damaged record of " in line
    assert os.path.lexists(place / aside)
    assert Store(place / "results").read(key).about["sha256"] == digests(sound / "results")[key]


def test_nothing_was_unpickled_and_nothing_outside_was_touched(
    mended: tuple[Path, dict[str, str], str], sound: Path
) -> None:
    place, damaged, _ = mended
    assert not (place / "unpickled").exists()
    outside = Store(sound / "results").path(damaged["link"]).read_bytes()
    assert (place / "outside.npz").read_bytes() == outside
    assert digests(place / "results") == digests(sound / "results")
