"""The arrays that are stored of a training, from what its calls have shown."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gru_vanish.contracts import Outputs, Payload, Program
from gru_vanish.training import loop, observed
from gru_vanish.training.learner import NEVER, Point
from gru_vanish.training.plan import Training

Shown = Mapping[str, Sequence[Outputs]]
"""What the calls have shown, by the names of the calls."""


def gathered(program: Program, plan: Sequence[str], seen: Sequence[Outputs]) -> Payload:
    """Return curve, evaluations and checkpoints as arrays."""
    training, task = program.training, program.task
    assert isinstance(training, Training)
    assert task is not None
    shown = {name: [own for called, own in zip(plan, seen, strict=True) if called == name] for name in set(plan)}
    diverged_at = int(shown["train"][-1]["diverged_at"])
    found = {
        **_curve(program, training, shown),
        **_evaluations(training, shown, diverged_at),
        "status": np.asarray(diverged_at != NEVER, np.uint8),
        "diverged_at": np.asarray(diverged_at, np.int64),
        **_checkpoints(program, training, shown),
    }
    if task.loss_kind == "cross_entropy":
        return found
    return {name: values for name, values in found.items() if "accuracy" not in name.split("/")[0]}


def _curve(program: Program, training: Training, shown: Shown) -> Payload:
    passed = loop.points_passed(program)
    rows = {
        name: [np.asarray(own[name], np.float64)[:count] for own, count in zip(shown["train"], passed, strict=True)]
        for name in Point._fields
    }
    return {
        "steps": np.asarray(training.recorded_at, np.int64),
        **{f"curve_{name}": np.concatenate(values) for name, values in rows.items()},
    }


def _evaluations(training: Training, shown: Shown, diverged_at: int) -> Payload:
    steps = np.asarray(training.evaluated_at, np.int64)
    gone = (diverged_at != NEVER) & (steps >= diverged_at)
    known = {name: np.asarray(shown["evaluate"][0][name]) for name in ("baseline", "solved_below")}
    values = {name: np.where(gone, np.nan, _stacked(shown["evaluate"], name)) for name in ("loss", "accuracy")}
    solved = values["loss"] <= known["solved_below"]
    return {
        "evaluations": steps,
        **{f"evaluation_{name}": each for name, each in values.items()},
        **known,
        "solved_at": np.asarray(steps[np.argmax(solved)] if solved.any() else NEVER, np.int64),
    }


def _checkpoints(program: Program, training: Training, shown: Shown) -> Payload:
    found = {"checkpoints": np.asarray(training.measured_at, np.int64)}
    for name in shown["own loss"][0]:
        found[f"checkpoint_{name}" if name in ("loss", "accuracy") else name] = _stacked(shown["own loss"], name)
    for name in shown["ablate"][0] if training.ablate else ():
        found[name] = _stacked(shown["ablate"], name)
    for name in training.observe:
        calls = [call for call in observed.calls(program) if call.startswith(f"{name}: ")]
        each = [
            observed.payload(program, name, {call: shown[call][index] for call in calls})
            for index in range(len(training.measured_at))
        ]
        found |= {f"{name}/{array}": np.stack([one[array] for one in each]) for array in each[0]}
    return found


def _stacked(shown: Sequence[Outputs], name: str) -> Any:
    return np.stack([np.asarray(one[name]) for one in shown])
