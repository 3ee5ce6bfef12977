"""What a run would find: which units are done, and why each of the others has to be computed.

Nothing is created, written, locked or claimed here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gru_vanish.engine import device
from gru_vanish.engine.estimate import Seconds, seconds_of
from gru_vanish.engine.units import Unit
from gru_vanish.measures import MEASURES
from gru_vanish.store import DamagedRecord, MissingRecord, Store, key_of

Reason = Literal["done", "elsewhere", "damaged", "failed", "version", "new"]
REASONS: dict[Reason, str] = {
    "done": "in the store",
    "elsewhere": "being computed by another process now",
    "damaged": "damaged",
    "failed": "failed before",
    "version": "other version",
    "new": "new",
}
"""In words; where several apply, the first one is told."""


@dataclass(frozen=True)
class Standing:
    """How one unit stands."""

    unit: Unit
    reason: Reason
    why: str = ""
    """What is damaged, what the error was, which version is there."""
    seconds: Seconds | None = None
    """What it took, where it was computed on this device."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is to be computed."""
        return self.reason == "done"


def survey(units: Sequence[Unit], store: Store, failed: Mapping[str, str]) -> Iterator[Standing]:
    """Give how every unit stands, in their order; ``failed`` has the errors of the last run by key.

    A record counts as done when all of it is verified, as in a run.
    """
    here = device.describe()
    elsewhere = store.claims.elsewhere(unit.key for unit in units) or frozenset()
    for unit in units:
        try:
            yield Standing(unit, "done", seconds=seconds_of(store.read(unit.key).about["provenance"], here))
        except MissingRecord:
            yield _to_be_computed(unit, store, failed, elsewhere)
        except DamagedRecord as fault:
            taken = unit.key in elsewhere
            yield Standing(unit, "elsewhere") if taken else Standing(unit, "damaged", fault.reason)


def _to_be_computed(unit: Unit, store: Store, failed: Mapping[str, str], elsewhere: frozenset[str]) -> Standing:
    if unit.key in elsewhere:
        return Standing(unit, "elsewhere")
    if unit.key in failed:
        return Standing(unit, "failed", failed[unit.key])
    now, there = MEASURES[unit.measure].version, older_version(unit, store)
    return Standing(unit, "new") if there is None else Standing(unit, "version", f"version {there} there, {now} wanted")


def older_version(unit: Unit, store: Store) -> int | None:
    """Return the newest earlier version of the measure under which the same setting and seed is in the store."""
    setting = unit.setting.canonical()
    for version in range(MEASURES[unit.measure].version - 1, 0, -1):
        if store.state(key_of(setting, unit.seed, unit.measure, version)).kind == "present":
            return version
    return None
