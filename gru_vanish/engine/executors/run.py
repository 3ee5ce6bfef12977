"""What every run has: units that are looked for, handed out and waited for, and events that are handed on.

The calling thread never computes: it iterates over events, so that it can draw a bar and answer signals. Threads are
daemons: a computation can not be interrupted, but it can be left behind.
"""

import queue
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence

from gru_vanish.contracts import Program
from gru_vanish.engine.events import Crashed, Done, Elsewhere, Event, Failed, Found, Unavailable
from gru_vanish.engine.executors.work import explain
from gru_vanish.engine.places import Place
from gru_vanish.engine.units import Unit
from gru_vanish.store import StoreUnavailable

TICK = 0.1
"""Seconds between two looks at the stop flag."""


class Run(ABC):
    """One execution: its queues, its threads and what is left to do."""

    def __init__(self, units: Sequence[Unit], store: Place, stop: threading.Event) -> None:
        self.units, self.store, self.stop = units, store, stop
        self.told: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.ready: queue.SimpleQueue[list[Unit]] = queue.SimpleQueue()
        self._elsewhere: queue.SimpleQueue[Unit] = queue.SimpleQueue()

    @abstractmethod
    def threads(self) -> Iterable[Callable[[], None]]:
        """Return what goes on side by side, beside looking and waiting for others."""

    @abstractmethod
    def packs(self, program: Program, group: list[Unit]) -> Iterable[list[Unit]]:
        """Return the units of a program in packs; tell those that can not be computed as `Failed`."""

    @abstractmethod
    def leave(self) -> None:
        """Let writers finish."""

    def tell(self, event: Event) -> None:
        """Hand an event on; a unit that another process has claimed is waited for."""
        self.told.put(event)
        if isinstance(event, Elsewhere):
            self._elsewhere.put(event.unit)

    def events(self) -> Iterator[Event]:
        """Start the threads and hand on what they tell until nothing is left."""
        left = {unit.key for unit in self.units}
        for target in [self._look, self._wait_for_others, *self.threads()]:
            threading.Thread(target=self._guarded, args=(target,), daemon=True).start()
        try:
            while left and not self.stop.is_set():
                try:
                    event = self.told.get(timeout=TICK)
                except queue.Empty:
                    continue
                if isinstance(event, Unavailable | Crashed):
                    self.stop.set()
                elif isinstance(event, Done | Found | Failed):
                    left.discard(event.unit.key)
                yield event
        finally:  # also where whoever listens has gone: nothing is written behind their back
            self.stop.set()
            self.leave()
        while not self.told.empty():
            yield self.told.get()

    def _guarded(self, target: Callable[[], None]) -> None:
        """Tell whatever ends a thread: a unit that nobody settles would be waited for for ever."""
        try:
            target()
        except StoreUnavailable as fault:
            self.told.put(Unavailable(str(fault)))
        except BaseException as fault:
            self.told.put(Crashed(explain(fault)))

    def _look(self) -> None:
        """Tell what is there already; group the rest by program, and hand out packs."""
        groups: dict[Program, list[Unit]] = {}
        for unit in self.units:
            if self.stop.is_set():
                return
            if self.store.state(unit.key).kind == "present":
                self.told.put(Found(unit))
            else:
                groups.setdefault(unit.program, []).append(unit)
        for program, group in groups.items():
            if self.stop.is_set():
                return
            for pack in self.packs(program, group):
                self.ready.put(pack)

    def _wait_for_others(self) -> None:
        """Hand a unit that another process had claimed out again as soon as its claim is free."""
        waiting: list[Unit] = []
        while not self.stop.is_set():
            while not self._elsewhere.empty():
                waiting.append(self._elsewhere.get())
            free = [unit for unit in waiting if self.store.claims.wait(unit.key, timeout=0)]
            for unit in free:
                waiting.remove(unit)
                self.ready.put([unit])
            self.stop.wait(TICK)


def split(group: list[Unit], width: int) -> Iterator[list[Unit]]:
    """Give units in packs of at most so many."""
    for start in range(0, len(group), width):
        yield group[start : start + width]
