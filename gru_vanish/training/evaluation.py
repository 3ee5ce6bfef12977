"""The test loss: of one fixed draw for each seed, which is never trained on."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float

from gru_vanish.activations import SAFE
from gru_vanish.contracts import Call, Cell, Outputs, Program
from gru_vanish.flow.hoist import hoisted
from gru_vanish.training.gradient import Batch, Weights
from gru_vanish.training.plan import Training
from gru_vanish.training.readout import answers, hits, losses
from gru_vanish.training.streams import drawn_evaluation


class Score(NamedTuple):
    """What a draw shows, in float64."""

    loss: Float[Array, ""]
    """mean over the samples"""
    accuracy: Float[Array, ""]
    """share of right answers over samples and output steps; NaN where answers are no classes"""


def evaluation_kernel(program: Program) -> Callable[[Call], Outputs]:
    """Return the call that takes the test loss; it shows the losses that it is held against, too."""
    assert isinstance(program.training, Training)
    samples = program.training.evaluate.samples

    def kernel(call: Call) -> dict[str, Array]:
        batch, _ = drawn_evaluation(program, call.data, samples)
        scored = score(program, program.cell, call.carry.weights, batch)
        known = {name: jnp.asarray(call.data[name]) for name in ("baseline", "solved_below")}
        return {**scored._asdict(), **known}

    return kernel


def score(program: Program, cell: Cell, weights: Weights, batch: Batch) -> Score:
    """Return loss and accuracy of a cell on a draw; the states of one step are all that is kept."""
    assert program.task is not None
    task = program.task
    answered = answered_steps(cell, weights, batch, task.output_steps)
    loss = jnp.mean(losses(task.loss_kind, answered, batch.target).astype(jnp.float64))
    if task.loss_kind != "cross_entropy":
        return Score(loss, jnp.asarray(jnp.nan, jnp.float64))
    return Score(loss, jnp.mean(hits(answered, batch.target).astype(jnp.float64)))


def answered_steps(
    cell: Cell, weights: Weights, batch: Batch, output_steps: tuple[int, ...]
) -> Float[Array, "outputs batch k"]:
    """Return ŷ at the output steps."""

    def advance(params: object, states: Array, x: Array) -> Array:
        def one(state: Array, x: Array) -> Array:
            return cell.advance(params, cell.same_state(state), cell.drive(params, x), SAFE)[0]

        return jax.vmap(one)(states, x)

    onward = hoisted(advance, weights.cell, batch.h0, batch.x[0])

    def answered(states: Array) -> Array:
        return answers(weights.readout, jax.vmap(cell.read)(states))

    def step(states: Array, x: Array) -> tuple[Array, Array | None]:
        states = onward(states, x)
        return states, None if len(output_steps) == 1 else answered(states)

    last, each = jax.lax.scan(step, batch.h0, batch.x[: output_steps[-1]])
    # Several answers: ŷ of every step is small beside its state.
    return answered(last)[None] if each is None else each[np.asarray(output_steps) - 1]
