"""One run without workers, with which all others are compared, and a queue that is none."""

import os
from pathlib import Path

import pytest

from tests.cli.commands import gru_vanish, result
from tests.workers.processes import UNITS, study
from tests.workers.stand_in import Queue


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study of two hundred units, computed by threads of one process."""
    folder = study(tmp_path_factory.mktemp("alone"))
    assert result(gru_vanish("run", "many.yaml", "--json", cwd=folder))["counts"]["computed"] == UNITS
    return folder


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Queue:
    """Slurm's commands, as stand-ins."""
    found = Queue(tmp_path / "queue")
    monkeypatch.setenv("PATH", f"{found.folder}{os.pathsep}{os.environ['PATH']}")
    return found
