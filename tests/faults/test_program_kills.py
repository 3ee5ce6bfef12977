"""The real program: killed five times, run eight times at once, interrupted in compiling and in writing."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gru_vanish.store import Store
from tests.cli.commands import LISTENING, digests, environment, started, until_records
from tests.faults.programs import DISTURBED, STUDY, UNITS, counts, study
from tests.faults.spawner import until

LONGER = STUDY.replace("seeds: 3", "seeds: 12").replace("60]", "3000]").replace("hidden: 9", "hidden: 48")


def test_five_kills(tmp_path: Path) -> None:
    """The first one while jax is imported or compiles, the others between and in the middle of writes."""
    study(tmp_path, LONGER)
    study(tmp_path / "undisturbed", LONGER)
    words, results, moments = ("run", "small.yaml", "--json"), tmp_path / "results", random.Random(0)
    process = started(*words, cwd=tmp_path)
    time.sleep(moments.uniform(0.2, 1.5))
    process.kill()
    process.communicate()
    for _ in range(4):
        before = digests(results)
        process = started(*words, cwd=tmp_path)
        until_records(results, len(before) + moments.randint(1, 5), process)
        time.sleep(moments.uniform(0.0, 0.05))
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert before.items() <= digests(results).items()
    left = digests(results)
    found = counts(tmp_path)
    assert 4 <= len(left) < 36
    assert (found["found"], found["computed"], found["set_aside"]) == (len(left), 36 - len(left), 0)
    assert counts(tmp_path / "undisturbed")["computed"] == 36
    assert digests(results) == digests(tmp_path / "undisturbed" / "results")
    assert not list(tmp_path.rglob("*.tmp"))


def test_eight_runs_at_once(sound: Path, tmp_path: Path) -> None:
    study(tmp_path)
    runs = [started("run", "small.yaml", "--json", cwd=tmp_path) for _ in range(8)]
    told = [run.communicate(timeout=300) for run in runs]
    assert [run.returncode for run in runs] == [0] * 8, [stderr for _, stderr in told]
    found = [json.loads(stdout)["counts"] for stdout, _ in told]
    assert sum(each["computed"] for each in found) == UNITS
    assert all(each["computed"] + each["found"] == each["units"] == UNITS for each in found)
    assert digests(tmp_path / "results") == digests(sound / "results")


def interrupted(folder: Path, disturb: str, *numbers: signal.Signals) -> subprocess.CompletedProcess[str]:
    """Send signals to a run once it has told that it is ready, by a file; how it ended, within seconds."""
    code = DISTURBED.format(disturb=disturb, more=[])
    words = [sys.executable, "-c", LISTENING, sys.executable, "-c", code]
    process = subprocess.Popen(
        words, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    until((folder / "ready").exists, seconds=60)
    asked = time.monotonic()
    for number in numbers:
        process.send_signal(number)
        time.sleep(0.3)
    stdout, stderr = process.communicate(timeout=30)
    assert time.monotonic() - asked < 4.0
    assert "Traceback" not in stderr
    return subprocess.CompletedProcess(words, process.returncode, stdout, stderr)


COMPILING = """
from gru_vanish.engine import programs
def compile_stage(*_):
    Path("ready").touch()
    time.sleep(60)
programs.compile_stage = compile_stage
def disturb(count): pass
"""
WRITING = """
from gru_vanish.store import files
flush = os.fsync
def slow(handle):
    if written == 1 and "npz" in os.readlink(f"/proc/self/fd/{{handle}}"):
        Path("ready").touch()
        time.sleep({seconds})
    flush(handle)
os.fsync = slow
def disturb(count): pass
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_in_a_long_compilation(tmp_path: Path, number: signal.Signals, code: int) -> None:
    study(tmp_path)
    done = interrupted(tmp_path, COMPILING, number)
    assert done.returncode == code
    assert f"stopped with 0 of {UNITS} units done; the same command resumes" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_what_is_being_written_is_finished_after_one_signal(tmp_path: Path) -> None:
    study(tmp_path)
    done = interrupted(tmp_path, WRITING.format(seconds=1), signal.SIGTERM)
    assert done.returncode == 143
    assert f"stopped with 2 of {UNITS} units done" in done.stderr
    assert len(digests(tmp_path / "results")) == 2
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_nothing_is_waited_for_after_two_signals(tmp_path: Path) -> None:
    study(tmp_path)
    done = interrupted(tmp_path, WRITING.format(seconds=60), signal.SIGINT, signal.SIGTERM)
    assert done.returncode == 143
    store = Store(tmp_path / "results")
    assert [store.state(key).kind for key in store.keys()] == ["present"]  # noqa: SIM118  (a store is no dict)
    assert len(list(tmp_path.rglob("*.tmp"))) == 1
    assert len(store.remove_leftovers()) == 1
