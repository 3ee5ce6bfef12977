"""What becomes of the jobs of a run before their workers come: pending, starting, refused, ended without a worker.

A queue may take days, so nobody is given up who waits in it. A job that ends before its worker has come is replaced; a
few of them in a row, with no worker there, are a fault that no waiting mends.
"""

import subprocess
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gru_vanish.engine.executors.slurm_log import last_lines

EVERY = 15.0
"""Seconds between two questions to Slurm; its masters ask for no more of them."""
ANSWER = 20.0
"""Seconds within which it has to answer."""
TRIES = 3
"""Jobs in a row that may end before a worker has come."""
RETRY = 600.0
"""Seconds until sbatch is asked again for a job that it has refused while others were there."""
PENDING = ("PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT", "RESV_DEL_HOLD")
STARTING = ("RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "RESIZING", "SIGNALING", "STAGE_OUT")
States = Mapping[str, tuple[str, str]]


class NoWorkersError(Exception):
    """No worker will ever come; the message says why."""


def states(numbers: Sequence[str]) -> States | None:
    """Return state and reason of those jobs that Slurm knows; None where it gives no answer."""
    words = ["squeue", "--noheader", "--states=all", "--format=%i|%T|%r", f"--jobs={','.join(numbers)}"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=ANSWER)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return {} if "Invalid job id" in done.stderr else None
    rows = [line.strip().split("|") for line in done.stdout.splitlines()]
    return {row[0]: (row[1], row[2]) for row in rows if len(row) == 3}


@dataclass
class Jobs:
    """The jobs of one run. ``cluster`` has them by the names of their workers."""

    cluster: Any
    logs: Callable[[str], Path | None]
    """Where a job of this number writes."""
    now: Callable[[], float] = time.monotonic
    _came: set[str] = field(default_factory=set, init=False)
    """Jobs whose worker was seen."""
    _absent: set[str] = field(default_factory=set, init=False)
    """Jobs that Slurm did not know when it was last asked."""
    _ended: list[str] = field(default_factory=list, init=False)
    """Jobs that have ended before a worker came, since the last that did."""
    _last: str = field(default="", init=False)
    _asked: float | None = field(default=None, init=False)
    _refused_at: float | None = field(default=None, init=False)
    _words: str = field(default="", init=False)

    def look(self, workers: Collection[str]) -> str:
        """Return in words what is waited for; ``workers`` are those that are there, by name.

        Raises NoWorkersError where there is nothing to wait for.
        """
        jobs = {str(name): job for name, job in list(self.cluster.workers.items())}
        here = {job.job_id for name, job in jobs.items() if job.job_id and name in workers}
        if here - self._came:
            self._came |= here
            self._ended.clear()
        waiting = {name: job.job_id for name, job in jobs.items() if job.job_id and job.job_id not in self._came}
        refused = {name: job.refusal for name, job in jobs.items() if job.refusal}
        if refused and not waiting and not here:
            raise NoWorkersError(f"no job could be submitted: {next(iter(refused.values()))}")
        if not waiting and not refused:
            self._words = ""
        elif self._asked is None or self.now() - self._asked >= EVERY:
            self._asked = self.now()
            self._words = self._told(waiting, refused, bool(here))
        return ", ".join(filter(None, [self._words, self._ends()]))

    def _told(self, waiting: Mapping[str, str], refused: Mapping[str, str], anyone: bool) -> str:
        known = states(list(waiting.values())) if waiting else {}
        pending: Counter[str] = Counter()
        starting = silent = 0
        for name, number in waiting.items():
            state, reason = (known or {}).get(number, ("", ""))
            if known is None or (not state and number not in self._absent):
                silent += 1
                self._absent |= set() if known is None else {number}
            elif state in PENDING:
                pending[reason] += 1
            elif state in STARTING:
                starting += 1
            else:
                self._note_end(name, number, state, reason, anyone)
        if len(self._ended) >= TRIES and not anyone:
            raise NoWorkersError(f"{len(self._ended)} jobs have ended before a worker came, {self._last}")
        self._ask_again(refused)
        parts = [f"{counted(count)} pending ({reason})" for reason, count in sorted(pending.items())]
        parts += [f"{counted(starting)} starting"] if starting else []
        parts += [f"{counted(silent)} submitted"] if silent else []
        parts += [f"{counted(len(refused))} refused by sbatch ({next(iter(refused.values()))})"] if refused else []
        return ", ".join(parts)

    def _note_end(self, name: str, number: str, state: str, reason: str, anyone: bool) -> None:
        """Let the cluster ask for another job in its place, unless several of them have ended so already."""
        if number in self._ended:
            return
        self._ended.append(number)
        log = self.logs(number)
        why = (
            f"{state}, {reason}" if state and reason not in ("", "None") else state or "it has vanished from the queue"
        )
        self._last = f"the last of them {number} ({why}); {last_lines(log)}"
        if not (anyone and len(self._ended) >= TRIES):
            self._forget(name)

    def _ends(self) -> str:
        if not self._ended:
            return ""
        log = self.logs(self._ended[-1])
        where = f"see {log}" if log else f"the last of them {self._ended[-1]}"
        return f"{counted(len(self._ended))} ended before a worker came, {where}"

    def _ask_again(self, refused: Mapping[str, str]) -> None:
        if not refused:
            self._refused_at = None
            return
        if self._refused_at is None:
            self._refused_at = self.now()
        elif self.now() - self._refused_at >= RETRY:
            self._refused_at = None
            for name in refused:
                self._forget(name)

    def _forget(self, name: str) -> None:
        """Take a job that is none any more out of the cluster, which asks for another when it is next refilled."""

        def forget() -> None:
            for known in [each for each in self.cluster.workers if str(each) == name]:
                del self.cluster.workers[known]

        self.cluster.loop.add_callback(forget)


def counted(count: int) -> str:
    """Return a number of jobs in words."""
    return "1 job" if count == 1 else f"{count} jobs"
