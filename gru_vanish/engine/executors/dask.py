"""The dask executor: workers in other processes, here or on many machines, get packs and write the records themselves.

This process looks at the store, hands out packs and counts what comes back. Nothing but texts goes over the wire, and
no numbers of a payload: a task is a pack of resolved settings in JSON, its result is keys and words. Only a bounded
number of packs is handed out at a time, so a study of any size asks as much of the scheduler as a small one.
"""

import contextlib
import queue
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from functools import partial
from typing import Any

from gru_vanish.contracts import Program
from gru_vanish.engine import device
from gru_vanish.engine.events import Crashed, Event, Failed, Staffed, Unavailable
from gru_vanish.engine.executors import worker
from gru_vanish.engine.executors.clusters import Workers
from gru_vanish.engine.executors.run import TICK, Run, split
from gru_vanish.engine.executors.slurm_jobs import NoWorkersError
from gru_vanish.engine.executors.wire import ForeignUnitError, Job, events_of, pack_text
from gru_vanish.engine.executors.work import explain
from gru_vanish.engine.packs import pack_width
from gru_vanish.engine.units import Unit
from gru_vanish.store import Store, StoreUnavailable
from gru_vanish.store.carried import Carried

AHEAD = 8
"""Packs that are handed out for each worker, so that none waits for this process."""
FIRST = 16
"""Packs that are handed out while nobody knows how many workers there will be."""
TRIES = 3
"""How often a pack is handed out again that the scheduler has lost."""
LOOK, REFILL = 10, 200
"""Ticks between two looks at who is there, and between two times of asking for workers that are lost."""
GOODBYE = 3.0
"""Seconds that the other side has to answer at the end."""
WRITING = 10.0
"""Seconds that writers have to finish."""


def execute(
    units: Sequence[Unit], store: Store, stop: threading.Event, workers: Workers, compile_cache: bool = True
) -> Iterator[Event]:
    """Have workers compute every unit whose record is not in the store, and tell what happens; an `Executor`."""
    return _Run(units, store, stop, workers, compile_cache).events()


