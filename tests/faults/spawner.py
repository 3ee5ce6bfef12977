"""Processes that run the engine without jax, started and killed from a test."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

from tests.faults import stand_ins

REPOSITORY = Path(__file__).parents[2]


class Spawner:
    """The process that forks runs; a run that has ended stays a zombie until `wait`, so its id is never another's."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, stand_ins.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "OPENBLAS_NUM_THREADS": "1"},
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline().strip() == "gru_vanish.engine"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)

    def start(self, root: Path, seeds: int, log: Path, **more: int) -> int:
        """Start a run; its process id."""
        return self._ask({"root": str(root), "seeds": seeds, "log": str(log), **more})

    def wait(self, process: int) -> int:
        """The exit code, or minus the signal that ended the run."""
        return self._ask({"wait": process})

    def kill(self, process: int) -> int:
        os.kill(process, signal.SIGKILL)
        return self.wait(process)

    def _ask(self, question: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def lines(log: Path) -> list[int]:
    """The seeds in a log, in the order in which they were begun."""
    return [int(line) for line in log.read_text().split()] if log.exists() else []


def until(condition: Any, seconds: float = 20.0) -> None:
    """Wait until something is so; fail where it never is."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)
