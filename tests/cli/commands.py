"""The command line as its user starts it: a process of its own, its streams in pipes."""

import contextlib
import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from gru_vanish.store import Store

REPOSITORY = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "gru_vanish")
# The shell of a background job lets it ignore SIGINT, which would never arrive then.
LISTENING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""

TINY = """
schema: 1
name: tiny
question: Is a study of six units computed once?
seeds: 2
lengths: [1, 5, 10, 20]
inputs: {kind: gaussian, size: 2, scale: 1.0, batch: 2}
cells:
  RNN: {kind: rnn, hidden: 4, title: "[bold]plain[/bold] RNN"}
  GRU: {kind: gru, hidden: 4}
sweep:
  grid: {cells.GRU.init.update_bias: [-4, 0]}
figures: [gradient_vs_length]
"""

SLOW = """
schema: 1
name: slow
seeds: 40
lengths: [10, 100, 2000]
inputs: {kind: gaussian, size: 8, scale: 1.0, batch: 8}
cells:
  RNN: {kind: rnn, hidden: 64}
"""


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    return {**kept, "PYTHONPATH": str(REPOSITORY), "TERM": "xterm-256color", **more}


def gru_vanish(*words: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        cwd=cwd,
        env=environment(**env),
        capture_output=True,
        text=True,
        timeout=300,
    )


def python(code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", code]
    return subprocess.run(words, cwd=cwd, env=environment(), capture_output=True, text=True, timeout=300)


def started(*words: str | Path, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", LISTENING, *COMMAND, *map(str, words)],
        cwd=cwd, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def on_terminal(*words: str | Path, cwd: Path, columns: int = 80, **env: str) -> "Terminal":
    whole = [sys.executable, "-c", LISTENING, *COMMAND, *map(str, words)]
    return Terminal(whole, cwd, columns, environment(**env))


class Terminal:
    """A process whose stdout and stderr are one terminal; what it shows is read all the time."""

    def __init__(self, words: list[str], cwd: Path, columns: int, env: dict[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self.process = subprocess.Popen(words, cwd=cwd, env=env, stdout=theirs, stderr=theirs)
        os.close(theirs)
        self._shown = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # EIO: the process has ended
            while data := os.read(self._ours, 65536):
                self._shown += data

    def ended(self) -> str:
        """Wait for the end; all that was shown."""
        self.process.wait(timeout=300)
        self._reader.join(timeout=10)
        os.close(self._ours)
        return self._shown.decode("utf-8")


def until_records(root: Path, count: int, process: subprocess.Popen[Any]) -> None:
    """Wait until so many records are in the store."""
    deadline = time.monotonic() + 60
    while len(list(Store(root).keys())) < count:
        assert process.poll() is None, process.returncode
        assert time.monotonic() < deadline, "no record appeared"
        time.sleep(0.02)


def digests(root: Path) -> dict[str, str]:
    """The payload's digest of every sound record."""
    store = Store(root)
    return {key: store.read(key).about["sha256"] for key in list(store.keys()) if store.state(key).kind == "present"}


def result(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The one JSON object on stdout."""
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def rounded(values: np.ndarray, bits: int) -> np.ndarray:
    """The values with their significand rounded to so many bits, as a matrix unit does to its operands."""
    mantissa, exponent = np.frexp(values.astype(np.float64))
    return np.ldexp(np.round(mantissa * 2.0**bits) / 2.0**bits, exponent).astype(np.float32)
