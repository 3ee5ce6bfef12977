"""Runs that several tests look at: a process and two compilations are too dear for each."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli import commands


@dataclass(frozen=True)
class Ran:
    """A finished run and the folder in which it was started."""

    folder: Path
    done: subprocess.CompletedProcess[str]

    @property
    def results(self) -> Path:
        return self.folder / "results"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "tiny.yaml").write_text(commands.TINY, encoding="utf-8")
    return Ran(folder, commands.gru_vanish("run", "tiny.yaml", cwd=folder))


@pytest.fixture(scope="session")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The slow study, never interrupted."""
    folder = tmp_path_factory.mktemp("slow")
    (folder / "slow.yaml").write_text(commands.SLOW, encoding="utf-8")
    return Ran(folder, commands.gru_vanish("run", "slow.yaml", "--json", cwd=folder))
