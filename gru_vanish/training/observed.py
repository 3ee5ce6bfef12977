"""The measures of one network, taken on the weights as they are: by their own kernels, on the task's sequences."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import jax
import numpy as np

from gru_vanish.contracts import Call, Outputs, Payload, Program, Stage
from gru_vanish.flow import MEASURES
from gru_vanish.training.plan import Training


def program_of(program: Program, name: str) -> Program:
    """Return the program of a measure on the network that is trained: what it would be without training."""
    return replace(program, measure=name, task=None, training=None, ablated=())


def data_of(data: Mapping[str, Any], params: Any) -> dict[str, Any]:
    """Return the data of a measure with other weights."""
    return {"params": params, **{name: data[name] for name in ("loss", "inputs", "h0", "key")}}


def names(program: Program) -> tuple[str, ...]:
    """Return the measures that are taken."""
    assert isinstance(program.training, Training)
    return program.training.observe


def calls(program: Program) -> tuple[str, ...]:
    """Return the names of the calls of one checkpoint: every stage of every measure.

    Whether a stage was wanted is known from what the stages before it showed, and by then the plan is made: so all of
    them run, and `payload` takes those that were.
    """
    return tuple(_call(name, stage) for name in names(program) for stage in MEASURES[name].stages)


def _call(name: str, stage: Stage) -> str:
    return f"{name}: {stage.name}"


def kernels(program: Program) -> dict[str, Callable[[Call], Outputs]]:
    """Return the functions of those calls."""
    return {
        _call(name, stage): _kernel(program_of(program, name), stage)
        for name in names(program)
        for stage in MEASURES[name].stages
    }


def _kernel(own: Program, stage: Stage) -> Callable[[Call], Outputs]:
    def kernel(call: Call) -> Outputs:
        shown = stage.kernel(own)(data_of(call.data, call.carry.weights.cell))
        return {f"{index:04d}": leaf for index, leaf in enumerate(jax.tree.leaves(shown))}

    return kernel


@lru_cache(maxsize=256)
def _tree(own: Program, stage: Stage) -> Any:
    return jax.tree.structure(jax.eval_shape(stage.kernel(own), MEASURES[own.measure].shapes(own)))


def payload(program: Program, name: str, seen: Mapping[str, Outputs]) -> Payload:
    """Return what a measure stores of one checkpoint; ``seen`` holds what its calls have shown, by their names."""
    own = program_of(program, name)
    outputs: dict[str, Any] = {}
    for stage in MEASURES[name].stages:
        if stage.wanted(outputs):
            shown = seen[_call(name, stage)]
            leaves = [np.asarray(shown[key]) for key in sorted(shown)]
            outputs |= jax.tree.unflatten(_tree(own, stage), leaves)
    return MEASURES[name].payload(own, outputs)
