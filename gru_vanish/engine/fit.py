"""How many units fit into memory side by side, and what would fit where not even one does."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from pydantic import ValidationError

from gru_vanish.contracts import Cell, Program
from gru_vanish.engine import device
from gru_vanish.engine.memory import Available
from gru_vanish.engine.packs import pack_width
from gru_vanish.measures import MEASURES


@dataclass(frozen=True)
class Short:
    """A program that wants more than there is."""

    program: Program
    wanted: int
    available: Available


@dataclass(frozen=True)
class Fit:
    """What units want and what there is."""

    wanted: int
    """Bytes of the largest unit (of the largest pack on an accelerator), an upper estimate; 0 without programs."""
    asked: int
    """Workers that were asked for."""
    workers: int
    """Workers that fit side by side, at most those asked for; 0 where not one unit fits."""
    available: Available | None
    """None where the device does not tell; then everything is taken to fit."""
    short: Short | None
    """The largest program, where fewer workers fit than were asked for."""


def wanted(program: Program) -> int:
    """Return the bytes that one worker wants for a program: an upper estimate."""
    return MEASURES[program.measure].memory(program) * pack_width(program, device.device().platform)


def fit(programs: Iterable[Program], workers: int, available: Available | None) -> Fit:
    """Return how many workers fit if each runs the program that wants most."""
    wants = {program: wanted(program) for program in programs}
    largest = max(wants, key=lambda program: wants[program], default=None)
    if largest is None:
        return Fit(0, workers, workers, available, None)
    most = wants[largest]
    if available is None or -(-workers // available.devices) * most <= available.bytes:
        return Fit(most, workers, workers, available, None)
    fitting = available.devices * (available.bytes // most)
    return Fit(most, workers, fitting, available, Short(largest, most, available))


def would_fit(program: Program, room: int) -> dict[str, int]:
    """Return the largest ``batch``, ``hidden`` and ``length`` with which a unit fits, each found alone.

    One that no value would help is left out.
    """
    ways: dict[str, tuple[int, Callable[[int], Program]]] = {
        "batch": (program.inputs.batch, lambda batch: with_batch(program, batch)),
        "hidden": (program.cell.hidden, lambda hidden: with_hidden(program, hidden)),
        "length": (program.longest, lambda longest: capped(program, longest)),
    }
    found = {name: _largest(now, changed, room) for name, (now, changed) in ways.items()}
    return {name: value for name, value in found.items() if value}


def with_batch(program: Program, batch: int) -> Program:
    """Return the program with another batch size."""
    return replace(program, inputs=program.inputs.model_copy(update={"batch": batch}))


def with_hidden(program: Program, hidden: int) -> Program:
    """Return the program with another number of units."""
    return replace(program, cell=_resized(program.cell, hidden))


def _resized(cell: Cell, hidden: int) -> Cell:
    """Return a cell, and the cell that it may be made from, with another number of units."""
    inner = {name: _resized(value, hidden) for name, value in cell if isinstance(value, Cell)}
    return cell.model_copy(update={"hidden": hidden, **inner})


def capped(program: Program, longest: int) -> Program:
    """Return the program with every longer length left out, and this one in their place."""
    return replace(program, lengths=capped_lengths(program.lengths, longest))


def capped_lengths(lengths: tuple[int, ...], longest: int) -> tuple[int, ...]:
    """Return the lengths below ``longest``, and that."""
    return lengths if longest >= lengths[-1] else (*(length for length in lengths if length < longest), longest)


def _largest(now: int, changed: Callable[[int], Program], room: int) -> int:
    """Return a value below ``now`` that fits while the next one does not; 0 where not even 1 does.

    A longer sequence may want less memory (from some size on linearisations are made again instead of stored), so a
    bisection over the whole range could end far too low: first halve down to a value that fits.
    """

    def fits(value: int) -> bool:
        program = changed(value)
        return _is_valid(program.cell) and wanted(program) <= room

    high, low = now, now // 2
    while low and not fits(low):
        high, low = low, low // 2
    while low and high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _is_valid(cell: Cell) -> bool:
    """Whether the cell, and the one that it may be made from, accepts its number of units."""
    try:
        type(cell).model_validate(dict(cell))
    except ValidationError:
        return False
    return all(_is_valid(value) for _, value in cell if isinstance(value, Cell))
