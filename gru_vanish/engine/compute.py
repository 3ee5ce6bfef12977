"""The one function that computes: a pack of units in, their records out."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jax
import numpy as np

from gru_vanish.contracts import Iterated, Measure, Payload, Program
from gru_vanish.engine import device
from gru_vanish.engine.iterate import Keeper, iterate
from gru_vanish.engine.packs import stack, unstack
from gru_vanish.engine.programs import Programs
from gru_vanish.engine.units import Unit
from gru_vanish.measures import MEASURES
from gru_vanish.store import Record, make_record


@dataclass(frozen=True)
class Computed:
    """A record and the seconds that drawing and running took for it."""

    record: Record
    seconds: dict[str, float]


def compute(units: Sequence[Unit], programs: Programs, keeper: Keeper | None = None) -> list[Computed]:
    """Compute units that share a program, at most as many as its pack is wide.

    ``keeper`` keeps the checkpoints of units that take many calls.
    """
    program, measure = units[0].program, MEASURES[units[0].measure]
    started = time.perf_counter()
    drawn = [measure.draw(unit.setting, unit.seed) for unit in units]
    data = [measure.data(unit.setting, unit.seed, own) for unit, own in zip(units, drawn, strict=True)]
    drawing = (time.perf_counter() - started) / len(units)
    if isinstance(measure, Iterated):
        payloads, running = iterate(units, data, programs, keeper or Keeper())
    else:
        payloads, running = at_once(measure, program, data, programs)
    computed = []
    for unit, payload, weights, ran in zip(units, payloads, drawn, running, strict=True):
        seconds = {"draw": drawing, "run": ran}
        # Compiling is the program's, shared by all its units; writing is not known before the record is written.
        told = {"compile": programs.compile_seconds(program), **seconds}
        computed.append(Computed(_record(unit, payload, weights, told), seconds))
    return computed


def at_once(
    measure: Measure, program: Program, data: Sequence[Any], programs: Programs
) -> tuple[list[Payload], list[float]]:
    """Run the stages of a measure; return the payload of every unit, and the seconds that it ran."""
    width, count = programs.width(program), len(data)
    stacked, seconds = stack(data, width), 0.0
    outputs: list[dict[str, Any]] = [{} for _ in data]
    for stage in measure.stages:
        # Each unit decides for itself: what it shares a pack with must not change what is stored of it.
        wanting = [index for index, own in enumerate(outputs) if stage.wanted(own)]
        if wanting:
            function = programs.get(program, stage)
            called = time.perf_counter()
            # Copied to the host here, so that the clock and the errors are those of this call.
            results = unstack(function(stacked), count, width)
            seconds += (time.perf_counter() - called) / count
            for index in wanting:
                outputs[index] |= results[index]
    return [measure.payload(program, own) for own in outputs], [seconds] * count


def _record(unit: Unit, payload: dict[str, np.ndarray], drawn: Any, seconds: dict[str, float]) -> Record:
    provenance = {
        "versions": device.versions(),
        "device": device.describe(),
        "seconds": seconds,
        "weights_sha256": weights_digest(drawn),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    measure = MEASURES[unit.measure]
    return make_record(unit.setting.canonical(), unit.seed, measure.name, measure.version, payload, provenance)


def weights_digest(drawn: Any) -> str:
    """Return the SHA-256 of what was drawn in float64: equal for a float32 and a float64 run of one network."""
    digest = hashlib.sha256()
    for leaf in jax.tree.leaves(drawn):
        digest.update(np.ascontiguousarray(leaf, "<f8").tobytes())
    return digest.hexdigest()
