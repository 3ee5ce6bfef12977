"""Times that may be compared: taken in alternation, judged by their spread."""

import os
import resource
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

SPREAD = 2.0
"""A contestant whose slowest repetition takes over so many times its fastest was disturbed."""


@dataclass(frozen=True)
class Times:
    """The seconds of all repetitions of one contestant, in the order in which they were taken."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    @property
    def least(self) -> float:
        """The fastest."""
        return min(self.seconds)

    @property
    def valid(self) -> bool:
        """Whether the slowest is within `SPREAD` of the fastest."""
        return max(self.seconds) <= SPREAD * self.least

    def listed(self) -> str:
        """Return all of them as text."""
        return ", ".join(f"{each:.3g}" for each in self.seconds)


def alternate(contestants: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, Times]:
    """Let every contestant run once in each round; each returns its own seconds.

    Every other round goes backwards, so that nobody always follows the same other.
    """
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds):
        order = list(contestants)
        for name in order if number % 2 == 0 else reversed(order):
            taken[name].append(contestants[name]())
    return {name: Times(tuple(seconds)) for name, seconds in taken.items()}


QUIET = 0.1
"""Cores' worth of work by others that may go on beside a part; more is told."""


class Bystanders:
    """The work that others did on this machine, from the making of this object on.

    The spread of a contestant's times does not see a neighbour that is always there, and PyTorch's threads suffer many
    times more from one than a single thread does.
    """

    def __init__(self) -> None:
        self._started, self._before = time.perf_counter(), self._foreign()

    def cores(self) -> float | None:
        """Return how many cores others kept busy on average; None where the system does not tell.

        Call it when every process of ours that was started since has ended: until then its work counts as foreign.
        """
        if self._before is None or (now := self._foreign()) is None:
            return None
        return max(0.0, now - self._before) / (time.perf_counter() - self._started)

    @staticmethod
    def _foreign() -> float | None:
        """Return the seconds that all cores were busy, less those of this process and of its children."""
        try:
            words = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
        except OSError:
            return None
        user, nice, system, _idle, _waiting, hard, soft, steal = map(int, words[1:9])
        busy = (user + nice + system + hard + soft + steal) / os.sysconf("SC_CLK_TCK")
        own = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return busy - sum(each.ru_utime + each.ru_stime for each in own)


def load() -> str:
    """Return the load averages over 1 and 5 minutes as text."""
    one, five, _ = os.getloadavg()
    return f"{one:.2f} and {five:.2f}"
