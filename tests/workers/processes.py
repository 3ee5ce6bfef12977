"""Schedulers, workers and runs as processes of their own, and what the system says of them."""

import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.cli.commands import environment
from tests.faults.spawner import until

MANY = """
schema: 1
name: many
seeds: 100
lengths: [1, 40]
inputs: {kind: gaussian, size: 3, scale: 1.0, batch: 2}
cells:
  RNN: {kind: rnn, hidden: 8}
sweep:
  grid: {cells.RNN.init.recurrent.gain: [0.9, 1.1]}
"""
UNITS = 200


def study(folder: Path) -> Path:
    """Write the study of two hundred units."""
    folder.mkdir(exist_ok=True)
    (folder / "many.yaml").write_text(MANY, encoding="utf-8")
    return folder


class Scheduler:
    """A scheduler of Dask that runs already, and workers that were started by hand."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "scheduler.json"
        self.process = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(self.file)
        )
        self.workers: list[subprocess.Popen[bytes]] = []
        until(lambda: self.file.exists() and self.file.stat().st_size > 0, 60)

    def add(self, count: int) -> None:
        """Start more workers."""
        words = ("--scheduler-file", str(self.file), "--nthreads", "1", "--no-nanny", "--memory-limit", "0")
        where = ("--host", "127.0.0.1", "--death-timeout", "30")
        self.workers += [self._start("worker", *words, *where) for _ in range(count)]

    def kill(self) -> None:
        """End the scheduler as ``kill -9`` does."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """End everything."""
        for process in (self.process, *self.workers):
            process.kill()
            process.wait()

    def _start(self, kind: str, *words: str) -> "subprocess.Popen[bytes]":
        whole = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words, "--dashboard-address", "127.0.0.1:0"]
        with open(self.folder / f"{kind}.log", "ab") as log:
            return subprocess.Popen(whole, cwd=self.folder, env=environment(), stdout=log, stderr=log)


def children(process: int) -> list[int]:
    """The processes below one, by what /proc says."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            if parent == process:
                found += [int(path.name), *children(int(path.name))]
    return found


def workers_of(run: int) -> list[int]:
    """The workers that a run has spawned."""
    return [each for each in children(run) if "spawn_main" in command_of(each)]


def command_of(process: int) -> str:
    """The command line of a process; empty where it is gone."""
    try:
        return (Path("/proc") / str(process) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def is_alive(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def listening(processes: list[int]) -> Iterator[str]:
    """The addresses on which processes listen."""
    inodes = set()
    for process in processes:
        for handle in (Path("/proc") / str(process) / "fd").iterdir():
            try:
                inodes.add(os.readlink(handle).removeprefix("socket:[").rstrip("]"))
            except OSError:
                continue
    for name, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in (Path("/proc/net") / name).read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and words[9] in inodes:  # 0A: it listens
                digits = words[1].partition(":")[0]
                groups = [int(digits[at : at + 8], 16) for at in range(0, len(digits), 8)]
                yield socket.inet_ntop(family, struct.pack(f"={len(groups)}I", *groups))


def kill(process: int) -> None:
    """As ``kill -9`` does."""
    os.kill(process, signal.SIGKILL)
