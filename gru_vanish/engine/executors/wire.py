"""What goes between the process that runs a study and its workers: JSON texts, the same for every version of Python."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from gru_vanish.contracts import Setting
from gru_vanish.engine.events import Compiled, Crashed, Done, Elsewhere, Event, Failed, Found, SetAside, Unavailable
from gru_vanish.engine.units import Unit, unit
from gru_vanish.store import Defect
from gru_vanish.store.carried import fetch


class ForeignUnitError(Exception):
    """A unit that this process can not compute as it was asked for; the message says why."""


@dataclass(frozen=True)
class Job:
    """What all tasks of one run have in common."""

    token: str
    """Tells runs apart that share workers."""
    root: str
    """The results folder, as an absolute path that is the same everywhere."""
    held: str
    """A key that the run's own process has claimed, so that a worker sees whether claims reach it."""
    versions: tuple[tuple[str, str], ...]
    """Of the packages that can change a bit, where the run was started."""
    compile_cache: bool

    def text(self) -> str:
        """Return the job as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, text: str) -> "Job":
        """Return the job that a text holds."""
        values = json.loads(text)
        return cls(**{**values, "versions": tuple((name, version) for name, version in values["versions"])})


Lay = Callable[[Mapping[str, Any]], tuple[str, str]]
"""Lays arrays out where workers find them; path and digest."""


def pack_text(pack: Sequence[Unit], lay: Lay) -> str:
    """Return a pack as resolved settings in JSON; what they take from files of the user's is laid out beside it.

    Raises `ForeignUnitError` where that is not at hand.
    """
    from gru_vanish.config import ForeignSettingError
    from gru_vanish.config.portable import own_parts

    told = []
    for one in pack:
        try:
            parts = {name: lay(arrays) for name, arrays in own_parts(one.setting).items()}
        except ForeignSettingError as fault:
            raise ForeignUnitError(str(fault)) from fault
        told.append({"setting": one.setting.canonical(), "parts": parts, "seed": one.seed, "measure": one.measure})
        told[-1]["key"] = one.key
    return json.dumps(told)


def pack_of(text: str) -> list[Unit]:
    """Return the units that a text holds; raise `ForeignUnitError` where their keys do not come out as they were."""
    units = []
    for told in json.loads(text):
        setting = _settled(json.dumps([told["setting"], told["parts"]]))
        found = unit(setting, told["seed"], told["measure"])
        if found.key != told["key"]:
            raise ForeignUnitError("the worker's version of gru-vanish gives the unit another key: install the same")
        units.append(found)
    return units


@lru_cache(maxsize=64)
def _settled(text: str) -> Setting:
    from gru_vanish.config import ForeignSettingError
    from gru_vanish.config.portable import settled

    canonical, parts = json.loads(text)
    try:
        return settled(canonical, {name: fetch(*where) for name, where in parts.items()})
    except (ForeignSettingError, FileNotFoundError, Defect) as fault:
        raise ForeignUnitError(f"a worker could not make the unit out: {fault}") from fault


def events_text(events: Iterable[Event]) -> str:
    """Return what has happened to a pack: keys and words, never numbers of a payload."""
    return json.dumps([_told(event) for event in events])


def refusal_text(error: str) -> str:
    """Return that not one unit of a pack could be made out."""
    return json.dumps([{"event": "refused", "error": error}])


def events_of(text: str, pack: Sequence[Unit]) -> Iterator[Event]:
    """Give what a text tells of a pack."""
    units = {unit.key: unit for unit in pack}
    for told in json.loads(text):
        if told["event"] == "refused":
            yield from (Failed(unit, told["error"]) for unit in pack)
        else:
            yield _event(told, units, pack)


def _told(event: Event) -> dict[str, Any]:
    match event:
        case Compiled():
            return {"event": "compiled", "stage": event.stage, "seconds": event.seconds}
        case Done():
            return {"event": "done", "key": event.unit.key, "seconds": dict(event.seconds)}
        case Found():
            return {"event": "found", "key": event.unit.key}
        case SetAside():
            return {"event": "set_aside", "key": event.unit.key, "path": event.path, "reason": event.reason}
        case Elsewhere():
            return {"event": "elsewhere", "key": event.unit.key}
        case Failed():
            return {"event": "failed", "key": event.unit.key, "error": event.error, "when": event.when}
        case Unavailable():
            return {"event": "unavailable", "error": event.error}
        case Crashed():
            return {"event": "crashed", "error": event.error}
        case _:
            raise ValueError(f"{event} is not told by a worker")


def _event(told: Mapping[str, Any], units: Mapping[str, Unit], pack: Sequence[Unit]) -> Event:
    match told["event"]:
        case "compiled":
            return Compiled(pack[0].program, told["stage"], told["seconds"])
        case "done":
            return Done(units[told["key"]], told["seconds"])
        case "found":
            return Found(units[told["key"]])
        case "set_aside":
            return SetAside(units[told["key"]], told["path"], told["reason"])
        case "elsewhere":
            return Elsewhere(units[told["key"]])
        case "failed":
            return Failed(units[told["key"]], told["error"], told["when"])
        case "unavailable":
            return Unavailable(told["error"])
        case _:
            return Crashed(told["error"])
