"""SIGKILL at any moment: whatever was finished is kept, nothing is wrong, the same command goes on."""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gru_vanish.store import Store, payload_digest
from tests.faults.spawner import Spawner, lines, until
from tests.faults.stand_ins import numbers

SEEDS = 10
KILLS = 100


@pytest.fixture(scope="module")
def spawner() -> Iterator[Spawner]:
    with Spawner() as one:
        yield one


def expected(seeds: int = SEEDS) -> dict[int, str]:
    return {seed: payload_digest({"numbers": numbers(seed)}) for seed in range(seeds)}


def stored(root: Path) -> dict[int, str]:
    """Digest by seed of all that is there; a damaged record would raise."""
    store = Store(root)
    abouts = [store.read(key).about for key in store.keys()]  # noqa: SIM118  (a store is no dict)
    return {about["seed"]: about["sha256"] for about in abouts}


def test_a_hundred_kills(spawner: Spawner, tmp_path: Path) -> None:
    """Until a study is complete it is killed again and again, then the next one; at the end all of them are whole."""
    moments, roots, digests = random.Random(0), [tmp_path / "0"], expected()
    started = time.monotonic()
    assert spawner.wait(spawner.start(tmp_path / "uninterrupted", SEEDS, tmp_path / "log")) == 0
    whole = time.monotonic() - started
    cut = 0
    for kill in range(KILLS):
        root, log = roots[-1], tmp_path / f"log {kill}"
        before = stored(root)
        run = spawner.start(root, SEEDS, log)
        time.sleep(moments.uniform(0.0, 0.55 * whole))
        code = spawner.kill(run)
        assert code in (0, -signal.SIGKILL)
        cut += code != 0
        after = stored(root)
        assert after.items() <= digests.items()
        assert before.items() <= after.items()
        assert not set(lines(log)) & set(before), "a finished unit was computed again"
        if len(after) == SEEDS:
            roots.append(tmp_path / str(len(roots)))
    for root in roots:
        assert spawner.wait(spawner.start(root, SEEDS, tmp_path / "last log")) == 0
        assert stored(root) == digests
        assert not list(root.rglob("*.tmp"))
        assert not list(root.rglob("*damaged*"))
    assert cut > KILLS // 2
    assert len(roots) > 1, "no study came to its end between two kills"


def test_eight_runs_at_once_compute_each_unit_once(spawner: Spawner, tmp_path: Path) -> None:
    root, log = tmp_path / "results", tmp_path / "log"
    runs = [spawner.start(root, 40, log) for _ in range(8)]
    assert [spawner.wait(run) for run in runs] == [0] * 8
    assert sorted(lines(log)) == list(range(40))
    assert stored(root) == expected(40)


def test_eight_runs_of_which_seven_are_killed(spawner: Spawner, tmp_path: Path) -> None:
    """The last one takes over whatever the dead had claimed."""
    root, log, moments = tmp_path / "results", tmp_path / "log", random.Random(1)
    runs = [spawner.start(root, 60, log) for _ in range(8)]
    for run in runs[1:]:
        time.sleep(moments.uniform(0.0, 0.03))
        spawner.kill(run)
    assert spawner.wait(runs[0]) == 0
    assert stored(root) == expected(60)


def test_a_stopped_run_keeps_its_claim_and_a_dead_one_frees_it_at_once(spawner: Spawner, tmp_path: Path) -> None:
    root, log, other = tmp_path / "results", tmp_path / "log", tmp_path / "other log"
    first = spawner.start(root, SEEDS, log, stuck=0, workers=1)
    until(lambda: 0 in lines(log))
    os.kill(first, signal.SIGSTOP)
    second = spawner.start(root, SEEDS, other)
    until(lambda: len(stored(root)) == SEEDS - 1)
    time.sleep(0.5)  # five looks at the claim
    assert 0 not in lines(other)
    died = time.monotonic()
    assert spawner.kill(first) == -signal.SIGKILL
    assert spawner.wait(second) == 0
    assert time.monotonic() - died < 5.0
    assert lines(other).count(0) == 1
    assert stored(root) == expected()
