"""What the record of one training says: its curve, its evaluations, and what was seen at its checkpoints."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gru_vanish.analysis.measured import Analysis
from gru_vanish.analysis.payload import FloatArray, IntArray
from gru_vanish.analysis.stored import Arrays
from gru_vanish.analysis.training_observed import Observed, observed

NEVER = -1
BY_STEP = {"state_gradient": "C U", "input_gradient": "C T"}  # U = T + 1
OF_GROUP = ("ln_answer_gradient", "ln_answer_gradient_rms", "answer_gradient_zero", "ln_input_gradient")


@dataclass(frozen=True)
class Curve:
    """Values after R or E optimizer steps; NaN from where a run diverged."""

    steps: IntArray  # (R,)
    loss: FloatArray  # (R,)
    accuracy: FloatArray  # (R,) nan where answers are no classes


@dataclass(frozen=True)
class Group:
    """One kind of steps of the task at C checkpoints; nan for a group without a step."""

    answer_gradient: FloatArray  # (C,) mean of ∂ŷ/∂x with its sign; nan where it is more than one number
    ln_answer_gradient: FloatArray  # (C,) mean of ln‖∂ŷ/∂x‖, nats
    ln_answer_gradient_rms: FloatArray  # (C,) ln of the root mean square, nats
    answer_gradient_zero: FloatArray  # (C,) share of exact zeros
    ln_input_gradient: FloatArray  # (C,) mean of ln‖∂L/∂x‖, nats
    gates: Mapping[str, FloatArray]  # by gate: (C,) mean over units, steps and samples
    shares: Mapping[str, FloatArray]  # by path: (C,) mean share
    counted: FloatArray  # (C,) share of steps and samples whose path shares count; nan for a cell with one use


@dataclass(frozen=True)
class Ablated:
    """The test draw with one gate held at its mean, at C checkpoints."""

    loss: FloatArray  # (C,)
    accuracy: FloatArray  # (C,) nan where answers are no classes


@dataclass(frozen=True)
class Run:
    """One seed."""

    batch: Curve
    gradient: FloatArray  # (R,) norm of the gradient before clipping
    clipped: FloatArray  # (R,) after clipping
    test: Curve
    baseline: float
    solved_below: float
    solved_at: int | None
    diverged_at: int | None
    checkpoint: Curve  # of the test draw
    own: Mapping[str, FloatArray]  # (C, T + 1) and (C, T): by step of the sequence, names as in the record
    groups: Mapping[str, Group]
    ablated: Mapping[str, Ablated]
    observed: Observed

    @property
    def final_loss(self) -> float:
        """The test loss after the last step; nan for a run that diverged."""
        return float(self.test.loss[-1])

    @property
    def last_step(self) -> int:
        """The step of the last evaluation: the budget."""
        return int(self.test.steps[-1])

    def rise(self, gate: str) -> FloatArray:
        """Return by how much the test loss rises where this gate is held at its mean, (C,)."""
        return self.ablated[gate].loss - self.checkpoint.loss

    def before(self) -> int | None:
        """Return the place of the checkpoint before training, None where there is none."""
        return 0 if self.checkpoint.steps[0] == 0 else None


def reduce(arrays: Arrays, setting: Mapping[str, Any], observable: Mapping[str, Analysis[Any]]) -> Run:
    """Return what a record says."""
    classes = any("accuracy" in name.partition("/")[0] for name in arrays.payload)
    curve = arrays.take(steps="R", curve_loss="R", curve_gradient="R", curve_clipped="R")
    numbers = arrays.take(baseline="", solved_below="", solved_at="", diverged_at="", status="")
    by_step = {
        name: shape
        for quantity, shape in BY_STEP.items()
        for name in (f"ln_{quantity}", f"ln_{quantity}_rms", f"{quantity}_zero")
    }
    return Run(
        batch=curve_of(arrays, "steps", "curve", classes),
        gradient=curve["curve_gradient"],
        clipped=curve["curve_clipped"],
        test=curve_of(arrays, "evaluations", "evaluation", classes),
        baseline=float(numbers["baseline"]),
        solved_below=float(numbers["solved_below"]),
        solved_at=step_of(int(numbers["solved_at"])),
        diverged_at=step_of(int(numbers["diverged_at"])) if int(numbers["status"]) else None,
        checkpoint=curve_of(arrays, "checkpoints", "checkpoint", classes),
        own={name: values for name, values in arrays.take(checkpoints="C", **by_step).items() if name in by_step},
        groups={name: group(arrays, name) for name in groups_of(arrays)},
        ablated={name: ablated(arrays, name, classes) for name in ablated_of(arrays)},
        observed=observed(arrays, setting, observable),
    )


def step_of(value: int) -> int | None:
    """Return a step, None for one that never was."""
    return None if value == NEVER else value


def curve_of(arrays: Arrays, steps: str, of: str, classes: bool) -> Curve:
    """Return loss and accuracy against the steps."""
    found = arrays.take(**{steps: "R", f"{of}_loss": "R"}, **({f"{of}_accuracy": "R"} if classes else {}))
    nothing = np.full(found[steps].size, np.nan)
    return Curve(found[steps], found[f"{of}_loss"], found.get(f"{of}_accuracy", nothing))


def groups_of(arrays: Arrays) -> list[str]:
    """Return the groups that any array of the record is about, in its order."""
    starts = (*OF_GROUP, "answer_gradient", "path_share_counted")
    words = [name.partition("/") for name in arrays.payload]
    found = [rest for start, _, rest in words if start in starts and rest]
    found += [rest.partition("/")[2] for start, _, rest in words if start in ("gate", "path_share")]
    return list(dict.fromkeys(found))


def parts_of(arrays: Arrays, start: str) -> list[str]:
    """Return the gates or paths that any array named ``start/<part>/<group>`` is about."""
    names = [name.split("/") for name in arrays.payload if name.startswith(f"{start}/")]
    return list(dict.fromkeys(words[1] for words in names))


def group(arrays: Arrays, name: str) -> Group:
    """Return what a record says of one kind of steps."""
    gates, paths = parts_of(arrays, "gate"), parts_of(arrays, "path_share")
    signed = any(each.startswith("answer_gradient/") for each in arrays.payload)
    wanted = {
        **{f"{start}/{name}": "C" for start in OF_GROUP},
        **({f"answer_gradient/{name}": "C"} if signed else {}),
        **{f"gate/{gate}/{name}": "C" for gate in gates},
        **{f"path_share/{path}/{name}": "C" for path in paths},
        **({f"path_share_counted/{name}": "C"} if paths else {}),
    }
    found = arrays.take(checkpoints="C", **wanted)
    nothing = np.full(found["checkpoints"].size, np.nan)
    return Group(
        answer_gradient=found.get(f"answer_gradient/{name}", nothing),
        **{start: found[f"{start}/{name}"] for start in OF_GROUP},
        gates={gate: found[f"gate/{gate}/{name}"] for gate in gates},
        shares={path: found[f"path_share/{path}/{name}"] for path in paths},
        counted=found.get(f"path_share_counted/{name}", nothing),
    )


def ablated_of(arrays: Arrays) -> list[str]:
    """Return the gates that were held at their mean."""
    starts = ("ablated_loss_", "ablated_accuracy_")
    names = (name.removeprefix(start) for name in arrays.payload for start in starts if name.startswith(start))
    return list(dict.fromkeys(names))


def ablated(arrays: Arrays, gate: str, classes: bool) -> Ablated:
    """Return what a record says of the network with a gate held at its mean."""
    loss, accuracy = f"ablated_loss_{gate}", f"ablated_accuracy_{gate}"
    found = arrays.take(checkpoints="C", **{loss: "C"}, **({accuracy: "C"} if classes else {}))
    return Ablated(found[loss], found.get(accuracy, np.full(found[loss].size, np.nan)))


def mean_over_groups(run: Run, names: Iterable[str], value: str) -> FloatArray:
    """Return the mean of one quantity over some groups, each counting once, (C,); nan where none has a value."""
    return mean_of([getattr(run.groups[name], value) for name in names if name in run.groups], run)


def mean_of(values: list[FloatArray], run: Run) -> FloatArray:
    """Return the mean of arrays (C,) over those that are finite there."""
    stacked = np.asarray(values, np.float64).reshape(len(values), run.checkpoint.steps.size)
    there = np.isfinite(stacked)
    count = there.sum(axis=0)
    total = np.where(there, stacked, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
