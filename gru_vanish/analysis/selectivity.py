"""Whether a network treats steps that the answer depends on otherwise than steps that it does not depend on."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gru_vanish.analysis.training_run import Group, Run


def opposed(task: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the relevant groups, and those that carry content of the same kind which the answer does not depend on.

    Where the task plants weights the latter are those of weight 0 (a subject that does not count), else all others.
    """
    relevant, planted = tuple(task.get("relevant", ())), task.get("planted") or {}
    weightless = (name for name, weight in planted.items() if weight == 0)
    others = (name for name in task.get("groups", ()) if name not in relevant)
    return relevant, tuple(weightless if planted else others)


def contrast(run: Run, task: Mapping[str, Any], read: Callable[[Group], np.ndarray | None], place: int) -> float:
    """Return the mean of a number over relevant groups minus that over the others, at one checkpoint.

    nan where it was not taken: before training (place 0) without a checkpoint there, or with no group on either side.
    """
    if place == 0 and run.before() is None:
        return np.nan
    here, there = (_mean(run, names, read, place) for names in opposed(task))
    return here - there


def _mean(run: Run, names: Sequence[str], read: Callable[[Group], np.ndarray | None], place: int) -> float:
    arrays = [read(run.groups[name]) for name in names if name in run.groups]
    values = [float(values[place]) for values in arrays if values is not None and np.isfinite(values[place])]
    return float(np.mean(values)) if values else np.nan


def gate_contrast(run: Run, task: Mapping[str, Any], gate: str, place: int) -> float:
    """Return how much further a gate is open at relevant steps than at the others."""
    return contrast(run, task, lambda group: group.gates.get(gate), place)


def input_gradient_contrast(run: Run, task: Mapping[str, Any], place: int) -> float:
    """Return how much larger ln‖∂L/∂x_t‖ is at relevant steps than at the others, in nats."""
    return contrast(run, task, lambda group: group.ln_input_gradient, place)
