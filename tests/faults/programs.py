"""The real program on small studies (one program to compile: a GRU), and scripts that disturb it from within."""

import subprocess
from pathlib import Path
from typing import Any

from tests.cli.commands import gru_vanish, python, result

STUDY = """
schema: 1
name: small
seeds: 3
lengths: [1, 20, 60]
inputs: {kind: gaussian, size: 3, scale: 1.0, batch: 2}
cells:
  TURNED: {kind: gru, hidden: 9, init: {recurrent: orthogonal}}
  GRU: {kind: gru, hidden: 9, init: {update_bias: -1}}
sweep:
  grid: {cells.GRU.init.recurrent.gain: [0.9, 1.1]}
"""
UNITS = 9

# The script's ``disturb(count)`` is called before and after each record that is written; count is how many there are.
DISTURBED = """
import os, resource, shutil, signal, sys, time
from pathlib import Path
from gru_vanish.store import Store
write, written = Store.write, 0
{disturb}
def disturbed(self, record):
    global written
    path = write(self, record)
    written += 1
    disturb(written)
    return path
Store.write = disturbed
sys.argv = ["gru-vanish", "run", "small.yaml", "--workers", "1", *{more!r}]
from gru_vanish.cli import main
main()
"""


def study(folder: Path, text: str = STUDY) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def counts(folder: Path, *more: str, **env: str) -> dict[str, Any]:
    """The counts of a run that ends well."""
    done = gru_vanish("run", "small.yaml", "--json", *more, cwd=folder, **env)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = result(done)["counts"]
    return found


def disturbed(folder: Path, disturb: str, *more: str) -> subprocess.CompletedProcess[str]:
    return python(DISTURBED.format(disturb=disturb, more=list(more)), cwd=folder)
