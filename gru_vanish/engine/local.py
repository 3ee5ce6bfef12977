"""The local executor: one process, one thread per core.

The calling thread never computes: it iterates over events, so that it can draw a bar and answer signals. One thread
compiles, program after program; worker threads run the packs of those that are ready, so that later programs compile
while earlier ones run. Threads are daemons: a computation can not be interrupted, but it can be left behind.
"""

import queue
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence

from gru_vanish.contracts import Program
from gru_vanish.engine import device
from gru_vanish.engine.compute import compute
from gru_vanish.engine.events import Compiled, Crashed, Done, Elsewhere, Event, Failed, Found, SetAside, Unavailable
from gru_vanish.engine.iterate import Keeper
from gru_vanish.engine.places import Place
from gru_vanish.engine.programs import Programs
from gru_vanish.engine.stages import first_stage
from gru_vanish.engine.units import Unit
from gru_vanish.store import DamagedRecord, MissingRecord, Record, StoreUnavailable

TICK = 0.1
"""Seconds between two looks at the stop flag."""


def execute(units: Sequence[Unit], store: Place, stop: threading.Event, workers: int | None = None) -> Iterator[Event]:
    """Compute every unit whose record is not in the store, and tell what happens.

    Ends when every unit is done, found or failed; soon after ``stop`` is set, with all writing finished; or after an
    `Unavailable`.
    """
    return _Run(units, store, stop, workers or default_workers()).events()


def default_workers() -> int:
    """Return one thread per core on a CPU, one per device elsewhere."""
    return device.cores() if device.on_cpu() else 1


class _Run:
    """One execution: its queues, its threads and what is left to do."""

    def __init__(self, units: Sequence[Unit], store: Place, stop: threading.Event, workers: int) -> None:
        self.store, self.stop = store, stop
        self.told: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.ready: queue.SimpleQueue[list[Unit]] = queue.SimpleQueue()
        self.elsewhere: queue.SimpleQueue[Unit] = queue.SimpleQueue()
        self.units, self.workers = units, workers
        self.programs = Programs(lambda program, stage, seconds: self.told.put(Compiled(program, stage, seconds)))
        # Held while a record is written: whoever wants to leave waits for it.
        self.writing = threading.Semaphore(workers)
        self.left = threading.Event()

    def events(self) -> Iterator[Event]:
        """Start the threads and hand on what they tell until nothing is left."""
        left = {unit.key for unit in self.units}
        for target in [self._look_and_compile, self._wait_for_others, *[self._work] * self.workers]:
            threading.Thread(target=self._guarded, args=(target,), daemon=True).start()
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
        yield from self._leave()

    def _guarded(self, target: Callable[[], None]) -> None:
        """Tell whatever ends a thread: a unit that nobody settles would be waited for for ever."""
        try:
            target()
        except StoreUnavailable as fault:
            self.told.put(Unavailable(str(fault)))
        except BaseException as fault:
            self.told.put(Crashed(explain(fault)))

    def _leave(self) -> Iterator[Event]:
        """Let writers finish, then hand on what they told last."""
        self.stop.set()
        for _ in range(self.workers):
            self.writing.acquire(timeout=10)
        self.left.set()
        self.writing.release(self.workers)
        while not self.told.empty():
            yield self.told.get()

    def _look_and_compile(self) -> None:
        """Tell what is there already; group the rest by program, compile, and hand out packs."""
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
            self._compile_and_hand_out(program, group)

    def _compile_and_hand_out(self, program: Program, group: list[Unit]) -> None:
        try:
            self.programs.get(program, first_stage(program))
            width = self.programs.width(program)
        except Exception as fault:  # whatever a cell or the compiler raises belongs to these units alone
            for unit in group:
                self.told.put(Failed(unit, explain(fault)))
            return
        for start in range(0, len(group), width):
            self.ready.put(group[start : start + width])

    def _wait_for_others(self) -> None:
        """Hand a unit that another process had claimed out again as soon as its claim is free."""
        waiting: list[Unit] = []
        while not self.stop.is_set():
            while not self.elsewhere.empty():
                waiting.append(self.elsewhere.get())
            free = [unit for unit in waiting if self.store.claims.wait(unit.key, timeout=0)]
            for unit in free:
                waiting.remove(unit)
                self.ready.put([unit])
            self.stop.wait(TICK)

    def _work(self) -> None:
        while not self.stop.is_set():
            try:
                pack = self.ready.get(timeout=TICK)
            except queue.Empty:
                continue
            self._process(pack)

    def _process(self, pack: list[Unit]) -> None:
        """Claim, look once more, compute, write."""
        claimed = []
        try:
            for unit in pack:
                if not self.store.claims.acquire(unit.key):
                    self.told.put(Elsewhere(unit))
                    self.elsewhere.put(unit)
                    continue
                claimed.append(unit)
            self._compute([unit for unit in claimed if self._is_missing(unit)])
        finally:
            for unit in claimed:
                self.store.claims.release(unit.key)

    def _is_missing(self, unit: Unit) -> bool:
        state = self.store.state(unit.key)
        if state.kind == "present":
            self.told.put(Found(unit))
        elif state.kind == "damaged":
            moved = self.store.set_aside(unit.key)
            self.told.put(SetAside(unit, str(moved), state.reason))
        return state.kind != "present"

    def _compute(self, units: list[Unit]) -> None:
        if not units:
            return
        try:
            computed = compute(units, self.programs, _Checkpoints(self))
        except _LeftError:
            return
        except Exception as fault:  # one unit that fails must not take the others with it
            for unit in units:
                self.told.put(Failed(unit, explain(fault)))
            return
        for unit, result in zip(units, computed, strict=True):
            with self.writing:
                if self.left.is_set():
                    return  # nobody listens any more; the claim goes back, and the next run computes it
                started = time.perf_counter()
                try:
                    self.store.write(result.record)
                except ValueError as fault:  # a payload that can not be stored
                    self.told.put(Failed(unit, explain(fault)))
                    continue
                seconds = {**result.seconds, "write": time.perf_counter() - started}
                self.told.put(Done(unit, seconds))


class _LeftError(Exception):
    """Nobody waits for the unit any more; the next run goes on from its last checkpoint."""


class _Checkpoints(Keeper):
    """Checkpoints beside the records of a run, for units that it has claimed."""

    def __init__(self, run: _Run) -> None:
        self._run = run

    def kept(self, key: str) -> Record | None:
        """Read the checkpoint; a damaged one counts as none, and the next one replaces it."""
        try:
            return self._run.store.read_checkpoint(key)
        except (MissingRecord, DamagedRecord):
            return None

    def due(self, since: float) -> bool:
        """At a stop too, so that nothing is lost but the call that was running."""
        return super().due(since) or self._run.stop.is_set()

    def keep(self, record: Record) -> None:
        """Write the checkpoint, unless everybody has left; leave after it where the run was stopped."""
        with self._run.writing:
            if self._run.left.is_set():
                raise _LeftError
            self._run.store.write_checkpoint(record)
        if self._run.stop.is_set():
            raise _LeftError


def explain(fault: BaseException) -> str:
    """Return one line that names the fault and, for one in code, the place where it arose."""
    message = str(fault).strip().split("\n")[0][:500]
    if "RESOURCE_EXHAUSTED" in message or isinstance(fault, MemoryError):
        return f"out of memory: {message}"
    frames = traceback.extract_tb(fault.__traceback__)
    place = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    return f"{type(fault).__name__}: {message}{place}"
