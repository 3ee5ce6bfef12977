"""Small studies, run through the engine into a store of their own."""

import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from gru_vanish import engine
from gru_vanish.cells import GRU, RNN
from gru_vanish.contracts import Cell, Setting
from gru_vanish.engine import Event, Unit
from gru_vanish.store import Store
from tests.flow import settings

LENGTHS = (2, 9)


def setting(cell: Cell, init: dict[str, Any] | None = None, **changed: Any) -> Setting:
    given = {"precision": "float32", "size": 2, "batch": 2, **changed}
    return settings.setting(cell, LENGTHS, init=cell.Init.model_validate(init or {}), **given)


def gru(update_bias: float = 0.0, **changed: Any) -> Setting:
    return setting(GRU(hidden=4), {"update_bias": update_bias}, **changed)


def rnn(**changed: Any) -> Setting:
    return setting(RNN(hidden=4), **changed)


def plan(setting_list: Iterable[Setting], seeds: Sequence[int] = (0,)) -> tuple[Unit, ...]:
    return engine.plan(setting_list, seeds, ["h0_gradient"])


def run(units: Sequence[Unit], store: Path | Store, workers: int = 2, seconds: float = 60) -> list[Event]:
    """Run in a thread of its own, so that a run that never ends is a failure and not a wait."""
    stop, events = threading.Event(), list[Event]()
    opened = store if isinstance(store, Store) else Store(store)
    thread = threading.Thread(target=lambda: events.extend(engine.execute(units, opened, stop, workers)), daemon=True)
    thread.start()
    thread.join(seconds)
    ended = not thread.is_alive()
    stop.set()
    assert ended, f"the run did not end by itself within {seconds} s; it had told {events}"
    return events


def interrupted(units: Sequence[Unit], root: Path, before: Callable[[], object] = lambda: None) -> list[Unit]:
    """Stop after the first record, as ctrl-C does, and give the units that were told to be done.

    ``before`` is called between the record and the stop.
    """
    stop, done = threading.Event(), list[Unit]()
    for event in engine.execute(units, Store(root), stop, 1):
        if isinstance(event, engine.Done):
            before()
            stop.set()
            done.append(event.unit)
    return done


def of_kind(events: Iterable[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def digests(units: Iterable[Unit], root: Path) -> dict[str, str]:
    store = Store(root)
    return {unit.key: store.read(unit.key).about["sha256"] for unit in units}
