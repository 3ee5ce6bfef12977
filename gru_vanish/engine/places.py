"""Where records go: the store of a results folder, or memory where nothing may be written."""

from pathlib import Path
from typing import Protocol

from gru_vanish.store import MissingRecord, Record, State


class Holding(Protocol):
    """Claims on units; `gru_vanish.store.Claims` says what each call means."""

    def acquire(self, key: str) -> bool:
        """Claim the key at once or not at all."""

    def release(self, key: str) -> None:
        """Give the claim back."""

    def wait(self, key: str, timeout: float | None = None) -> bool:
        """Wait until nobody holds the key."""


class Place(Protocol):
    """What an executor asks of the place that it works for; `gru_vanish.store.Store` is one."""

    @property
    def claims(self) -> Holding:
        """The claims on its units."""

    def state(self, key: str) -> State:
        """Say what stands under the key."""

    def set_aside(self, key: str) -> object:
        """Move what is no sound record out of the way."""

    def write(self, record: Record) -> object:
        """Put the record in place."""

    def read_checkpoint(self, key: str) -> Record:
        """Give what a unit can go on from; raises MissingRecord or DamagedRecord."""

    def write_checkpoint(self, record: Record) -> object:
        """Put what a unit can go on from in place of what was there."""


class _Free:
    """Claims among nobody."""

    def acquire(self, key: str) -> bool:
        """Nobody else is there."""
        return True

    def release(self, key: str) -> None:
        """Nothing was taken."""

    def wait(self, key: str, timeout: float | None = None) -> bool:
        """Nobody has it."""
        return True


class Apart:
    """A place in memory: nothing is there at first, and nothing ever reaches a disk."""

    def __init__(self) -> None:
        self.claims = _Free()
        self.records: dict[str, Record] = {}

    def state(self, key: str) -> State:
        """Say whether the record has been written here."""
        return State("present" if key in self.records else "missing")

    def set_aside(self, key: str) -> None:
        """Nothing can be in the way."""

    def write(self, record: Record) -> None:
        """Keep the record."""
        self.records[record.key] = record

    def read_checkpoint(self, key: str) -> Record:
        """Nothing is kept half-done."""
        raise MissingRecord(Path(key))

    def write_checkpoint(self, record: Record) -> None:
        """Nobody will ask for it."""
