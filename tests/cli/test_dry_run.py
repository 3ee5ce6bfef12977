"""A dry run tells what a run would do, and leaves everything as it was."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from gru_vanish.store import Failure, Store, read_manifest, write_failures
from tests.cli.conftest import Ran
from tests.cli.one_process import Told, one_process
from tests.store.examples import kill
from tests.store.test_claims import start_owner
from tests.store.test_claims_elsewhere import listing


@pytest.fixture
def disturbed(tiny: Ran, tmp_path: Path) -> tuple[Path, list[str]]:
    """A copy of a finished study in which one record is damaged, one failed before, one is gone; its keys in order."""
    shutil.copytree(tiny.folder, tmp_path, dirs_exist_ok=True)
    store, manifest = Store(tmp_path / "results"), read_manifest(tmp_path / "results", "tiny")
    keys = [key for one in manifest["series"] for key in one["keys"]["h0_gradient"].values()]
    path = store.path(keys[4])
    path.write_bytes(path.read_bytes()[:-100])
    for key in keys[1:4]:
        store.path(key).unlink()
    write_failures(tmp_path / "results", "tiny", [Failure("RNN", 1, "h0_gradient", keys[1], "ValueError: [no]", "now")])
    return tmp_path, keys


def from_nothing(told: Told) -> None:
    """Where nothing was ever run neither results nor a cache of programs appear; the time comes from a probe."""
    found = json.loads(told.stdout)
    none = dict.fromkeys(("elsewhere", "damaged", "failed", "version", "done"), 0)
    assert found["counts"] == {"units": 2, "remaining": 2, "new": 2, **none}
    (program,) = found["programs"]
    assert (program["basis"], program["labels"], program["units"]) == ("probe", ["RNN"], 2)
    assert 0 < program["unit_seconds"] < 60
    assert found["seconds"] > 0
    memory = found["memory"]
    assert memory["fits"] is True
    assert memory["side_by_side_bytes"] == memory["workers"] * memory["unit_bytes"]
    assert program["memory_bytes"] == memory["unit_bytes"] > 0
    assert [unit["reason"] for unit in found["units"]] == ["new", "new"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of the claims of others")
def test_every_reason_in_json_and_as_text_and_nothing_is_touched(tiny: Ran, disturbed: tuple[Path, list[str]]) -> None:
    folder, keys = disturbed
    owner = start_owner(folder / "results", keys[2])
    before = listing(folder)
    words = ("run", "tiny.yaml", "--dry-run", "--workers", "1")
    in_json, done, finished, fresh = one_process(
        ("import os; os.environ['XDG_CACHE_HOME'] = os.path.abspath('cache')", (*words, "--json")),
        ("", words),
        ("", (*words, "--results", tiny.results)),
        ("", (*words, "--results", "fresh", "--only", "RNN", "--json")),
        cwd=folder,
    )
    assert listing(folder) == before
    kill(owner)
    from_nothing(fresh)
    assert finished.stdout == "tiny: 6 units, 6 done, 0 to compute; this is a dry run, nothing is touched\n"
    assert (in_json.code, done.code, finished.code) == (0, 0, 0)
    found = json.loads(in_json.stdout)
    units = {unit["key"]: unit for unit in found["units"]}
    assert [units[key]["reason"] for key in keys] == ["done", "failed", "elsewhere", "new", "damaged", "done"]
    assert "not a whole .npz archive" in units[keys[4]]["why"]
    assert units[keys[1]]["why"] == "ValueError: [no]"
    counts = found["counts"]
    assert (counts["units"], counts["done"], counts["remaining"], counts["failed"]) == (6, 2, 4, 1)
    assert [program["basis"] for program in found["programs"]] == ["records", "records"]
    lines = done.stdout.splitlines()
    assert lines[0].startswith("tiny: 6 units, 2 done, 4 to compute, 1 of them failed before; this is a dry run")
    assert any("GRU, uniform, b_z = 0: damaged: not a whole" in line and line.endswith("1 of 2") for line in lines)
    failed = "[bold]plain[/bold] RNN, uniform: failed before: ValueError: [no]"
    assert any(line.startswith(failed) and line.endswith("1 of 2") for line in lines)
    assert any(": being computed by another process now" in line and line.endswith("1 of 2") for line in lines)
    assert any(line.startswith("time      about ") and "with 1 worker" in line for line in lines)
    assert any(line.startswith("memory    at most ") for line in lines)
