"""Whether a study fits into memory: said before anything starts, in the words of the config."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gru_vanish.contracts import Program
from gru_vanish.engine import Unit, default_workers, memory
from gru_vanish.engine.fit import Fit, Short, fit, would_fit
from gru_vanish.engine.memory import Available
from gru_vanish.engine.places import Place
from gru_vanish.interface import programs
from gru_vanish.interface.host import Host
from gru_vanish.interface.refusals import Exit, RefusalError
from gru_vanish.tables.layout import printable, size

Labels = Mapping[Program, Sequence[str]]


def looked_at(units: Iterable[Unit], asked: int | None) -> Fit:
    """Return how many of these units fit side by side."""
    needed = dict.fromkeys(unit.program for unit in units)
    return fit(needed, asked or default_workers(), memory.available())


def unknown(units: Iterable[Unit], asked: int | None) -> Fit:
    """Return the same where the memory is that of workers on other machines or devices: everything is taken to fit."""
    return fit(dict.fromkeys(unit.program for unit in units), asked or 1, None)


def fitted(units: Sequence[Unit], records: Place, asked: int | None, labels: Labels, host: Host) -> int:
    """Return with how many workers to run; say where they are fewer than asked for.

    Raises `RefusalError` where not one unit fits. Nothing is written.
    """
    found = looked_at(units, asked)
    if found.short:
        # What is in the store already needs no memory; looking takes a while, so only now.
        found = looked_at((unit for unit in units if records.state(unit.key).kind != "present"), asked)
    if found.short and not found.workers:
        lines = ["nothing was started: not enough memory", *shortage(found.short, labels)]
        raise RefusalError(Exit.environment, "\n".join(lines))
    if found.short:
        now = "1 worker" if found.workers == 1 else f"{found.workers} workers"
        host.say(f"{now} instead of {found.asked}: {named(found.short.program, labels)} wants {words(found)}")
    return found.workers


def words(found: Fit) -> str:
    """Return what is wanted and what is there in a line."""
    several = f", {size(found.workers * found.wanted)} for {found.workers} side by side" if found.workers > 1 else ""
    return f"at most {size(found.wanted)} for a unit{several}; {there(found.available)}"


def there(available: Available | None) -> str:
    """Return what the device has left in words."""
    if available is None:
        return "this device does not say how much there is"
    return f"{size(available.bytes)} there ({available.source})"


def shortage(short: Short, labels: Labels) -> Iterator[str]:
    """Say what makes a unit too large, and what would fit."""
    program = short.program
    wants = f"{size(short.wanted)} ({short.wanted:,} bytes)"
    yield f"  a unit of {named(program, labels)} wants {wants}; {there(short.available)}"
    keys = of_config(program, labels.get(program, ()))
    yield f"  what makes it large: {', '.join(f'{key}: {value}' for key, (value, _) in keys.items())}"
    fits = would_fit(program, short.available.bytes)
    ways = [f"{key} up to {fits[name]}" for key, (_, name) in keys.items() if name in fits]
    yield "  any one of these would fit: " + "; ".join(ways) if ways else "  no one of these alone would make it fit"


def of_config(program: Program, labels: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the keys of the config that make a program large, each with its value and our name for it."""
    hidden, batch = str(program.cell.hidden), str(program.inputs.batch)
    keys = {f"cells.{printable(label)}.hidden": (hidden, "hidden") for label in labels[: programs.MOST]}
    if program.inputs.longest is None:  # else the batch is that of a file
        keys["inputs.batch"] = batch, "batch"
    return {**keys, "lengths": (f"up to {program.longest}", "length")}


def named(program: Program, labels: Labels) -> str:
    """Return a program's measure and labels."""
    known = labels.get(program, ())
    return f"{program.measure} for {programs.shown(known)}" if known else program.measure


def as_json(found: Fit, labels: Labels) -> dict[str, Any]:
    """Return what is wanted and what is there as JSON values."""
    told: dict[str, Any] = {
        "fits": found.workers > 0,
        "unit_bytes": found.wanted,
        "workers_asked": found.asked,
        "workers": found.workers,
        "side_by_side_bytes": found.workers * found.wanted,
        "available_bytes": found.available.bytes if found.available else None,
        "available_source": found.available.source if found.available else None,
    }
    if found.short and not found.workers:
        program = found.short.program
        told["too_large"] = programs.as_json(program, labels.get(program, ()))
        told["would_fit"] = would_fit(program, found.short.available.bytes)
    return told
