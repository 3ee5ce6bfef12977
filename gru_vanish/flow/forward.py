"""The forward pass, with a twin trajectory that tells chaos from rounding."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float, Int

from gru_vanish.flow.network import Network

NEVER = np.iinfo(np.int32).max
CHAOS_THRESHOLD = 1e-4
"""Relative distance from the twin beyond which a trajectory is called chaotic."""


class Walk(NamedTuple):
    """Where the forward pass stands."""

    state: Float[Array, "copies batch state"]
    """The states and, where the cell is not linear, those of the twin."""
    nonfinite: Int[Array, " batch"]
    """First t ≥ 1 with a state that is not finite, else NEVER."""
    chaotic: Int[Array, " batch"]
    """First t ≥ 1 at which the twin is further than `CHAOS_THRESHOLD`, else NEVER."""
    extremes: Any
    """Largest |pre-activation| so far, by gate: (batch, n)."""


class Steps(NamedTuple):
    """What a stretch of steps leaves behind, samples only."""

    before: Float[Array, "steps batch state"]
    """h_{t−1}"""
    last: Float[Array, "batch state"]
    """the state after the last step"""
    drive: Any
    """(steps, batch, …); made anew, and only for a cell whose linearisation asks for it"""
    gates: Any
    """Pre-activations, (steps, batch, n) each."""

    @property
    def after(self) -> Float[Array, "steps batch state"]:
        """h_t"""
        return jnp.concatenate([self.before[1:], self.last[None]])


def copies(network: Network, values: Any) -> Any:
    """Return arrays (batch, …, k) with a leading axis: themselves and, where the cell is not linear, the twin's.

    The twin's are moved by one rounding unit, up and down in turn along the last axis: a multiplication by 1 ± ε, so
    that no branch stands in the way of the vector units.
    """

    def copy(values: Array) -> Array:
        unit, size = np.finfo(values.dtype).eps, values.shape[-1]
        signs = np.where(np.arange(size) % 2 == 0, 1.0, -1.0)
        factors = np.stack([np.ones(size), 1 + unit * signs]).astype(values.dtype)
        wanted = factors[:1] if network.cell.linear_in_state else factors
        return values[None] * wanted.reshape(-1, *(1,) * (values.ndim - 1), size)

    return jax.tree.map(copy, values)


def begin(network: Network) -> Walk:
    """Return the walk at t = 0."""
    state = network.initial()
    batch = state.shape[0]
    never = jnp.full(batch, NEVER, jnp.int32)
    x = jax.ShapeDtypeStruct((batch, network.program.inputs.size), state.dtype)
    gates = jax.eval_shape(lambda x: network.advance(state, network.drive(x))[1], x)
    extremes = jax.tree.map(lambda gate: jnp.zeros(gate.shape, gate.dtype), gates)
    return Walk(copies(network, state), never, never, extremes)


def walk_on(network: Network, walk: Walk, start: Any, steps: int) -> tuple[Walk, Steps]:
    """Walk ``steps`` steps from t = start. The twin feels every input moved by a rounding unit of the drive."""
    xs = network.inputs(start, steps)
    ts = start + jnp.arange(1, steps + 1, dtype=jnp.int32)

    def step(walk: tuple[Array, Array, Array], at: tuple[Array, Array]) -> tuple[Any, Any]:
        (state, nonfinite, chaotic), (t, x) = walk, at
        after, gates = jax.vmap(network.advance)(state, copies(network, network.drive(x)))
        size = jnp.max(jnp.abs(after[0]), axis=-1)
        nonfinite = jnp.minimum(nonfinite, jnp.where(jnp.isfinite(size), NEVER, t))
        if not network.cell.linear_in_state:
            apart = jnp.max(jnp.abs(after[1] - after[0]), axis=-1)
            chaotic = jnp.minimum(chaotic, jnp.where(apart > CHAOS_THRESHOLD * size, t, NEVER))
        return (after, nonfinite, chaotic), (state[0], jax.tree.map(lambda both: both[0], gates))

    first = (walk.state, walk.nonfinite, walk.chaotic)
    (state, nonfinite, chaotic), (before, gates) = jax.lax.scan(step, first, (ts, xs))
    extremes = jax.tree.map(lambda most, gate: jnp.maximum(most, jnp.max(jnp.abs(gate), axis=0)), walk.extremes, gates)
    return Walk(state, nonfinite, chaotic, extremes), Steps(before, state[0], jax.vmap(network.drive)(xs), gates)


def walk_again(network: Network, state: Float[Array, "batch state"], start: Any, steps: int) -> Steps:
    """Walk a stretch a second time from the state at its start, without twin."""
    xs = network.inputs(start, steps)

    def step(state: Array, x: Array) -> tuple[Array, Any]:
        after, gates = network.advance(state, network.drive(x))
        return after, (state, gates)

    last, (before, gates) = jax.lax.scan(step, state, xs)
    return Steps(before, last, jax.vmap(network.drive)(xs), gates)