class _Run(Run):
    """One execution by workers."""

    def __init__(
        self, units: Sequence[Unit], store: Store, stop: threading.Event, workers: Workers, compile_cache: bool
    ) -> None:
        super().__init__(units, store, stop)
        self.client, self.own, self.where = workers.client, workers.own, workers.where
        self.refill, self.look, self.wait = workers.refill, workers.look, workers.wait
        versions = tuple((name, version) for name, version in device.versions().items() if name != "python")
        # Any key that no unit has: while this process holds it, a worker that can have it sees another store.
        held = secrets.token_hex(32)
        self.job = Job(secrets.token_hex(8), str(store.root.resolve()), held, versions, compile_cache)
        self.carried = Carried(store.folder.resolve())
        self.platform = ""
        self.answered = threading.Event()
        self.room = FIRST
        self.out: dict[str, tuple[Any, list[Unit], int]] = {}
        """What is handed out: future, pack and how often, by the name of the task."""
        self.back: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def threads(self) -> Iterable[Callable[[], None]]:
        """Hand out, take back, and look who is there."""
        self.store.claims.acquire(self.job.held)
        return [partial(self._connected, each) for each in (self._hand_out, self._take_back, self._watch)]

    def _connected(self, target: Callable[[], None]) -> None:
        """Tell that the scheduler is gone, however the client comes to hear of it."""
        try:
            target()
        except StoreUnavailable:
            raise
        except (OSError, TimeoutError, CancelledError):
            self.told.put(self._gone())

    def packs(self, program: Program, group: list[Unit]) -> Iterable[list[Unit]]:
        """Wait for the first worker, whose kind of device decides how wide packs are."""
        while not self.answered.wait(TICK):
            if self.stop.is_set():
                return ()
        try:
            return split(group, pack_width(program, self.platform))
        except Exception as fault:  # whatever a cell raises belongs to these units alone
            for unit in group:
                self.told.put(Failed(unit, explain(fault)))
            return ()

    def leave(self) -> None:
        """Take back what is not begun; wait for writers of workers that end with this run."""
        with contextlib.suppress(Exception):
            self._leave()
        self.store.claims.release(self.job.held)
        self.carried.close()

    def _leave(self) -> None:
        if self.client.status != "running":
            return
        futures = [future for future, *_ in list(self.out.values())]
        if futures:
            within(GOODBYE, lambda: self.client.cancel(futures))
        if not self.own:
            within(GOODBYE, lambda: self.client.run(worker.stop, self.job.token))
            return
        told = within(WRITING, lambda: self.client.run(worker.leave, self.job.token)) or {}
        units = [unit for _, pack, _ in list(self.out.values()) for unit in pack]
        for text in (text for texts in told.values() for text in texts):
            for event in events_of(text, units):
                self.told.put(event)

    def _hand_out(self) -> None:
        self._stand_by()
        number = 0
        while not self.stop.is_set():
            if len(self.out) >= self.room:
                self.stop.wait(0.005)
                continue
            try:
                pack = self.ready.get(timeout=TICK)
            except queue.Empty:
                continue
            try:
                self._submit(f"gru-vanish-{self.job.token}-{number}", pack, 1)
            except ForeignUnitError as fault:
                for unit in pack:
                    self.told.put(Failed(unit, str(fault)))
            number += 1

    def _stand_by(self) -> None:
        """Have the first worker say what it computes on, or why it can not."""
        future = self.client.submit(worker.stand_by, self.job.text(), pure=False, key=f"stand-by-{self.job.token}")
        while not future.done():
            if self.stop.wait(TICK):
                return
        if future.status != "finished":
            self.told.put(self._fault(future))
            return
        said = future.result()
        if said.startswith("!"):
            self.told.put(Unavailable(said[2:]))
            return
        self.platform = said
        self.answered.set()

    def _submit(self, name: str, pack: list[Unit], tries: int) -> None:
        text = pack_text(pack, self.carried.put)
        future = self.client.submit(worker.carry_out, self.job.text(), text, pure=False, key=f"{name}-{tries}")
        self.out[future.key] = (future, pack, tries)
        future.add_done_callback(self.back.put)

    def _take_back(self) -> None:
        while not self.stop.is_set():
            try:
                future = self.back.get(timeout=TICK)
            except queue.Empty:
                continue
            _, pack, tries = self.out.pop(future.key)
            if future.status == "finished":
                for event in events_of(future.result(), pack):
                    self.tell(event)
            elif future.status == "error":
                self._lost_its_worker(future, pack)
            elif self.client.status == "running" and tries < TRIES:
                self._submit(future.key.rpartition("-")[0], pack, tries + 1)
            else:
                self.told.put(self._gone())

    def _lost_its_worker(self, future: Any, pack: list[Unit]) -> None:
        from distributed.scheduler import KilledWorker

        fault = future.exception()
        if not isinstance(fault, KilledWorker):
            self.told.put(self._fault(future))
            return
        why = "every worker that had it died (out of memory, or a crash in compiled code?), so it is given up"
        for unit in pack:
            self.told.put(Failed(unit, why))

    def _fault(self, future: Any) -> Event:
        """Tell what keeps workers from running our code at all."""
        if self.client.status != "running" or future.status != "error":
            return self._gone()
        fault = future.exception()
        if isinstance(fault, ImportError):
            return Unavailable(f"a worker can not import what it needs ({fault}): install gru-vanish where workers run")
        return Crashed(explain(fault))

    def _gone(self) -> Event:
        return Unavailable(
            f"{self.where} can not be reached any more; finished records are kept, and the same command goes on"
        )

    def _watch(self) -> None:
        """Tell when workers come and go, what is waited for, and when the scheduler is gone."""
        seen, looks, began, came = Staffed(-1), 0, time.monotonic(), False
        while not self.stop.wait(TICK):
            if self.client.status != "running":
                self.told.put(self._gone())
                return
            looks += 1
            if looks % LOOK != 1:
                continue
            try:
                here = self._here()
                came = came or here.workers > 0
                if not came and self.wait is not None and time.monotonic() - began > self.wait:
                    why = here.waiting or "nothing is known of any"
                    raise NoWorkersError(f"no worker came within {self.wait / 60:.3g} min ({why})")
            except NoWorkersError as fault:
                self.told.put(Unavailable(f"{fault}\nfinished records are kept, and the same command goes on"))
                return
            if here != seen:
                seen, self.room = here, max(FIRST, AHEAD * here.workers)
                self.told.put(here)
            if looks % REFILL == 1:
                self.refill()

    def _here(self) -> Staffed:
        """Ask who is there; raise NoWorkersError where nobody will come."""
        return Staffed(sum((within(GOODBYE, self.client.nthreads) or {}).values()), self.look())


def within(seconds: float, call: Callable[[], Any]) -> Any:
    """Return what a call gives within so many seconds, else None, also where it fails: the other side may be gone."""
    given: list[Any] = []

    def ask() -> None:
        with contextlib.suppress(Exception):
            given.append(call())

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    return given[0] if given else None
