"""The local executor: one process, one thread per core, or one per device where that is no CPU.

One thread compiles, program after program; worker threads run the packs of those that are ready, so that later programs
compile while earlier ones run. Where JAX shows several devices the threads are spread over them, each with programs
compiled for its own.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from gru_vanish.contracts import Program
from gru_vanish.engine import device
from gru_vanish.engine.events import Compiled, Event, Failed
from gru_vanish.engine.executors.run import TICK, Run, split
from gru_vanish.engine.executors.work import Work, explain
from gru_vanish.engine.places import Place
from gru_vanish.engine.programs import Programs
from gru_vanish.engine.stages import first_stage
from gru_vanish.engine.units import Unit


def execute(units: Sequence[Unit], store: Place, stop: threading.Event, workers: int | None = None) -> Iterator[Event]:
    """Compute every unit whose record is not in the store, and tell what happens; an `Executor`."""
    return _Run(units, store, stop, workers or default_workers()).events()


def default_workers() -> int:
    """Return one thread per core on a CPU, one per device elsewhere."""
    return device.cores() if device.on_cpu() else len(device.devices())


class _Run(Run):
    """One execution in this process."""

    def __init__(self, units: Sequence[Unit], store: Place, stop: threading.Event, workers: int) -> None:
        super().__init__(units, store, stop)
        self.workers, self.work = workers, Work(store, stop, workers)
        self.programs = [Programs(self._compiled, used) for used in device.devices()[:workers]]

    def threads(self) -> Iterable[Callable[[], None]]:
        """One thread for each worker, on one device after the other."""
        return [partial(self._work, self.programs[index % len(self.programs)]) for index in range(self.workers)]

    def packs(self, program: Program, group: list[Unit]) -> Iterable[list[Unit]]:
        """Compile what is called first, then hand out; further devices compile when they get their first pack."""
        programs = self.programs[0]
        try:
            with device.on(programs.device):
                programs.get(program, first_stage(program))
            width = programs.width(program)
        except Exception as fault:  # whatever a cell or the compiler raises belongs to these units alone
            for unit in group:
                self.told.put(Failed(unit, explain(fault)))
            return ()
        return split(group, width)

    def leave(self) -> None:
        """Wait for the threads that write."""
        self.work.leave()

    def _compiled(self, program: Program, stage: str, seconds: float) -> None:
        self.told.put(Compiled(program, stage, seconds))

    def _work(self, programs: Programs) -> None:
        while not self.stop.is_set():
            try:
                pack = self.ready.get(timeout=TICK)
            except queue.Empty:
                continue
            self.work.process(pack, programs, self.tell)
