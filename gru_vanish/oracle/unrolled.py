"""The network as a plain loop, and the numbers that every way of differentiating it has to agree on.

The loop is what anybody would write. A displacement d_t is added to every state,

    s_0 = start + d_0,   s_t = step(s_{t−1}, x_t) + d_t,   L = Σ_b c · read(s_T),

so that at d = 0 the derivatives of what comes out by d are all that is wanted of the states: ∂L/∂d_t is ∂L/∂s_t, the
total derivative; ∂s_t/∂d_{t−1} is J_t; ∂s_T/∂d_0 is the Jacobian of the whole.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float

from gru_vanish.contracts import Activations, Cell


class Point(NamedTuple):
    """Where the network is differentiated."""

    params: Any
    xs: Float[Array, "T batch size"]
    displacements: Float[Array, "times batch state"]
    """d_0 … d_T, all 0"""


class Given(NamedTuple):
    """What is not differentiated by."""

    start: Float[Array, "batch state"]
    projection: Float[Array, " hidden"]


class Outputs(NamedTuple):
    """What comes out of the loop; or its derivative by one thing, with the axes of that thing behind its own."""

    loss: Float[Array, ""]
    states: Float[Array, "T batch state"]
    """s_1 … s_T"""


class Derivatives(NamedTuple):
    """What one way of differentiating says; for weights the cell's own NamedTuple."""

    states: Float[Array, "times batch state"]
    """∂L/∂s_t, t = 0 … T"""
    x: Float[Array, "T batch size"]
    """∂L/∂x_t"""
    weights: Any
    """∂L/∂θ"""
    step: Float[Array, "T batch state state"]
    """J_t = ∂s_t/∂s_{t−1}"""
    whole: Float[Array, "batch state state"]
    """∂s_T/∂s_0"""


def unroll(cell: Cell, act: Activations, given: Given, at: Point) -> Outputs:
    """Return L and s_1 … s_T."""

    def step(state: Array, x: Array) -> Array:
        return cell.step(at.params, cell.same_state(state), x, act)[0]

    def forward(states: Array, now: tuple[Array, Array]) -> tuple[Array, Array]:
        x, displacement = now
        new = jax.vmap(step)(states, x) + displacement
        return new, new

    dtype = at.displacements.dtype  # complex, where the point is
    first = given.start.astype(dtype) + at.displacements[0]
    last, states = jax.lax.scan(forward, first, (at.xs, at.displacements[1:]))
    return Outputs(jnp.sum(jax.vmap(cell.read)(last) @ given.projection.astype(dtype)), states)


def picked(of_loss: Point, by_displacement: Float[Array, "T batch state times batch state"]) -> Derivatives:
    """Return what is wanted, from the derivatives of L and those of the states by the displacements."""
    length, batch = by_displacement.shape[:2]
    t, b = jnp.arange(length), jnp.arange(batch)
    own = by_displacement[:, b, :, :, b, :]  # (B, T, state, times, state): no sample moves another
    return Derivatives(
        states=of_loss.displacements,
        x=of_loss.xs,
        weights=of_loss.params,
        step=jnp.swapaxes(own, 0, 1)[t, :, :, t, :],
        whole=own[:, -1, :, 0, :],
    )
