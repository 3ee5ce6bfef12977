"""The cache of compiled programs after a kill in the middle of a write: entries that are cut, empty or nonsense."""

from pathlib import Path

import pytest

from tests.cli.commands import digests, gru_vanish
from tests.faults.programs import UNITS, counts, study


@pytest.mark.parametrize("keep", [0, 0.5])
def test_a_truncated_entry_is_compiled_anew(keep: float, sound: Path, tmp_path: Path) -> None:
    study(tmp_path)
    cache = str(tmp_path / "cache")
    assert counts(tmp_path, XDG_CACHE_HOME=cache)["computed"] == UNITS
    entries = list((tmp_path / "cache").rglob("*-cache"))
    assert entries
    for entry in entries:
        data = entry.read_bytes()
        entry.write_bytes(data[: int(len(data) * keep)])
    done = gru_vanish("run", "small.yaml", "--results", "again", cwd=tmp_path, XDG_CACHE_HOME=cache)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert digests(tmp_path / "again") == digests(sound / "results")
    print(done.stderr)
