"""Whether records are what they say: whole, of the settings that the manifest names, and the numbers computed again.

All of it follows from a manifest and a store that may come from another machine; nothing is written there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from gru_vanish.contracts import Iterated, Payload, Program, Setting
from gru_vanish.engine.difference import Difference, compare
from gru_vanish.engine.units import Unit, unit
from gru_vanish.measures import MEASURES
from gru_vanish.store import DamagedRecord, Record, Store, key_of

SAMPLE = 8
"""Units that are computed again where nobody asks for another number."""


class IncomparableError(Exception):
    """A record that this version of the program can not compute again; the message says why."""


@dataclass(frozen=True)
class Entry:
    """One unit as the manifest names it."""

    series: int
    """The first series that it belongs to, by its place in the manifest."""
    setting: Mapping[str, Any]
    seed: int
    measure: str
    key: str


def entries(manifest: Mapping[str, Any]) -> list[Entry]:
    """Return every unit of a manifest once, in its order."""
    found: dict[str, Entry] = {}
    for index, each in enumerate(manifest["series"]):
        for measure in manifest["measures"]:
            for seed in manifest["seeds"]:
                key = each["keys"][measure][str(seed)]
                found.setdefault(key, Entry(index, each["setting"], seed, measure, key))
    return list(found.values())


def looked_up(entry: Entry, store: Store) -> Record:
    """Return the record of a unit, all of it verified and of what the manifest says.

    Raises MissingRecord and DamagedRecord; ValueError for what is not a key.
    """
    record = store.read(entry.key)
    # What the record says of itself leads to its key; that the manifest says the same is another matter.
    if key_of(_read_by(entry), entry.seed, entry.measure, record.about["version"]) != entry.key:
        raise DamagedRecord(store.path(entry.key), "is not of the setting, seed and measure that the manifest says")
    return record


def _read_by(entry: Entry) -> Mapping[str, Any]:
    """Return what the measure of an entry reads of its setting, as `gru_vanish.engine.units.read_by` does."""
    if isinstance(MEASURES.get(entry.measure), Iterated):
        return entry.setting
    return {name: value for name, value in entry.setting.items() if name not in ("task", "training")}


def unit_of(entry: Entry, setting_of: Callable[[Mapping[str, Any]], Setting]) -> Unit:
    """Return the unit that computes a record again; raises IncomparableError where there is none in this version."""
    if entry.measure not in MEASURES:
        raise IncomparableError(f"this version has no measure {entry.measure!r}")
    try:
        setting = setting_of(entry.setting)
    except ValueError as fault:
        raise IncomparableError(str(fault)) from fault
    again = unit(setting, entry.seed, entry.measure)
    if again.key != entry.key:
        version = MEASURES[entry.measure].version
        raise IncomparableError(f"it is of another version of {entry.measure}; this program computes version {version}")
    return again


def sampled(units: Iterable[Unit], most: int | None) -> list[Unit]:
    """Return at most so many units, one of each program before a second of any; all for None.

    Which ones depends on their keys alone: a hash, so that nobody has chosen them.
    """
    groups: dict[Program, list[Unit]] = {}
    for each in sorted(units, key=lambda each: each.key):
        groups.setdefault(each.program, []).append(each)
    in_turn = [each for row in zip_longest(*groups.values()) for each in row if each is not None]
    return in_turn[:most]


def difference(unit: Unit, stored: Record, again: Record, twins: Sequence[Payload] = ()) -> Difference:
    """Compare a record with one that was computed again."""
    return compare(MEASURES[unit.measure], unit.program, stored.payload, again.payload, twins)


def devices(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Give each device and version of jax that the provenance of records tells of, once."""
    seen: set[str] = set()
    for provenance in records:
        device, versions = provenance.get("device"), provenance.get("versions")
        if isinstance(device, Mapping) and isinstance(versions, Mapping):
            words = f"{device.get('platform')} ({str(device.get('kind')).strip()}), jax {versions.get('jax')}"
            if words not in seen:
                seen.add(words)
                yield words
