"""The reverse pass of the task's own loss, log-safe: what of it reaches every step, and what the answers owe to it.

Lanes are carried back at once, each a scaled vector as in `gru_vanish.flow.adjoint`: one for the loss of the sample,
whose direct derivative ∂⁺L/∂h_t enters at every output step, and one for each component of the last answers, which
gives a row of ∂ŷ/∂x_t.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float, Int

from gru_vanish.contracts import GateFunction, Program, Task
from gru_vanish.flow import tangents
from gru_vanish.flow.network import Network
from gru_vanish.flow.path_shares import losable
from gru_vanish.flow.scaled import added, ln_norm, rescale, shift_of
from gru_vanish.flow.tangents import Tangents
from gru_vanish.training.gradient import Batch, Passed, Weights, forward
from gru_vanish.training.readout import Readout, answers, error

LANES = 64
"""At most so many components of answers are followed back."""


class Scaled(NamedTuple):
    """Vectors mantissa · 2^exponent, rescaled."""

    mantissa: Float[Array, "*axes n"]
    exponent: Int[Array, "*axes"]


class Steps(NamedTuple):
    """What every step of every sample shows, (steps, batch) each, in float64; step t stands at t − 1."""

    ln_state: Array
    """ln‖∂L/∂h_t‖, the total derivative"""
    ln_input: Array
    """ln‖∂L/∂x_t‖"""
    ln_answer: Array
    """ln‖∂ŷ/∂x_t‖ over the content of x_t, Frobenius over the answers that are followed"""
    answer: Array
    """∂ŷ/∂x_t itself, NaN where it is more than one number"""
    gates: dict[str, Array]
    """the gates after their function, mean over the units"""
    shares: dict[str, Array]
    """s_p(t) of every use; NaN where it is lost to rounding; nothing for a cell with one use"""


class Back(NamedTuple):
    """What the reverse scan keeps of a step for the tangent pass: (J_t^p)ᵀ δ_t of the loss's lane, and ‖δ_t‖."""

    uses: Any
    size: Float[Array, "*steps batch"]


class Seen(NamedTuple):
    """What a draw shows."""

    steps: Steps
    ln_first: Float[Array, " batch"]
    """ln‖∂L/∂h_0‖"""


