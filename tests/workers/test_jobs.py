"""What is said of jobs that do not come, and when a run gives up: with a stand-in for Slurm that a file describes."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gru_vanish.engine import Done, Staffed, Unavailable
from gru_vanish.engine.executors import clusters, dask, slurm_jobs, slurm_log
from gru_vanish.engine.executors.slurm_jobs import Jobs, NoWorkersError, states
from gru_vanish.store import Store
from tests.engine import runs
from tests.workers.stand_in import Queue


class OneJob:
    """A job as a cluster has it."""

    def __init__(self, job_id: str | None, refusal: str = "") -> None:
        self.job_id, self.refusal = job_id, refusal


class Cluster:
    """Jobs by the names of their workers; what a loop is asked for is done at once."""

    def __init__(self, *jobs: OneJob) -> None:
        self.workers = dict(enumerate(jobs))
        self.loop = self

    def add_callback(self, call: Any) -> None:
        call()


class Watched:
    """Jobs that are looked at under a clock of the test's own."""

    def __init__(self, folder: Path, *jobs: OneJob) -> None:
        self.cluster, self.time = Cluster(*jobs), 0.0
        self.jobs = Jobs(self.cluster, lambda number: folder / f"slurm-{number}.out", now=lambda: self.time)

    def look(self, *workers: str) -> str:
        """Look once more, so much later that Slurm may be asked again."""
        self.time += slurm_jobs.EVERY
        return self.jobs.look(workers)


def test_what_squeue_says(queue: Queue) -> None:
    assert states(["1"]) == {}
    queue.table("1|PENDING|Resources", "2|FAILED|NonZeroExitCode", "no row")
    assert states(["1", "2"]) == {"1": ("PENDING", "Resources"), "2": ("FAILED", "NonZeroExitCode")}
    (queue.folder / "down").touch()
    assert states(["1"]) is None


def test_a_queue_is_waited_in_without_end(queue: Queue, tmp_path: Path) -> None:
    watched = Watched(tmp_path, OneJob("1"), OneJob("2"), OneJob("3"))
    queue.table("1|PENDING|Resources", "2|PENDING|Resources", "3|RUNNING|None")
    for _ in range(50):
        assert watched.look() == "2 jobs pending (Resources), 1 job starting"
    queue.table("1|PENDING|Priority", "2|PENDING|Resources", "3|RUNNING|None")
    assert watched.look("2") == "1 job pending (Priority), 1 job pending (Resources)"
    queue.table("3|RUNNING|None")
    assert watched.look("0", "1", "2") == ""


def test_slurm_is_not_asked_all_the_time_and_not_for_nothing(queue: Queue, tmp_path: Path) -> None:
    watched = Watched(tmp_path, OneJob("1"))
    queue.table("1|PENDING|Resources")
    for _ in range(10):
        watched.time += 1.0
        assert watched.jobs.look([]) == "1 job pending (Resources)"
    assert queue.said("asked") == ["1"]
    watched.look("0")
    watched.look("0")
    assert queue.said("asked") == ["1"]


def test_a_slurm_that_does_not_answer_is_no_reason_to_give_up(queue: Queue, tmp_path: Path) -> None:
    watched = Watched(tmp_path, OneJob("1"), OneJob("2"))
    (queue.folder / "down").touch()
    for _ in range(10):
        assert watched.look() == "2 jobs submitted"


def test_a_job_that_is_not_in_the_queue_has_vanished_when_it_is_missed_twice(queue: Queue, tmp_path: Path) -> None:
    watched = Watched(tmp_path, OneJob("1"))
    assert watched.look() == "1 job submitted"
    assert watched.look() == f"1 job ended before a worker came, see {tmp_path}/slurm-1.out"
    assert watched.cluster.workers == {}  # so that another is asked for in its place
    watched.cluster.workers = {0: OneJob("2")}
    queue.table("2|RUNNING|None")
    assert watched.look().startswith("1 job starting, 1 job ended before a worker came")
    assert watched.look("0") == ""  # a worker has come: all is well again


def test_jobs_that_end_again_and_again(queue: Queue, tmp_path: Path) -> None:
    """Three in a row without a worker; the message has the log's path and its end."""
    (tmp_path / "slurm-3.out").write_text("".join(f"line {n}\n" for n in range(40)) + "no such module\x1b[2J\n")
    watched = Watched(tmp_path)
    for number in ("1", "2"):
        watched.cluster.workers = {0: OneJob(number)}
        queue.table(f"{number}|FAILED|NonZeroExitCode")
        assert "ended before a worker came" in watched.look()
    watched.cluster.workers = {0: OneJob("3")}
    queue.table("3|CANCELLED|None")
    with pytest.raises(NoWorkersError) as told:
        watched.look()
    first, *rest = str(told.value).splitlines()
    assert first.startswith("3 jobs have ended before a worker came, the last of them 3 (CANCELLED); its log ")
    assert first.endswith(f"{tmp_path}/slurm-3.out ends with")
    assert [line.strip() for line in rest] == [*(f"line {n}" for n in range(31, 40)), "no such module?[2J"]


