"""The list of failures: read back as written, nothing left where nothing failed, and never trusted."""

import json
import os
from pathlib import Path

import pytest

from gru_vanish.store import (
    Defect,
    Failure,
    StoreUnavailable,
    failures_path,
    list_studies,
    read_failures,
    write_failures,
)

ONE = Failure("RNN, uniform", 3, "h0_gradient", "ab" * 32, "ValueError: \ud800 · '", "2026-01-02T03:04:05+00:00")


def test_round_trip(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    path = write_failures(tmp_path, "x", [ONE, ONE])
    assert path == failures_path(tmp_path, "x") == tmp_path / "x" / "failures.json"
    assert json.loads(path.read_text(encoding="utf-8"))[0]["series"] == "RNN, uniform"
    read = read_failures(tmp_path, "x")
    assert len(read) == 2
    assert (read[0].key, read[0].seed, read[0].when) == (ONE.key, ONE.seed, ONE.when)
    assert list_studies(tmp_path) == []


def test_nothing_failed_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    write_failures(tmp_path, "x", [ONE])
    assert write_failures(tmp_path, "x", []) is None
    assert write_failures(tmp_path, "x", []) is None
    assert list((tmp_path / "x").iterdir()) == []
    assert read_failures(tmp_path, "x") == ()
    assert read_failures(tmp_path / "nowhere", "x") == ()


def test_a_folder_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        write_failures(tmp_path / "gone", "x", [ONE])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../x", "", "store", "a/b", "x\n"])
def test_names_that_no_study_can_have(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="study"):
        write_failures(tmp_path, name, [ONE])


FOREIGN = [
    b"",
    b"{}",
    b"[1]",
    b"[{}]",
    b"\xff\xfe",
    b"[" * 100_000,
    b'[{"series": "a", "seed": true, "measure": "m", "key": "k", "error": "e", "when": "w"}]',
]


@pytest.mark.parametrize("data", FOREIGN, ids=[str(data[:20]) for data in FOREIGN])
def test_foreign_bytes_are_a_defect(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").mkdir()
    failures_path(tmp_path, "x").write_bytes(data)
    with pytest.raises(Defect):
        read_failures(tmp_path, "x")


@pytest.mark.parametrize("thing", ["folder", "pipe", "link"])
def test_foreign_things_are_a_defect_and_do_not_block(tmp_path: Path, thing: str) -> None:
    (tmp_path / "x").mkdir()
    path = failures_path(tmp_path, "x")
    if thing == "folder":
        path.mkdir()
    elif thing == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Defect):
        read_failures(tmp_path, "x")
