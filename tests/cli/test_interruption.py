import json
import signal
import time
from pathlib import Path

import pytest

from gru_vanish.store import Store, list_studies
from tests.cli.commands import digests, gru_vanish, result, started, until_records
from tests.cli.conftest import Ran


def test_a_killed_run_goes_on_where_it_was_and_ends_with_the_same_bytes(slow: Ran, tmp_path: Path) -> None:
    words = ("run", slow.folder / "slow.yaml", "--json")
    process = started(*words, cwd=tmp_path)
    until_records(tmp_path / "results", 3, process)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    left = digests(tmp_path / "results")
    counts = result(gru_vanish(*words, cwd=tmp_path))["counts"]
    assert 3 <= len(left) < 40
    assert (counts["found"], counts["computed"], counts["failed"]) == (len(left), 40 - len(left), 0)
    assert digests(tmp_path / "results") == digests(slow.results)
    assert not list((tmp_path / "results").rglob("*.tmp"))


def test_two_runs_of_one_study_share_the_work(slow: Ran, tmp_path: Path) -> None:
    words = ("run", slow.folder / "slow.yaml", "--json", "--workers", "1")
    both = [started(*words, cwd=tmp_path) for _ in range(2)]
    counts = [json.loads(process.communicate(timeout=120)[0])["counts"] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum(each["computed"] for each in counts) == 40
    assert all(each["computed"] + each["found"] == 40 for each in counts)
    assert digests(tmp_path / "results") == digests(slow.results)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_a_run_soon_and_keeps_what_is_done(
    slow: Ran, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    # One unit of many steps: the signal arrives in the middle of one call into compiled code.
    longer = ("--set", "lengths=[300000]", "--workers", "1")
    process = started("run", slow.folder / "slow.yaml", *longer, cwd=tmp_path)
    while not list_studies(tmp_path / "results"):
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(2.5)
    asked = time.monotonic()
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=30)
    assert time.monotonic() - asked < 2.0
    assert process.returncode == code
    assert stdout == ""
    done = len(list(Store(tmp_path / "results").keys()))
    assert f"stopped with {done} of 40 units done; the same command resumes" in stderr
    assert "Traceback" not in stderr


def test_a_signal_before_anything_is_computed(slow: Ran, tmp_path: Path) -> None:
    process = started("run", slow.folder / "slow.yaml", cwd=tmp_path)
    time.sleep(0.4)  # while jax is being imported: an exception there has ended in a crash of the interpreter
    process.send_signal(signal.SIGTERM)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode in (143, -signal.SIGTERM)
    assert "Traceback" not in stderr
