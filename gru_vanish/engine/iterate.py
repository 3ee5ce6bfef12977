"""The calls of an iterated measure, one after another, with a checkpoint from time to time."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np

from gru_vanish.contracts import Call, Iterated, Outputs, Payload
from gru_vanish.engine import device
from gru_vanish.engine.packs import indices, stack, unstack
from gru_vanish.engine.programs import Programs
from gru_vanish.engine.stages import BEGIN, carry_shapes, first_stage, stages
from gru_vanish.engine.units import Unit
from gru_vanish.measures import MEASURES
from gru_vanish.store import Record, make_record

CHECKPOINT_SECONDS = 5.0
"""Between two checkpoints of a unit; what is lost with a process that is killed."""


class Keeper:
    """Where checkpoints are kept: nowhere, if a subclass says nothing else."""

    every: float = CHECKPOINT_SECONDS

    def due(self, since: float) -> bool:
        """Whether a checkpoint is wanted ``since`` seconds after the last one."""
        return since >= self.every

    def kept(self, key: str) -> Record | None:
        """Return the checkpoint of a unit, None where there is none that is sound."""
        return None

    def keep(self, record: Record) -> None:
        """Put a checkpoint in place of the one before it."""


@dataclass
class Progress:
    """How far one unit has come."""

    position: int = 0
    """Calls that are done."""
    carry: Any = None
    seen: list[dict[str, np.ndarray]] = field(default_factory=list)
    """What every call has shown."""
    seconds: float = 0.0


def iterate(
    units: Sequence[Unit],
    data: Sequence[Any],
    programs: Programs,
    keeper: Keeper,
    advanced: Callable[[float], None] = lambda share: None,
) -> tuple[list[Payload], list[float]]:
    """Return the payloads of units that share a program, and the seconds that each has run, before a stop too.

    Units of one pack go on from their checkpoints where all of them stand at the same call, else from the start.
    ``advanced`` is told the share of the calls that are done.
    """
    program, width = units[0].program, programs.width(units[0].program)
    measure = MEASURES[program.measure]
    assert isinstance(measure, Iterated)
    plan, stacked = measure.plan(program), stack(data, width)
    started = [resumed(unit, keeper) for unit in units]
    if len({one.position for one in started}) > 1:
        started = [Progress() for _ in units]
    position = started[0].position
    carry = stack([one.carry for one in started], width) if position else None
    last = time.perf_counter()
    for index in range(position, len(plan) + 1):
        name = BEGIN if index == 0 else plan[index - 1]
        function = programs.get(program, first_stage(program) if index == 0 else stages(program)[name])
        called = time.perf_counter()
        if index == 0:
            carry, outputs = function(stacked), {}
        else:
            outputs = dict(function(Call(stacked, carry, indices(index - 1, width))))
            carry = outputs.pop("carry", carry)
        # Copied to the host here, so that the clock and the errors are those of this call.
        shown = unstack(jax.block_until_ready(outputs), len(units), width)
        jax.block_until_ready(carry)
        for one, mine in zip(started, shown, strict=True):
            one.position = index + 1
            one.seconds += (time.perf_counter() - called) / len(units)
            if index:
                one.seen.append(mine)
        advanced(index / len(plan))
        if index < len(plan) and keeper.due(time.perf_counter() - last):
            for unit, one, own in zip(units, started, unstack(carry, len(units), width), strict=True):
                one.carry = own
                keeper.keep(checkpoint(unit, one))
            last = time.perf_counter()
    return [measure.gathered(program, one.seen) for one in started], [one.seconds for one in started]


def checkpoint(unit: Unit, progress: Progress) -> Record:
    """Return what a unit can go on from, as a record that says that it is partial."""
    payload = {f"carry_{index}": np.asarray(leaf) for index, leaf in enumerate(jax.tree.leaves(progress.carry))}
    for call, shown in enumerate(progress.seen):
        payload |= {f"seen_{call}_{index}": np.asarray(shown[name]) for index, name in enumerate(sorted(shown))}
    measure = MEASURES[unit.measure]
    provenance = {
        "versions": device.versions(),
        "device": device.describe(),
        "position": progress.position,
        "seconds": progress.seconds,
        "seen": [sorted(shown) for shown in progress.seen],
    }
    return make_record(unit.setting.canonical(), unit.seed, unit.measure, measure.version, payload, provenance)


def resumed(unit: Unit, keeper: Keeper) -> Progress:
    """Return where a unit stands by its checkpoint; at the start where that is none, or of another device or version.

    Bits are promised for the same device and versions only, and half a unit of each would be neither.
    """
    record = keeper.kept(unit.key)
    if record is None:
        return Progress()
    told: Outputs = record.about["provenance"]
    if told.get("versions") != device.versions() or told.get("device") != device.describe():
        return Progress()
    leaves, tree = jax.tree.flatten(carry_shapes(unit.program))
    carry = [record.payload.get(f"carry_{index}") for index in range(len(leaves))]
    if any(own is None or (own.shape, own.dtype) != (leaf.shape, leaf.dtype) for own, leaf in zip(carry, leaves)):  # noqa: B905
        return Progress()
    seen = [
        {name: record.payload[f"seen_{call}_{index}"] for index, name in enumerate(names)}
        for call, names in enumerate(told["seen"])
    ]
    return Progress(told["position"], jax.tree.unflatten(tree, carry), seen, told["seconds"])
