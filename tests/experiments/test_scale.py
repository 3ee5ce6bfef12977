"""The simulation of many units goes all of the way, at a small size."""

import json
import subprocess
import sys
from pathlib import Path

from gru_vanish.analysis import Findings
from gru_vanish.store import Store, read_manifest
from tests.cli.commands import REPOSITORY, environment

SCRIPT = REPOSITORY / "experiments" / "05_scale" / "simulate.py"
PARTS = {
    "read the config",
    "plan",
    "manifest",
    "look, before a run",
    "compute and store",
    "find all of it again",
    "analyse and write tables",
}


def test_sixty_units_through_every_part(tmp_path: Path) -> None:
    words = [sys.executable, str(SCRIPT), "--units", "60", "--results", "results", "--json", "told.json"]
    done = subprocess.run(words, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    assert told["units"] == 60
    assert {name for name in told["seconds"] if not name.startswith("summed")} == PARTS
    assert len(list(Store(tmp_path / "results").keys())) == 60
    found = Findings(read_manifest(tmp_path / "results", "many"), Store(tmp_path / "results").read)
    assert (found.finished, len(found.headline.series)) == (True, 6)
    assert (tmp_path / "results" / "many" / "summary.csv").is_file()
