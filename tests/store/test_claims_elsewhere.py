"""A look at the claims of others, which leaves no trace and takes none of our own."""

import os
import sys
from pathlib import Path

import pytest

from gru_vanish.store import Store
from tests.store.examples import example_key, kill
from tests.store.test_claims import others_can_claim, start_owner

KEY, OTHER, THIRD = example_key(1), example_key(2), example_key(3)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")


def listing(root: Path) -> dict[str, tuple[int, ...]]:
    paths = [root, *root.rglob("*")]
    return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_ino, path.lstat().st_size) for path in paths}


def test_only_what_another_process_holds_is_told(tmp_path: Path) -> None:
    owner = start_owner(tmp_path)
    before = listing(tmp_path)
    claims = Store(tmp_path).claims
    assert claims.elsewhere([KEY, OTHER]) == {KEY}
    assert listing(tmp_path) == before
    kill(owner)
    assert claims.elsewhere([KEY, OTHER]) == set()


def test_nothing_is_created_where_there_is_nothing(tmp_path: Path) -> None:
    assert Store(tmp_path / "results").claims.elsewhere([KEY]) == set()
    assert list(tmp_path.iterdir()) == []


def test_a_look_does_not_drop_our_own_claims(tmp_path: Path) -> None:
    """POSIX drops every lock of a process as soon as it closes any handle of the file."""
    owner = start_owner(tmp_path, OTHER)
    claims = Store(tmp_path).claims
    assert claims.acquire(KEY)
    assert Store(tmp_path / ".").claims.elsewhere([KEY, OTHER, THIRD]) == {OTHER}
    assert not others_can_claim(tmp_path)
    claims.release(KEY)
    kill(owner)


@pytest.mark.parametrize("thing", ["folder", "pipe", "link"])
def test_something_else_in_the_place_of_the_file_tells_nothing(tmp_path: Path, thing: str) -> None:
    store = Store(tmp_path)
    store.folder.mkdir()
    path = store.claims.path
    if thing == "folder":
        path.mkdir()
    elif thing == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(tmp_path / "elsewhere")
    assert store.claims.elsewhere([KEY]) is None
    assert not (tmp_path / "elsewhere").exists()
