"""The compiled functions of a program: the stages of a measure, or the calls of one that is iterated."""

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
import numpy as np

from gru_vanish.contracts import Call, Iterated, Program, Stage
from gru_vanish.measures import MEASURES

BEGIN = "begin"
"""The call that turns the data of an iterated measure into its first carry."""


@cache
def stages(program: Program) -> dict[str, Stage]:
    """Return the functions that are compiled for a program, by name, the one that is called first at the front."""
    measure = MEASURES[program.measure]
    if not isinstance(measure, Iterated):
        return {stage.name: stage for stage in measure.stages}
    kernels = {BEGIN: measure.begin(program), **measure.kernels(program)}
    return {name: _called(name, kernel) for name, kernel in kernels.items()}


def _called(name: str, kernel: Callable[[Any], Any]) -> Stage:
    return Stage(name, lambda program: kernel, lambda outputs: True)


def first_stage(program: Program) -> Stage:
    """Return the function that is called first, which has to be compiled before anything can run."""
    return next(iter(stages(program).values()))


def shapes_read(program: Program, stage: Stage) -> Any:
    """Return the shapes and dtypes of what a function reads: a unit's data, or a `Call` with that and the carry."""
    measure = MEASURES[program.measure]
    data = measure.shapes(program)
    if not isinstance(measure, Iterated) or stage.name == BEGIN:
        return data
    return Call(data, carry_shapes(program), jax.ShapeDtypeStruct((), np.int32))


def carry_shapes(program: Program) -> Any:
    """Return the shapes and dtypes of the carry of an iterated measure."""
    measure = MEASURES[program.measure]
    assert isinstance(measure, Iterated)
    return jax.eval_shape(measure.begin(program), measure.shapes(program))
