"""How long units will take: from records of the same program, from a similar program, or from a short probe.

Work is counted in multiply-adds, roughly and for every measure alike: a step forward for each t, a step back for each t
of each length (or, where that is less, of each unit of h_0), each through all weights for every sample, and what a step
costs besides. Only ratios of it between programs of one kind are used.
"""

import math
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import jax

from gru_vanish.contracts import Call, Iterated, Program
from gru_vanish.engine.compute import compute
from gru_vanish.engine.fit import capped, capped_lengths
from gru_vanish.engine.packs import indices, stack
from gru_vanish.engine.programs import Programs
from gru_vanish.engine.stages import first_stage, stages
from gru_vanish.engine.units import Unit, unit
from gru_vanish.measures import MEASURES

Basis = Literal["records", "similar", "probe"]
BASES: dict[Basis, str] = {
    "records": "records of the same program",
    "similar": "a similar program, scaled by its work",
    "probe": "a short probe",
}
STEP = 20_000
"""What a step costs beside its products, in multiply-adds."""
PROBE = 1e10
"""Work that takes about a second on one core."""


@dataclass(frozen=True)
class Seconds:
    """What a program took, or will take, on this device."""

    compile: float
    unit: float


@dataclass(frozen=True)
class Cost:
    """What a program will take, and how that is known."""

    seconds: Seconds
    basis: Basis


def seconds_of(provenance: Mapping[str, Any], here: Mapping[str, str]) -> Seconds | None:
    """Return what a record took; None where it comes from another device than ``here``, or does not tell."""
    there, told = provenance.get("device"), provenance.get("seconds")
    if not isinstance(there, Mapping) or not isinstance(told, Mapping):
        return None
    if any(there.get(name) != here[name] for name in ("platform", "kind", "machine")):
        return None
    spent = [told.get(name) for name in ("compile", "draw", "run")]
    if not all(isinstance(each, int | float) and math.isfinite(each) and each >= 0 for each in spent):
        return None
    return Seconds(float(spent[0]), float(spent[1]) + float(spent[2]))  # type: ignore[arg-type]


def typical(seen: Sequence[Seconds]) -> Seconds:
    """Return the median of what units of one program took."""
    return Seconds(statistics.median(one.compile for one in seen), statistics.median(one.unit for one in seen))


def costs(
    programs: Iterable[Program], seen: Mapping[Program, Sequence[Seconds]], probe: Callable[[Program], Seconds | None]
) -> dict[Program, Cost]:
    """Return what each program will take; a program of which nothing can be told is left out.

    What was seen of a program decides; else the nearest of its kind, by work; else ``probe`` is called, and what it
    tells serves for the others of that kind.
    """
    known = {program: typical(times) for program, times in seen.items() if times}
    found: dict[Program, Cost] = {}
    for program in programs:
        if program in known:
            found[program] = Cost(known[program], "records")
        elif alike := [other for other in known if kind(other) == kind(program)]:
            nearest = min(alike, key=lambda other: abs(math.log(work(other) / work(program))))
            found[program] = Cost(scaled(known[nearest], work(program) / work(nearest)), "similar")
        elif (told := probe(program)) is not None:
            known[program] = told
            found[program] = Cost(told, "probe")
    return found


def kind(program: Program) -> tuple[object, ...]:
    """Return what two programs share that differ in sizes and conventions only."""
    parts = (type(part) for part in (program.cell, program.inputs, program.h0, program.loss))
    return (program.measure, program.precision, program.matmul, program.describe()["cell"].get("kind"), *parts)


def scaled(seconds: Seconds, ratio: float) -> Seconds:
    """Return the seconds of a program with more or less work; compiling takes what it takes."""
    return Seconds(seconds.compile, seconds.unit * ratio)


def work(program: Program) -> float:
    """Return roughly how many multiply-adds a unit takes."""
    weights = sum(math.prod(leaf.shape) for leaf in jax.tree.leaves(MEASURES[program.measure].shapes(program)))
    back = min(sum(program.lengths), program.longest * program.cell.state_size)
    return float(program.longest + back) * (program.inputs.batch * weights + STEP)


def probed(whole: Unit, limit: float = PROBE) -> Seconds:
    """Compute a unit in memory, its lengths capped so that it takes a second or two; return what the whole will take.

    Raises whatever computing it raises.
    """
    program = whole.program
    if isinstance(MEASURES[program.measure], Iterated):
        return _by_its_calls(whole)
    longest = _longest_within(program, limit)
    short = unit(replace(whole.setting, lengths=capped_lengths(program.lengths, longest)), whole.seed, whole.measure)
    programs = Programs(lambda *_: None)
    (computed,) = compute([short], programs)
    took = Seconds(programs.compile_seconds(short.program), computed.seconds["draw"] + computed.seconds["run"])
    return scaled(took, work(program) / work(short.program))


def _by_its_calls(whole: Unit) -> Seconds:
    """Return what an iterated unit will take, from one call of each kind that its plan names."""
    programs, program = Programs(lambda *_: None), whole.program
    measure = MEASURES[program.measure]
    assert isinstance(measure, Iterated)
    plan = measure.plan(program)
    started = time.perf_counter()
    width = programs.width(program)
    data = stack([measure.data(whole.setting, whole.seed, measure.draw(whole.setting, whole.seed))], width)
    drawing = time.perf_counter() - started
    carry = programs.get(program, first_stage(program))(data)
    took = 0.0
    for name in dict.fromkeys(plan):
        function = programs.get(program, stages(program)[name])
        called = time.perf_counter()
        jax.block_until_ready(function(Call(data, carry, indices(plan.index(name), width))))
        took += plan.count(name) * (time.perf_counter() - called)
    return Seconds(programs.compile_seconds(program), drawing + took)


def _longest_within(program: Program, limit: float) -> int:
    """Return the longest length (at least 1) up to which a unit is at most so much work."""
    low, high = 1, program.longest
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if work(capped(program, middle)) <= limit else (low, middle - 1)
    return low


def wall_clock(units: Mapping[Program, int], costs: Mapping[Program, Cost], workers: int) -> float:
    """Return the seconds until all units are done: the first program is waited for, later ones compile beside units."""
    compiling = [costs[program].seconds.compile for program in units]
    computing = sum(count * costs[program].seconds.unit for program, count in units.items())
    busy = max(1, min(workers, sum(units.values())))
    first = compiling[0] if compiling else 0.0
    return max(sum(compiling), first + (computing + sum(compiling[1:])) / busy)
