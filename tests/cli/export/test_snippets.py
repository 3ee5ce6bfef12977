"""The lines of HOWTO.md run in the programs that they are for."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

from gru_vanish.interface.export import WHOLE, files_of
from gru_vanish.tables.exported import exported_tables
from tests.cli.export.stated import STATED


def snippets(page: bytes, kind: str, library: str) -> list[str]:
    blocks = re.findall(rf"^## {library}, \w+\n+```{kind}\n(.*?)^```", page.decode("utf-8"), flags=re.S | re.M)
    return [str(block) for block in blocks]


def run_in(folder: Path, files: dict[str, bytes], words: Sequence[str]) -> str:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_the_snippets_run_in_python(library: str, tmp_path: Path) -> None:
    files = files_of(STATED["unfinished"], exported_tables(STATED["unfinished"]), list(WHOLE))
    found = snippets(files["HOWTO.md"], "python", library)
    assert len(found) == 3
    for code in found:
        compile(code, library, "exec")
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed: its snippets were compiled, not run")
    shown = run_in(tmp_path, files, [sys.executable, "-c", "\n".join(found)])
    assert shown.count("upper end of it") == 3
    assert "decay_rate_low" in shown


def test_the_snippet_runs_in_r(tmp_path: Path) -> None:
    files = files_of(STATED["unfinished"], exported_tables(STATED["unfinished"]), ["csv"])
    (code,) = snippets(files["HOWTO.md"], "r", "R")
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed: its snippet was not run")
    shown = run_in(tmp_path, files, ["Rscript", "-e", f"{code}\nstopifnot(is.numeric(table$decay_rate))"])
    assert "decay_rate_low" in shown
