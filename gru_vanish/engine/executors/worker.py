"""What runs in a worker: packs in, records on disk, keys out.

Functions of this module are all that goes over the wire by name; their arguments and results are texts.
"""

import itertools
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from gru_vanish.contracts import Program
from gru_vanish.engine import compile_cache, device
from gru_vanish.engine.environment import HostileEnvironmentError
from gru_vanish.engine.events import Compiled, Crashed, Event, Failed, Unavailable
from gru_vanish.engine.executors.run import split
from gru_vanish.engine.executors.wire import ForeignUnitError, Job, events_text, pack_of, refusal_text
from gru_vanish.engine.executors.work import Work, explain
from gru_vanish.engine.programs import Programs
from gru_vanish.engine.units import Unit
from gru_vanish.store import Store, StoreUnavailable

THREADS = 256
"""More packs than this are never computed side by side in one process."""


class UnfitError(Exception):
    """This worker can not serve the run; the message says why."""


@dataclass
class Place:
    """What this process has for one run."""

    work: Work
    programs: list[Programs]
    """One for each device that JAX shows here."""
    under_way: dict[int, list[Event]] = field(default_factory=dict)
    """What has happened in packs that are not given back yet, by thread."""


KEPT = 4
"""Runs that a process remembers: of one whose own process was killed nobody says that it has ended."""
_guard = threading.Lock()
_places: dict[str, Place | UnfitError] = {}
_mine = threading.local()
_numbers = itertools.count()


def carry_out(job: str, pack: str) -> str:
    """Compute what is missing of a pack, write it, and tell what happened."""
    events: list[Event] = []
    try:
        place, units = _place(Job.of(job)), pack_of(pack)
        place.under_way[threading.get_ident()] = events
        try:
            _compute(place, units, events.append)
        finally:
            place.under_way.pop(threading.get_ident(), None)
    except ForeignUnitError as fault:
        return refusal_text(str(fault))
    except (StoreUnavailable, UnfitError) as fault:
        events.append(Unavailable(f"{socket.gethostname()}: {fault}"))
    except BaseException as fault:
        events.append(Crashed(explain(fault)))
    return events_text(events)


def stand_by(job: str) -> str:
    """Make this process ready for a run; return the kind of its devices, or after ``!`` what stands against it."""
    try:
        return _place(Job.of(job)).programs[0].platform
    except (StoreUnavailable, UnfitError) as fault:
        return f"! {socket.gethostname()}: {fault}"


def stop(token: str) -> None:
    """Forget a run: nothing new is begun, and what takes many calls ends with a checkpoint after the one that runs."""
    place = _places.pop(token, None)
    if isinstance(place, Place):
        place.work.stop.set()


def leave(token: str) -> list[str]:
    """Forget a run as soon as nothing is being written; tell what has happened in packs that are not given back."""
    place = _places.get(token)
    if not isinstance(place, Place):
        return []
    place.work.leave()
    told = [events_text(list(events)) for events in list(place.under_way.values())]
    stop(token)
    return told


def _compute(place: Place, units: list[Unit], tell: Callable[[Event], None]) -> None:
    if not hasattr(_mine, "number"):
        _mine.number = next(_numbers)
    _mine.tell = tell
    programs = place.programs[_mine.number % len(place.programs)]
    try:
        width = programs.width(units[0].program)
    except Exception as fault:  # whatever a cell raises belongs to its units alone
        for unit in units:
            tell(Failed(unit, explain(fault)))
        return
    for pack in split(units, width):
        if not place.work.stop.is_set():
            place.work.process(pack, programs, tell)


def _compiled(program: Program, stage: str, seconds: float) -> None:
    """Tell it with the pack of the thread that has compiled it."""
    _mine.tell(Compiled(program, stage, seconds))


def _place(job: Job) -> Place:
    with _guard:
        if job.token not in _places:
            while len(_places) >= KEPT:
                stop(next(iter(_places)))
            try:
                _places[job.token] = _made(job)
            except UnfitError as fault:
                _places[job.token] = fault
        found = _places[job.token]
    if isinstance(found, UnfitError):
        raise found
    return found


def _made(job: Job) -> Place:
    try:
        device.prepare()
        used = device.devices()
    except (HostileEnvironmentError, RuntimeError) as fault:
        raise UnfitError(f"no device to compute on: {fault}") from fault
    _require_same_versions(job)
    _set_compile_cache(job.compile_cache)
    store = Store(job.root)
    _require_shared(store, job)
    programs = [Programs(_compiled, one) for one in used]
    return Place(Work(store, threading.Event(), THREADS), programs)


def _require_same_versions(job: Job) -> None:
    here = device.versions()
    for name, there in job.versions:
        if here.get(name) != there:
            raise UnfitError(
                f"the worker has {name} {here.get(name)}, the run was started with {there}: "
                "install the same versions, so that equal units give equal bytes"
            )


def _set_compile_cache(wanted: bool) -> None:
    if not wanted:
        compile_cache.disable()
        return
    try:
        compile_cache.enable()
    except compile_cache.UnsafeCacheError:
        compile_cache.disable()


def _require_shared(store: Store, job: Job) -> None:
    """Refuse a folder that only bears the same name here, and a file system on which claims do not reach so far."""
    if not store.folder.is_dir():
        raise UnfitError(f"{store.folder} is not there: workers need the results on a file system that is shared")
    if store.claims.acquire(job.held):
        store.claims.release(job.held)
        raise UnfitError(
            f"claims made where the run was started do not reach {store.folder} here: "
            "it is another folder of that name, or its file system has no record locks between machines"
        )
