"""Processes that are measured: each contestant has its own, so that none feels the libraries of another."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from scale import ROOT

HERE = Path(__file__).resolve().parent
Environment = Mapping[str, str]
DEVICES: dict[str, Environment] = {"cpu": {"JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}, "gpu": {}}
"""What the environment of a child says so that it computes on this kind of device."""


@dataclass(frozen=True)
class Ended:
    """What a process has cost from its start to its end."""

    seconds: float
    peak_bytes: int


class Child:
    """A process that answers every line on its stdin with one JSON object on its stdout."""

    def __init__(self, arguments: Sequence[str], environment: Environment) -> None:
        self._name = " ".join(Path(each).name for each in arguments[:2])
        self._folder = tempfile.TemporaryDirectory(prefix="speed-")
        self._report = Path(self._folder.name) / "report.json"
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-I",
                "-S",
                str(HERE / "launch.py"),
                str(self._report),
                sys.executable,
                *arguments,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=_environment(environment),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let the process go, whatever has happened."""
        if self._process.poll() is None:
            self._process.communicate()
        self._folder.cleanup()

    def ask(self, question: str | None = None) -> dict[str, Any]:
        """Write a line, unless the process speaks first, and return the answer."""
        if question is not None:
            print(question, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()  # type: ignore[union-attr]
        if not answer:
            raise RuntimeError(f"{self._name} has ended without an answer; its own words are above")
        return json.loads(answer)

    def end(self) -> tuple[Ended, str]:
        """Close the process's stdin, wait for its end, and return what it has cost and what else it said."""
        said, _ = self._process.communicate()
        if self._process.returncode:
            raise RuntimeError(f"{self._name} has failed with exit code {self._process.returncode}")
        report = json.loads(self._report.read_text(encoding="utf-8"))
        return Ended(report["seconds"], report["peak_bytes"]), said


def finished(arguments: Sequence[str], environment: Environment) -> tuple[Ended, str]:
    """Run a process to its end; return what it has cost and what it wrote to stdout."""
    with Child(arguments, environment) as child:
        return child.end()


def script(name: str, *arguments: Any) -> list[str]:
    """Return the arguments that run a script of this folder."""
    return [str(HERE / f"{name}.py"), *map(str, arguments)]


def _environment(own: Environment) -> dict[str, str]:
    """Return the environment of a child: this checkout's package, and no cache of JAX's own."""
    base = {name: value for name, value in os.environ.items() if not name.startswith("JAX_COMPILATION_CACHE")}
    path = os.pathsep.join(filter(None, [str(ROOT), base.get("PYTHONPATH")]))
    # By default a JAX process takes most of a GPU's memory for itself; here several share it.
    return {**base, "PYTHONPATH": path, "XLA_PYTHON_CLIENT_PREALLOCATE": "false", **own}
