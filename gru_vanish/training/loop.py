"""Stretches of optimizer steps, each one call: no step returns to Python."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from gru_vanish.contracts import Call, Outputs, Program
from gru_vanish.flow import sizes
from gru_vanish.training.learner import NEVER, Learner, Learning, Point
from gru_vanish.training.plan import Training

STRETCH_WORK = 2e11
"""Multiply-adds of one call, roughly some seconds on one core: a unit is stopped, and goes on, between two calls."""


def begin(program: Program) -> Callable[[Mapping[str, Any]], Learning]:
    """Return the function that maps the data of a unit to the start of its training."""
    return lambda data: Learner(program, data).begin()


def stops(program: Program) -> tuple[int, ...]:
    """Return the steps at which a stretch ends: where something is looked at, and so that none takes too long."""
    training = program.training
    assert isinstance(training, Training)
    longest = _longest_stretch(program, training)
    looked_at = sorted({0, *training.measured_at, *training.evaluated_at})
    between = (range(start + longest, end, longest) for start, end in pairwise(looked_at))
    return tuple(sorted({*looked_at[1:], *(step for steps in between for step in steps)}))


def _longest_stretch(program: Program, training: Training) -> int:
    assert program.task is not None
    weights = sum(int(np.prod(leaf.shape)) for leaf in jax.tree.leaves(sizes.data_shapes(program)["params"]))
    return max(1, int(STRETCH_WORK / (3 * program.task.steps * training.batch * max(weights, 1))))


def stretch(program: Program, plan: tuple[str, ...], name: str) -> Callable[[Call], Outputs]:
    """Return the call that trains up to the next stop and shows the points of the curve that it has passed.

    ``plan`` says which of its calls, those called ``name``, train; they end at the `stops`, one after another. A run
    that can not go on stays where it is: its points are NaN from there on.
    """
    training = program.training
    assert isinstance(training, Training)
    ends = stops(program)
    # A call that is not one of ours never asks.
    by_call, left = np.zeros(len(plan), np.int32), iter(ends)
    for index, called in enumerate(plan):
        by_call[index] = next(left) if called == name else 0
    every, most = training.record_every, most_points(program)

    def kernel(call: Call) -> Outputs:
        learner = Learner(program, call.data)
        end = jnp.asarray(by_call)[call.index]
        first = call.carry.step // every

        def goes_on(at: tuple[Learning, Any]) -> Array:
            return (at[0].step < end) & (at[0].diverged_at == NEVER)

        def onward(at: tuple[Learning, Any]) -> tuple[Learning, Any]:
            learning, points = at
            learning, point = learner.step(learning)
            # What is no point of the curve goes into the spare row.
            shown = (learning.step % every == 0) & (learning.diverged_at == NEVER)
            row = jnp.where(shown, learning.step // every - first - 1, most)
            return learning, jax.tree.map(lambda kept, new: kept.at[row].set(new), points, point)

        none = Point(*(jnp.full(most + 1, jnp.nan, jnp.float64) for _ in Point._fields))
        learning, points = jax.lax.while_loop(goes_on, onward, (call.carry, none))
        seen = {name: values[:-1] for name, values in points._asdict().items()}
        return {"carry": learning, "diverged_at": learning.diverged_at, **seen}

    return kernel


def most_points(program: Program) -> int:
    """Return the largest number of points of the curve that one stretch may pass."""
    training = program.training
    assert isinstance(training, Training)
    return max((passed for passed in points_passed(program)), default=0)


def points_passed(program: Program) -> list[int]:
    """Return how many points of the curve each stretch passes."""
    training = program.training
    assert isinstance(training, Training)
    every = training.record_every
    return [end // every - start // every for start, end in pairwise((0, *stops(program)))]
