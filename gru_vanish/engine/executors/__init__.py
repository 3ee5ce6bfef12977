"""Executors: ways to get units computed, behind one interface.

An executor is called with units, the place where records go and an event that asks it to stop, and gives events until
every unit is settled. `local` computes in this process, `dask` has workers do it; what happens to a pack is the same
in both, the code in `work`.
"""

import threading
from collections.abc import Iterator, Sequence
from typing import Protocol

from gru_vanish.engine.events import Event
from gru_vanish.engine.units import Unit
from gru_vanish.store import Store


class Executor(Protocol):
    """Computes every unit whose record is not in the store, and tells what happens.

    Laws: a unit's key and the bytes of its payload are the same whoever computes it; it ends when every unit is done,
    found or failed, soon after ``stop`` is set, with its own writing finished, or after an `Unavailable` or `Crashed`.
    """

    def __call__(self, units: Sequence[Unit], store: Store, stop: threading.Event) -> Iterator[Event]:
        """Give what happens, until nothing is left."""


__all__ = ["Executor"]