def followed(task: Task) -> int:
    """Return how many of the last answers are followed: all of them, up to `LANES` components, and one at least."""
    return min(len(task.output_steps), max(1, LANES // task.output_size))


def is_scalar(task: Task) -> bool:
    """Return whether ∂ŷ/∂x_t is one number: one answer, of one component, to a content of one component."""
    content = len(range(task.input_size)[task.content])
    return content == 1 and task.output_size == 1 and len(task.output_steps) == 1


def seen(program: Program, data: Mapping[str, Any], weights: Weights, batch: Batch) -> Seen:
    """Return what the steps of a draw show."""
    assert program.task is not None
    network = Network(program, {**data, "params": weights.cell})
    passed = forward(program.cell, weights.cell, batch.x, batch.h0)
    shown, back, first = _backward(network, program.task, weights.readout, passed, batch)
    shares = _shares(network, passed.local, back, first.mantissa[:1])
    gates = _gates(network, passed.gates)
    return Seen(Steps(**shown, gates=gates, shares=shares), ln_norm(first.mantissa[0], first.exponent[0]))


def _backward(
    network: Network, task: Task, readout: Readout, passed: Passed, batch: Batch
) -> tuple[dict[str, Array], Back, Scaled]:
    """Return what the steps show, what the tangent pass meets, and δ_0 of all lanes."""
    outputs = np.asarray(task.output_steps, np.int32) - 1
    direct, rows = _entering(network, task, readout, passed.after[outputs], batch.target)
    steps, many = len(batch.x), len(rows)
    # Which output step each step is, counted from the first and among those that are followed; −1 where it is none.
    place, follow = np.full(steps, -1, np.int32), np.full(steps, -1, np.int32)
    place[outputs] = np.arange(len(outputs))
    follow[outputs[-many:]] = np.arange(many)
    lane_of = np.repeat(np.arange(many, dtype=np.int32), rows.shape[1])
    lanes = rows.reshape(-1, *rows.shape[2:])

    def step(lane: Scaled, at: tuple[Any, ...]) -> tuple[Scaled, Any]:
        local, x, place, follow = at
        own = jax.tree.map(lambda leaf: jnp.where(place < 0, jnp.zeros_like(leaf[0]), leaf[place]), direct)
        loss, exponent = added(lane.mantissa[0], lane.exponent[0], own.mantissa, own.exponent)
        joins = (lane_of == follow)[:, None, None]
        answer = jnp.where(joins, lanes, lane.mantissa[1:])
        arrived = _rescaled(
            jnp.concatenate([loss[None], answer]),
            jnp.concatenate([exponent[None], jnp.where(joins[..., 0], 0, lane.exponent[1:])]),
        )
        uses = network.pull_uses(local, arrived.mantissa)
        met = Back(jax.tree.map(lambda use: use[0], uses), _size(arrived.mantissa[0]))
        shown = _of_step(network, task, local, x, arrived)
        return _rescaled(jax.tree.reduce(jnp.add, uses), arrived.exponent), (shown, met)

    start = jnp.zeros((1 + len(lanes), *passed.after.shape[1:]), passed.after.dtype)
    nothing = Scaled(start, jnp.zeros(start.shape[:-1], jnp.int32))
    first, (shown, met) = jax.lax.scan(step, nothing, (passed.local, batch.x, place, follow), reverse=True)
    return shown, met, first


def _entering(
    network: Network, task: Task, readout: Readout, states: Float[Array, "outputs batch state"], target: Array
) -> tuple[Scaled, Float[Array, "followed k batch state"]]:
    """Return ∂⁺L/∂h_t of the samples' losses at the output steps, and the rows of ∂ŷ/∂h_t of the last answers."""
    cell, dtype = network.cell, states.dtype
    h, back = jax.vjp(jax.vmap(jax.vmap(cell.read)), states)
    mantissa, exponent = error(task.loss_kind, answers(readout, h), target)
    (direct,) = back(jnp.matmul(mantissa.astype(dtype), readout.weight))

    def row(weight: Float[Array, " hidden"]) -> Array:
        (pulled,) = back(jnp.broadcast_to(weight, h.shape))
        return pulled

    rows = jax.vmap(row)(readout.weight)[:, -followed(task) :]
    return _rescaled(direct, exponent), jnp.swapaxes(rows, 0, 1)


def _of_step(network: Network, task: Task, local: Any, x: Array, arrived: Scaled) -> dict[str, Array]:
    by_input = network.pull_input(local, x, arrived.mantissa)
    content = by_input[1:][..., task.content]
    rows = ln_norm(content, arrived.exponent[1:])
    alone = is_scalar(task)
    number = content[0, :, 0].astype(jnp.float64) * jnp.exp2(arrived.exponent[1].astype(jnp.float64)) if alone else None
    return {
        "ln_state": ln_norm(arrived.mantissa[0], arrived.exponent[0]),
        "ln_input": ln_norm(by_input[0], arrived.exponent[0]),
        "ln_answer": 0.5 * jax.nn.logsumexp(2 * rows, axis=0),
        "answer": jnp.full(rows.shape[1:], jnp.nan, jnp.float64) if number is None else number,
    }


def _rescaled(mantissa: Array, exponent: Array) -> Scaled:
    """Return the vectors with their largest components in [1, 2)."""
    shift = shift_of(mantissa)
    return Scaled(rescale(mantissa, shift), exponent + shift)


def _size(vectors: Float[Array, "*axes n"]) -> Float[Array, "*axes"]:
    """Return the norms in float64, in which no square is lost."""
    wide = vectors.astype(jnp.float64)
    return jnp.sqrt(jnp.sum(wide * wide, axis=-1))


def _shares(network: Network, local: Any, back: Back, first: Float[Array, "1 batch state"]) -> dict[str, Array]:
    """Return s_p(t) = ⟨δ_t, J_t^p w_{t−1}⟩ / ⟨δ_t, J_t w_{t−1}⟩ with w_0 along δ_0 and w_t = J_t w_{t−1}.

    δ_t is the total derivative of the sample's loss. With answers at several steps w_0 need not be where most of δ_t
    comes from; the shares of a step still add to 1.
    """
    if len(network.cell.Uses._fields) == 1:
        return {}
    none = jnp.zeros(first.shape[:-1], jnp.int32)

    def step(tangent: Tangents, at: tuple[Any, Back]) -> tuple[Tangents, dict[str, Array]]:
        local, met = at
        w = rescale(tangent.mantissa, tangent.shift)[0].astype(jnp.float64)
        terms = {name: jnp.sum(use.astype(jnp.float64) * w, axis=-1) for name, use in met.uses._asdict().items()}
        tangent = tangents.push(network, tangent, local)
        whole = jax.tree.reduce(jnp.add, terms)
        alignment = jnp.abs(whole) / (met.size * _size(tangent.mantissa[0]))
        counts = float(np.finfo(first.dtype).eps) <= losable(network.program) * alignment
        return tangent, jax.tree.map(lambda term: jnp.where(counts, term / whole, jnp.nan), terms)

    start = Tangents(first, network.shift(first), none)
    return jax.lax.scan(step, start, (local, back))[1]


def _gates(network: Network, gates: Any) -> dict[str, Array]:
    """Return the mean of every gate over its units, after its function."""
    found = {}
    for name, function in network.cell.gate_functions.items():
        a = getattr(gates, name)
        value = a if function is GateFunction.identity else getattr(network.act, function.value)(a)
        found[name] = jnp.mean(value.astype(jnp.float64), axis=-1)
    return found
