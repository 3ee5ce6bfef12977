"""kill -9 of a worker, of the scheduler, of the process that began the run: nothing is lost, the command goes on."""

import json
import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest

from gru_vanish.store import Store
from tests.cli.commands import digests, on_terminal, started, until_records
from tests.faults.spawner import until
from tests.workers.processes import UNITS, Scheduler, children, is_alive, kill, listening, study, workers_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
WORDS = ("run", "many.yaml", "--json", "--executor", "dask")


def test_the_run_itself_is_killed_and_then_a_worker(alone: Path, tmp_path: Path) -> None:
    """Two hundred units on a local cluster: in the end all are there, with the bytes of a run without workers."""
    run = started(*WORDS, "--workers", "2", cwd=study(tmp_path))
    until_records(tmp_path / "results", 10, run)
    workers = workers_of(run.pid)
    assert len(workers) == 2
    assert set(listening([run.pid, *workers])) == {"127.0.0.1"}
    run.kill()
    run.communicate()
    until(lambda: not any(map(is_alive, workers)), 10)  # workers of nobody do not go on
    left = digests(tmp_path / "results")
    assert 10 <= len(left) < UNITS

    again = started(*WORDS, "--workers", "2", cwd=tmp_path)
    until_records(tmp_path / "results", len(left) + 10, again)
    workers = workers_of(again.pid)
    kill(workers[0])
    stdout, stderr = again.communicate(timeout=60)
    assert again.returncode == 0, stderr
    counts = json.loads(stdout)["counts"]
    assert counts["computed"] + counts["found"] == UNITS
    assert len(left) <= counts["found"] < UNITS
    assert digests(tmp_path / "results") == digests(alone / "results")
    assert "Traceback" not in stderr
    assert all("gru-vanish: " in line for line in stderr.splitlines())
    until(lambda: not any(map(is_alive, workers)))


def test_the_scheduler_is_killed(alone: Path, tmp_path: Path) -> None:
    words, results = (*WORDS, "--scheduler", "scheduler.json"), study(tmp_path) / "results"
    scheduler = Scheduler(tmp_path)
    try:
        scheduler.add(1)
        run = started(*words, cwd=tmp_path)
        until_records(results, 5, run)
        scheduler.kill()
        _, stderr = run.communicate(timeout=30)
        assert run.returncode == 4, stderr
        assert "can not be reached any more; finished records are kept, and the same command goes on" in stderr
        assert "Traceback" not in stderr
    finally:
        scheduler.close()
    left = digests(results)
    assert 5 <= len(left) < UNITS
    (tmp_path / "scheduler.json").unlink()
    scheduler = Scheduler(tmp_path)
    try:
        scheduler.add(1)
        again = started(*words, cwd=tmp_path)
        stdout, stderr = again.communicate(timeout=60)
        assert again.returncode == 0, stderr
        assert json.loads(stdout)["counts"]["found"] >= len(left)
    finally:
        scheduler.close()
    assert digests(results) == digests(alone / "results")


def test_control_c_on_a_terminal(tmp_path: Path) -> None:
    """All processes of the terminal get it; only the run answers."""
    terminal = on_terminal(
        "run", "many.yaml", "--executor", "dask", "--workers", "2", "--set", "lengths=[300000]", cwd=study(tmp_path)
    )
    until(lambda: len(workers_of(terminal.process.pid)) == 2 and (tmp_path / "results" / "many").exists(), 60)
    workers = workers_of(terminal.process.pid)
    time.sleep(6.0)  # in the midst of a unit of many steps
    asked = time.monotonic()
    for process in (terminal.process.pid, *children(terminal.process.pid)):
        os.kill(process, signal.SIGINT)
    shown = terminal.ended()
    assert time.monotonic() - asked < 8.0
    assert terminal.process.returncode == 130
    (told,) = re.findall(rf"stopped with (\d+) of {UNITS} units done; the same command resumes", shown)
    # A worker may have written its record, and not have been able to tell.
    assert int(told) <= len(list(Store(tmp_path / "results").keys())) <= int(told) + 2
    assert "Traceback" not in shown
    assert "leaked" not in shown
    until(lambda: not any(map(is_alive, workers)), 10)
