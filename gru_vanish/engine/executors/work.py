"""What is done to a pack, whoever does it: claim, look once more, compute, write."""

import threading
import time
import traceback
from collections.abc import Callable, Sequence

from gru_vanish.engine import device
from gru_vanish.engine.compute import compute
from gru_vanish.engine.events import Done, Elsewhere, Event, Failed, Found, SetAside
from gru_vanish.engine.iterate import Keeper
from gru_vanish.engine.places import Place
from gru_vanish.engine.programs import Programs
from gru_vanish.engine.units import Unit
from gru_vanish.store import DamagedRecord, MissingRecord, Record

Tell = Callable[[Event], None]


class Work:
    """The packs of one run in one process. ``threads`` is how many of them are worked on side by side at most."""

    def __init__(self, store: Place, stop: threading.Event, threads: int) -> None:
        self.store, self.stop, self._threads = store, stop, threads
        # Held while a record is written: whoever wants to leave waits for it.
        self.writing = threading.Semaphore(threads)
        self.left = threading.Event()

    def leave(self, seconds: float = 10.0) -> None:
        """Let writers finish; nothing is written any more after that."""
        self.stop.set()
        for _ in range(self._threads):
            self.writing.acquire(timeout=seconds)
        self.left.set()
        self.writing.release(self._threads)

    def process(self, pack: Sequence[Unit], programs: Programs, tell: Tell) -> None:
        """Settle every unit of a pack but those that another process has claimed, which are told as `Elsewhere`."""
        claimed = []
        try:
            for unit in pack:
                if not self.store.claims.acquire(unit.key):
                    tell(Elsewhere(unit))
                    continue
                claimed.append(unit)
            self._compute([unit for unit in claimed if self._is_missing(unit, tell)], programs, tell)
        finally:
            for unit in claimed:
                self.store.claims.release(unit.key)

    def _is_missing(self, unit: Unit, tell: Tell) -> bool:
        state = self.store.state(unit.key)
        if state.kind == "present":
            tell(Found(unit))
        elif state.kind == "damaged":
            moved = self.store.set_aside(unit.key)
            tell(SetAside(unit, str(moved), state.reason))
        return state.kind != "present"

    def _compute(self, units: list[Unit], programs: Programs, tell: Tell) -> None:
        if not units:
            return
        try:
            with device.on(programs.device):
                computed = compute(units, programs, _Checkpoints(self))
        except _LeftError:
            return
        except Exception as fault:  # one unit that fails must not take the others with it
            for unit in units:
                tell(Failed(unit, explain(fault)))
            return
        for unit, result in zip(units, computed, strict=True):
            with self.writing:
                if self.left.is_set():
                    return  # nobody listens any more; the claim goes back, and the next run computes it
                started = time.perf_counter()
                try:
                    self.store.write(result.record)
                except ValueError as fault:  # a payload that can not be stored
                    tell(Failed(unit, explain(fault)))
                    continue
                seconds = {**result.seconds, "write": time.perf_counter() - started}
                tell(Done(unit, seconds))


class _LeftError(Exception):
    """Nobody waits for the unit any more; the next run goes on from its last checkpoint."""


class _Checkpoints(Keeper):
    """Checkpoints beside the records of a run, for units that it has claimed."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def kept(self, key: str) -> Record | None:
        """Read the checkpoint; a damaged one counts as none, and the next one replaces it."""
        try:
            return self._work.store.read_checkpoint(key)
        except (MissingRecord, DamagedRecord):
            return None

    def due(self, since: float) -> bool:
        """At a stop too, so that nothing is lost but the call that was running."""
        return super().due(since) or self._work.stop.is_set()

    def keep(self, record: Record) -> None:
        """Write the checkpoint, unless everybody has left; leave after it where the run was stopped."""
        with self._work.writing:
            if self._work.left.is_set():
                raise _LeftError
            self._work.store.write_checkpoint(record)
        if self._work.stop.is_set():
            raise _LeftError


def explain(fault: BaseException) -> str:
    """Return one line that names the fault and, for one in code, the place where it arose."""
    message = str(fault).strip().split("\n")[0][:500]
    if "RESOURCE_EXHAUSTED" in message or isinstance(fault, MemoryError):
        return f"out of memory: {message}"
    frames = traceback.extract_tb(fault.__traceback__)
    place = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    return f"{type(fault).__name__}: {message}{place}"
