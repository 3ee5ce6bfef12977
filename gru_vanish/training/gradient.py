"""The loss of a batch and its gradient by all weights of the cell and of the readout.

Plain arithmetic in the dtype of the run, as users train: no exponents apart. (Slopes come from the pre-activations, so
a gate that is saturated keeps the small slope that plain code rounds to 0.) One forward scan keeps every step's
linearisation; one reverse scan passes

    δ_{t−1} = J_tᵀ δ_t + ∂⁺L/∂h_{t−1}

back by the cell's own pullback and keeps the cotangents of its affine pre-activations, from which the gradient of every
weight matrix follows as one product over all steps and samples. What reads inputs alone is computed for all steps at
once, before.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float

from gru_vanish.activations import SAFE
from gru_vanish.contracts import Cell, Task
from gru_vanish.flow.hoist import hoisted
from gru_vanish.training.readout import Readout, answers, losses


class Weights(NamedTuple):
    """All that is trained."""

    cell: Any
    readout: Readout


class Batch(NamedTuple):
    """Sequences, what shall be answered, and where the state starts; in the dtype of the run."""

    x: Float[Array, "steps batch size"]
    target: Array
    h0: Float[Array, "batch state"]


class Scored(NamedTuple):
    """What a batch shows."""

    loss: Float[Array, ""]
    """mean over the samples"""
    answered: Float[Array, "outputs batch k"]
    """ŷ at the output steps"""


class Passed(NamedTuple):
    """What the forward scan leaves behind."""

    before: Float[Array, "steps batch state"]
    """h_{t−1}"""
    after: Float[Array, "steps batch state"]
    """h_t"""
    gates: Any
    """pre-activations of every step"""
    local: Any
    """the linearisation of every step"""


def loss_and_gradient(cell: Cell, task: Task, weights: Weights, batch: Batch) -> tuple[Scored, Weights]:
    """Return the mean loss of a batch, and its gradient by the weights."""
    outputs = np.asarray(task.output_steps, np.int32) - 1
    # What comes after the last answer has no part in the loss.
    x = batch.x[: outputs[-1] + 1]
    passed = forward(cell, weights.cell, x, batch.h0)
    loss, back, answered = jax.vjp(
        lambda readout, states: _scored(cell, task, readout, states, batch.target),
        weights.readout,
        passed.after[outputs],
        has_aux=True,
    )
    readout, direct = back(jnp.ones_like(loss))
    affine = backward(cell, weights.cell, passed, direct, outputs)
    gradient = cell.weight_cotangent(weights.cell, passed.local, passed.before, x, affine)
    return Scored(loss, answered), Weights(gradient, readout)


def _scored(cell: Cell, task: Task, readout: Readout, states: Array, target: Array) -> tuple[Array, Array]:
    answered = answers(readout, jax.vmap(jax.vmap(cell.read))(states))
    return jnp.mean(losses(task.loss_kind, answered, target)), answered


def forward(cell: Cell, params: Any, x: Float[Array, "steps batch size"], h0: Float[Array, "batch state"]) -> Passed:
    """Walk all steps."""
    # A product with few columns is many times as fast by a matrix that is transposed beforehand.
    drives = hoisted(jax.vmap(jax.vmap(cell.drive, (None, 0)), (None, 0)), params, x, apart=True)(x)

    def advance(params: Any, state: Array, drive: Any) -> tuple[Array, Any]:
        def one(state: Array, drive: Any) -> tuple[Array, Any]:
            return cell.advance(params, cell.same_state(state), drive, SAFE)

        return jax.vmap(one)(state, drive)

    onward = hoisted(advance, params, h0, jax.tree.map(lambda leaf: leaf[0], drives))

    def step(state: Array, drive: Any) -> tuple[Array, tuple[Array, Any]]:
        after, gates = onward(state, drive)
        return after, (after, gates)

    _, (after, gates) = jax.lax.scan(step, h0, drives)
    before = jnp.concatenate([h0[None], after[:-1]])
    # Elementwise work, done for all steps at once.
    linearise = jax.vmap(jax.vmap(cell.linearise, (None, 0, 0, 0)), (None, 0, 0, 0))
    return Passed(before, after, gates, linearise(params, before, drives, gates))


def backward(
    cell: Cell, params: Any, passed: Passed, direct: Float[Array, "outputs batch state"], outputs: np.ndarray
) -> Any:
    """Return the cotangents of the affine pre-activations of every step, (steps, batch, …) each.

    ``direct`` is ∂⁺L/∂h_t at the steps with the positions ``outputs``, ascending, of which the last is the last step.
    """

    def pull(params: Any, local: Any, cotangent: Array) -> tuple[Array, Any]:
        def one(local: Any, cotangent: Array) -> tuple[Array, Any]:
            pulled = cell.pullback(params, local, cotangent)
            return jax.tree.reduce(jnp.add, pulled.uses), pulled.affine

        return jax.vmap(one)(local, cotangent)

    local, steps = passed.local, passed.before.shape[0]
    back = hoisted(pull, params, jax.tree.map(lambda leaf: leaf[0], local), direct[0])

    def step(cotangent: Array, at: tuple[Any, Array | None]) -> tuple[Array, Any]:
        local, own = at
        return back(local, cotangent if own is None else cotangent + own)

    if len(outputs) == 1:
        return jax.lax.scan(step, direct[0], (local, None), steps, reverse=True)[1]
    entering = jnp.zeros((steps, *direct.shape[1:]), direct.dtype).at[outputs].set(direct)
    return jax.lax.scan(step, jnp.zeros_like(direct[0]), (local, entering), steps, reverse=True)[1]
