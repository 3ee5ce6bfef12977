"""The forward pass, with a twin trajectory that tells chaos from rounding."""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Bool, Float, Int

from gru_vanish.contracts import BLOCK
from gru_vanish.flow.hoist import hoisted
from gru_vanish.flow.network import Network
from gru_vanish.flow.scaled import largest

NEVER = np.iinfo(np.int32).max
CHAOS_THRESHOLD = 1e-4
"""Relative distance from the twin beyond which a trajectory is called chaotic."""


class Walk(NamedTuple):
    """Where the forward pass stands."""

    state: Float[Array, "copies batch state"]
    """The states and, where one is followed, those of the twin."""
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
    local: Any
    """The linearisation of every step, (steps, batch, …): what the reverse pass needs."""
    gates: Any
    """Pre-activations, (steps, batch, n) each."""
    inputs: Float[Array, "steps batch size"]
    """x_t; kept only where an observer asks for it"""

    @property
    def after(self) -> Float[Array, "steps batch state"]:
        """h_t"""
        return jnp.concatenate([self.before[1:], self.last[None]])


def copies(values: Any, count: int) -> Any:
    """Return arrays (batch, …, k) with a leading axis: themselves and, where there are two, the twin's.

    The twin's are moved by one rounding unit, up and down in turn along the last axis: a multiplication by 1 ± ε, so
    that no branch stands in the way of the vector units.
    """

    def copy(values: Array) -> Array:
        unit, size = jnp.finfo(values.dtype).eps, values.shape[-1]  # type: ignore[no-untyped-call]
        signs = np.where(np.arange(size) % 2 == 0, 1.0, -1.0)
        factors = np.stack([np.ones(size), 1 + unit * signs]).astype(values.dtype)
        return values[None] * factors[:count].reshape(-1, *(1,) * (values.ndim - 1), size)

    return jax.tree.map(copy, values)


def begin(network: Network, twin: bool = True) -> Walk:
    """Return the walk at t = 0, with a twin unless there shall be none. The Jacobian of a linear cell needs none."""
    count = 2 if twin and not network.cell.linear_in_state else 1
    state = network.initial()
    batch = state.shape[0]
    never = jnp.full(batch, NEVER, jnp.int32)
    x = jax.ShapeDtypeStruct((batch, network.program.inputs.size), state.dtype)
    gates = jax.eval_shape(lambda x: network.advance(state, network.drive(x))[1], x)
    extremes = jax.tree.map(lambda gate: jnp.zeros(gate.shape, gate.dtype), gates)
    return Walk(copies(state, count), never, never, extremes)


def walk_on(network: Network, walk: Walk, start: Any, steps: int) -> tuple[Walk, Steps]:
    """Walk ``steps`` steps from t = start. A twin feels every input moved by a rounding unit of the drive."""
    xs = network.inputs(start, steps)
    ts = start + jnp.arange(1, steps + 1, dtype=jnp.int32)
    advance = hoisted(partial(_advance_copies, network), network.params, walk.state, xs[0])

    def step(walk: Walk, at: tuple[Array, Array]) -> tuple[Walk, tuple[Array, Any, Any]]:
        t, x = at
        after, local, gates = advance(walk.state, x)
        size = largest(after[0])
        nonfinite = jnp.minimum(walk.nonfinite, jnp.where(jnp.isfinite(size), NEVER, t))
        chaotic = walk.chaotic
        if len(after) > 1:
            read = jax.vmap(jax.vmap(network.cell.read))(after)
            chaotic = jnp.minimum(chaotic, jnp.where(_parted(after) | _parted(read), t, NEVER))
        extremes = jax.tree.map(lambda most, gate: jnp.maximum(most, jnp.abs(gate)), walk.extremes, gates)
        return Walk(after, nonfinite, chaotic, extremes), (walk.state[0], local, gates)

    walk, (before, local, gates) = jax.lax.scan(step, walk, (ts, xs))
    return walk, Steps(before, walk.state[0], local, gates, xs)


def _parted(copies: Float[Array, "copies batch n"]) -> Bool[Array, " batch"]:
    """Return whether the twin is too far away; asked of h too, which a part that is much larger must not cover up.

    Below tiny/ε numbers are flushed to zero by more than they are rounded by: there the two are held against tiny/ε, so
    that a state that sinks to nothing is not taken for chaos.
    """
    kind = jnp.finfo(copies.dtype)  # type: ignore[no-untyped-call]
    return largest(copies[1] - copies[0]) > CHAOS_THRESHOLD * jnp.maximum(largest(copies[0]), kind.tiny / kind.eps)


def _advance(network: Network, params: Any, state: Array, x: Array) -> tuple[Array, Any, Any]:
    """Return the states one step on, the linearisation of the step and the pre-activations."""
    with_params = network.with_params(params)
    drive = with_params.drive(x)
    after, gates = with_params.advance(state, drive)
    return after, with_params.linearise(state, drive, gates), gates


def _advance_copies(network: Network, params: Any, states: Array, x: Array) -> tuple[Array, Any, Any]:
    """Return the states and those of the twin one step on; linearisation and pre-activations of the samples only."""
    with_params = network.with_params(params)
    drive = with_params.drive(x)
    after, both = jax.vmap(with_params.advance)(states, copies(drive, len(states)))
    gates = jax.tree.map(lambda copies: copies[0], both)
    return after, with_params.linearise(states[0], drive, gates), gates


def chaotic_from(network: Network) -> Int[Array, " batch"]:
    """Return the first t ≥ 1 at which the twin is further than `CHAOS_THRESHOLD`, else `NEVER`; nothing is kept."""

    def onward(walk: Walk, block: Int[Array, ""]) -> tuple[Walk, None]:
        return walk_on(network, walk, block * BLOCK, BLOCK)[0], None

    blocks = jnp.arange(-(-network.program.longest // BLOCK), dtype=jnp.int32)
    return jax.lax.scan(onward, begin(network), blocks)[0].chaotic


def walk_again(network: Network, state: Float[Array, "batch state"], start: Any, steps: int) -> Steps:
    """Walk a stretch a second time from the state at its start, without twin."""
    xs = network.inputs(start, steps)
    advance = hoisted(partial(_advance, network), network.params, state, xs[0])

    def step(state: Array, x: Array) -> tuple[Array, Any]:
        after, local, gates = advance(state, x)
        return after, (state, local, gates)

    last, (before, local, gates) = jax.lax.scan(step, state, xs)
    return Steps(before, last, local, gates, xs)
