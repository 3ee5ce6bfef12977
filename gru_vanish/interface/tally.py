"""What has happened in a run so far, and how long the rest may take."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from gru_vanish.engine import (
    Compiled,
    Crashed,
    Done,
    Elsewhere,
    Event,
    Failed,
    Found,
    SetAside,
    Staffed,
    Unavailable,
    Unit,
)


class Tally:
    """The events of a run, counted. ``now`` is a clock in seconds; tests bring their own."""

    def __init__(self, units: Sequence[Unit], workers: int, now: Callable[[], float] = time.monotonic) -> None:
        self.total = len(units)
        self.computed = self.found = 0
        self.failed: list[Failed] = []
        self.set_aside: list[SetAside] = []
        self.compiled: list[Compiled] = []
        self.elsewhere: set[str] = set()
        self.settled_keys: set[str] = set()
        self.unavailable: str | None = None
        self.crashed: str | None = None
        self.seconds: Counter[str] = Counter()
        self._now = now
        self.started = now()
        self._workers = workers
        self._waiting = ""
        self._estimate: tuple[float, float] | None = None
        self._programs = {unit.key: unit.program for unit in units}
        self.programs = len(set(self._programs.values()))
        self._left = Counter(self._programs.values())
        self._costs: dict[Any, tuple[int, float]] = {}

    def take(self, event: Event) -> None:
        """Count one event."""
        match event:
            case Compiled():
                self.compiled.append(event)
            case Done():
                self.computed += 1
                self.seconds.update(event.seconds)
                self._note_cost(event)
                self._settle(event.unit)
                self._estimate = self._estimated(), self._now()
            case Found():
                self.found += 1
                self._settle(event.unit)
            case Failed():
                self.failed.append(event)
                self._settle(event.unit)
            case SetAside():
                self.set_aside.append(event)
            case Elsewhere():
                self.elsewhere.add(event.unit.key)
            case Staffed():
                self._workers, self._waiting = event.workers, event.waiting
            case Unavailable():
                self.unavailable = event.error
            case Crashed():
                self.crashed = event.error

    @property
    def stored(self) -> int:
        """Units whose record is in the store."""
        return self.computed + self.found

    @property
    def settled(self) -> int:
        """Units of which nothing more will be heard."""
        return self.stored + len(self.failed)

    @property
    def left(self) -> int:
        """Units that are still to be done."""
        return self.total - self.settled

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self._now() - self.started

    @property
    def has_no_workers(self) -> bool:
        """Whether nobody is there to compute."""
        return self._workers == 0

    def seconds_left(self) -> float | None:
        """Estimate the rest from what a unit of each program has cost; None where nothing can be said."""
        if self._estimate is None or not self.left:
            return None
        seconds, at = self._estimate
        left = seconds - (self._now() - at)
        return left if left > 0 else None

    def words(self) -> str:
        """Return counts and the time that is left in words."""
        parts = [f"{self.settled} of {self.total} units"]
        parts += [f"{self.found} found"] if self.found else []
        parts += [f"{len(self.failed)} failed"] if self.failed else []
        parts += [f"{len(self.elsewhere)} at another process"] if self.elsewhere else []
        rest = self.seconds_left()
        return ", ".join([*parts, f"about {duration(rest)} left"] if rest is not None else parts)

    def outcome(self) -> str:
        """Return what has become of the units, and the time that it took, in words."""
        seconds = sum(event.seconds for event in self.compiled)
        parts = [f"{self.computed} computed"] if self.computed else []
        parts += [f"{self.found} found in the store"] if self.found else []
        parts += [f"{len(self.failed)} failed"] if self.failed else []
        parts += [f"{self.left} left"] if self.left else []
        parts += [f"{len(self.compiled)} compiled in {seconds:.1f} s"] if self.compiled else []
        return ", ".join([*parts, f"{duration(self.elapsed)} in all"])

    def stage(self) -> str:
        """Return in a word what is going on."""
        if not self.left:
            return "done"
        if len(self.elsewhere) >= self.left:
            return "waiting"
        if self.has_no_workers:
            return self._waiting or "no workers yet"
        return "computing" if self.compiled else "compiling"

    def _settle(self, unit: Unit) -> None:
        self.elsewhere.discard(unit.key)
        self.settled_keys.add(unit.key)
        self._left[self._programs[unit.key]] -= 1

    def _note_cost(self, event: Done) -> None:
        program = self._programs[event.unit.key]
        number, seconds = self._costs.get(program, (0, 0.0))
        self._costs[program] = (number + 1, seconds + sum(event.seconds.values()))

    def _estimated(self) -> float:
        """Seconds of the clock that are left, if all workers stay busy.

        A program of which no unit is done yet is taken for an average one.
        """
        count, work = (sum(column) for column in zip(*self._costs.values(), strict=True))
        each = {program: seconds / number for program, (number, seconds) in self._costs.items()}
        rest = sum(number * each.get(program, work / count) for program, number in self._left.items())
        return rest / min(max(1, self._workers), max(1, self.left))


def duration(seconds: float) -> str:
    """Return a time in two units at most: ``45 s``, ``3 min 20 s``, ``2 h 5 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