def test_workers_that_are_there_go_on_without_those_that_never_come(queue: Queue, tmp_path: Path) -> None:
    watched = Watched(tmp_path, OneJob("0"))
    watched.look("0")
    for number in map(str, range(1, 4)):
        watched.cluster.workers[1] = OneJob(number)
        queue.table(f"{number}|FAILED|NonZeroExitCode")
        watched.look("0")
    assert 1 in watched.cluster.workers  # and no further one is asked for
    for _ in range(3):
        assert watched.look("0").startswith("3 jobs ended before a worker came")


def test_refusals(tmp_path: Path, queue: Queue) -> None:
    with pytest.raises(NoWorkersError, match="no job could be submitted: invalid partition"):
        Watched(tmp_path, OneJob(None, "invalid partition")).look()
    watched = Watched(tmp_path, OneJob("1"), OneJob(None, "too many jobs"))
    queue.table("1|PENDING|Resources")
    assert watched.look() == "1 job pending (Resources), 1 job refused by sbatch (too many jobs)"
    watched.time += slurm_jobs.RETRY
    watched.look()
    assert [job.job_id for job in watched.cluster.workers.values()] == ["1"]  # sbatch may be asked again


def test_where_a_job_writes(tmp_path: Path) -> None:
    assert slurm_log.path([], tmp_path, "7") == tmp_path / "slurm-7.out"
    assert slurm_log.path([("output", "a-%j"), ("error", "%x.%j.err")], tmp_path, "7") == Path("gru-vanish.7.err")
    assert slurm_log.path([("output", "%u.out")], tmp_path, "7") is None
    assert slurm_log.last_lines(None) == "its log is where --slurm output says"
    assert "can not be read: No such file" in slurm_log.last_lines(tmp_path / "none")
    (tmp_path / "empty").touch()
    assert slurm_log.last_lines(tmp_path / "empty").endswith("is empty")


UNITS = runs.plan([runs.rnn()], seeds=range(2))


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the queue more often than one should."""
    monkeypatch.setattr(slurm_jobs, "EVERY", 0.2)
    monkeypatch.setattr(dask, "LOOK", 2)
    monkeypatch.setattr(dask, "REFILL", 4)


def events(root: Path, stop: threading.Event, wait: float | None = None, jobs: int = 1) -> Iterator[Any]:
    """Run with jobs of Slurm; what was told."""
    (root / "store").mkdir(parents=True)
    wanted = clusters.Wanted(jobs, slurm=(("partition", "none"),), host="127.0.0.1", wait=wait)
    with clusters.connected(wanted, root) as there:
        yield from dask.execute(UNITS, Store(root), stop, there)


def unavailable(root: Path, wait: float | None = None) -> str:
    found = list(events(root, threading.Event(), wait))
    assert not runs.of_kind(found, Done)
    (told,) = runs.of_kind(found, Unavailable)
    return told.error


@pytest.mark.usefixtures("hasty")
def test_a_run_whose_job_sbatch_refuses(queue: Queue, tmp_path: Path) -> None:
    (queue.folder / "refuse").touch()
    assert unavailable(tmp_path / "results").splitlines() == [
        "no job could be submitted: sbatch: error: invalid partition specified: none",
        "finished records are kept, and the same command goes on",
    ]


@pytest.mark.usefixtures("hasty")
def test_a_run_whose_jobs_die_at_once(queue: Queue, tmp_path: Path) -> None:
    """Each is replaced, and the third is the last; the end of its log is told."""
    results = tmp_path / "results"
    log = f"{results}/slurm-$number.out"
    queue.fate(f'echo "bad interpreter $number" > {log}; echo "$number|FAILED|" > {queue.folder}/table')
    told = unavailable(results)
    assert f"3 jobs have ended before a worker came, the last of them 3 (FAILED); its log {results}/slurm-3.out" in told
    assert "    bad interpreter 3\n" in told
    assert len(queue.said("submitted")) == 3


@pytest.mark.usefixtures("hasty")
def test_a_run_that_waits_no_longer_than_it_may(queue: Queue, tmp_path: Path) -> None:
    queue.table("1|PENDING|Resources")
    started = time.monotonic()
    assert unavailable(tmp_path / "results", wait=0.6).startswith(
        "no worker came within 0.01 min (1 job pending (Resources))\nfinished records are kept"
    )
    assert time.monotonic() - started < 15
    assert queue.said("cancelled") == ["1"]


@pytest.mark.usefixtures("hasty")
def test_jobs_that_wait_are_cancelled_when_the_run_is_stopped(queue: Queue, tmp_path: Path) -> None:
    queue.table("1|PENDING|Priority", "2|PENDING|Resources")
    stop, seen = threading.Event(), []
    threading.Timer(30.0, stop.set).start()
    for event in events(tmp_path / "results", stop, jobs=2):
        seen.append(event)
        if isinstance(event, Staffed) and event.waiting.count("pending") == 2:
            stop.set()
    assert Staffed(0, "1 job pending (Priority), 1 job pending (Resources)") in seen
    assert sorted(queue.said("cancelled")) == ["1", "2"]
