"""Units by the names that their user knows, and what went wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gru_vanish import store
from gru_vanish.analysis.names import series_names
from gru_vanish.interface.host import Host
from gru_vanish.interface.tally import Tally
from gru_vanish.store import Failure
from gru_vanish.tables.layout import printable

SHOWN = 20
"""Different errors that are printed; JSON has all."""


def names(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the name of the (first) series that each key belongs to."""
    found: dict[str, str] = {}
    for entry, name in zip(manifest["series"], series_names(manifest["series"]), strict=True):
        for keys in entry["keys"].values():
            for key in keys.values():
                found.setdefault(key, name.short)
    return found


def failed(tally: Tally, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Give one line for each series and error, with the seeds that it took."""
    if not tally.failed:
        return
    known = names(manifest)
    seeds: dict[tuple[str, str], list[int]] = {}
    for event in tally.failed:
        seeds.setdefault((known[event.unit.key], event.error), []).append(event.unit.seed)
    for (name, error), which in list(seeds.items())[:SHOWN]:
        yield f"failed: {printable(name)}, {some(which)}: {printable(error)}"
    if len(seeds) > SHOWN:
        yield f"… and {len(seeds) - SHOWN} further errors (--json has all)"


def set_aside(tally: Tally, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Give one line for each thing that was no sound record."""
    known = names(manifest) if tally.set_aside else {}
    for event in tally.set_aside[:SHOWN]:
        unit = f"{printable(known[event.unit.key])}, seed {event.unit.seed}"
        yield f"damaged record of {unit}: {printable(event.reason)}; moved to {event.path} and computed again"
    if len(tally.set_aside) > SHOWN:
        yield f"… and {len(tally.set_aside) - SHOWN} further damaged records"


def of_run(tally: Tally, manifest: Mapping[str, Any]) -> list[Failure]:
    """Return every failed unit."""
    known = names(manifest) if tally.failed else {}
    return [
        Failure(known[event.unit.key], event.unit.seed, event.unit.measure, event.unit.key, event.error, event.when)
        for event in tally.failed
    ]


def as_json(tally: Tally, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every failed unit as JSON values."""
    return [asdict(failure) for failure in of_run(tally, manifest)]


def before(root: Path, name: str, host: Host) -> tuple[Failure, ...]:
    """Return what is written of earlier failures; say where that can not be read, and go on without it."""
    try:
        return store.read_failures(root, name)
    except store.Defect as defect:
        host.say(f"{store.failures_path(root, name)}: {defect}; what failed before is not known")
        return ()


def keep(tally: Tally, manifest: Mapping[str, Any], root: Path, host: Host) -> Path | None:
    """Write what has failed beside the manifest; give the path, None where nothing has.

    A unit of the study that failed before and of which this run has not heard (it was cut short, or computed a part)
    stays in the list.
    """
    known = {key for entry in manifest["series"] for keys in entry["keys"].values() for key in keys.values()}
    unheard = [each for each in before(root, manifest["name"], host) if each.key in known - tally.settled_keys]
    return store.write_failures(root, manifest["name"], [*unheard, *of_run(tally, manifest)])


def some(seeds: list[int]) -> str:
    """Return the seeds in words, at most ten of them."""
    shown = " ".join(map(str, sorted(seeds)[:10]))
    return f"seed{'s' if len(seeds) > 1 else ''} {shown}{' …' if len(seeds) > 10 else ''}"
