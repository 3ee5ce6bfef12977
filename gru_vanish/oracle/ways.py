"""Four ways to the same derivatives, which share the equations of the step and nothing else.

derived     the adjoint that was derived by hand: ``pullback`` and what completes it, in a loop of its own
reverse     ``jax.vjp`` of the plain loop, with the slopes that JAX knows of its own functions
forward     ``jax.jvp`` of the same loop, one tangent for each number
complex     complex steps: f(z + iεe) has the imaginary part ε ∂f/∂z·e. No slope of any function enters, and no
            difference is formed, so that ε = 1e-30 is right to rounding where a quotient of differences has lost
            half of its digits
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array
from jax.flatten_util import ravel_pytree

from gru_vanish.activations import PLAIN, SAFE
from gru_vanish.contracts import Activations, Cell
from gru_vanish.oracle.unrolled import Derivatives, Given, Outputs, Point, picked, unroll

EPSILON = 1e-30

Way = Callable[[Cell, Given, Point, Array], Derivatives]
"""(cell, what is given, where, s_0 … s_T) → derivatives."""

COMPLEX = Activations(
    sigmoid=lambda a: 1 / (1 + jnp.exp(-a)),
    complement=lambda a: 1 / (1 + jnp.exp(a)),
    tanh=jnp.tanh,
    relu=lambda a: jnp.where(a.real > 0, a, jnp.zeros_like(a)),
)
"""The functions of a step as formulas that take complex numbers."""


def derived(cell: Cell, given: Given, at: Point, states: Array) -> Derivatives:
    """Walk back with the adjoint that the cell brings along.

    The lanes of one walk: ∂L/∂s, which is handed on; the n unit vectors from s_T, which become the rows of ∂s_T/∂s_0,
    handed on too; and n fresh unit vectors at every step, which become the rows of J_t.
    """
    size, batch = cell.state_size, states.shape[1]
    drives = jax.vmap(jax.vmap(cell.drive, (None, 0)), (None, 0))(at.params, at.xs)
    local = jax.vmap(jax.vmap(partial(_linearised, cell, at.params)))(states[:-1], drives)
    units = jnp.broadcast_to(jnp.eye(size, dtype=states.dtype)[:, None], (size, batch, size))

    def pulled(local: Any, cotangent: Array) -> tuple[Array, Any]:
        uses, affine = cell.pullback(at.params, local, cotangent)
        return sum(uses, jnp.zeros_like(cotangent)), affine

    def back(lanes: Array, now: tuple[Any, Array]) -> tuple[Array, Any]:
        earlier, affine = jax.vmap(jax.vmap(pulled), (None, 0))(now[0], jnp.concatenate([lanes, units]))
        return earlier[: size + 1], (lanes[0], jax.tree.map(lambda leaf: leaf[0], affine), earlier[size + 1 :])

    direct = jax.vmap(lambda state: jax.vjp(cell.read, state)[1](given.projection)[0])(states[-1])
    lanes = jnp.concatenate([direct[None], units])
    # The states ride along: what a linear cell needs of a step may be nothing, and then there is no axis of time.
    first, (later, affine, rows) = jax.lax.scan(back, lanes, (local, states[:-1]), reverse=True)
    return Derivatives(
        states=jnp.concatenate([first[:1], later]),
        x=jax.vmap(jax.vmap(partial(cell.input_cotangent, at.params)))(at.xs, affine),
        weights=cell.weight_cotangent(at.params, local, states[:-1], at.xs, affine),
        step=jnp.swapaxes(rows, 1, 2),
        whole=jnp.swapaxes(first[1:], 0, 1),
    )


def _linearised(cell: Cell, params: Any, state: Array, drive: Any) -> Any:
    """Return what the pullback of one step needs."""
    _, gates = cell.advance(params, cell.same_state(state), drive, SAFE)
    return cell.linearise(params, state, drive, gates)


def reverse(cell: Cell, given: Given, at: Point, states: Array) -> Derivatives:
    """Differentiate the plain loop in reverse mode."""
    by = jax.jacrev(partial(unroll, cell, PLAIN, given))(at)
    return picked(by.loss, by.states.displacements)


def forward(cell: Cell, given: Given, at: Point, states: Array) -> Derivatives:
    """Differentiate the plain loop in forward mode."""
    by = jax.jacfwd(partial(unroll, cell, PLAIN, given))(at)
    return picked(by.loss, by.states.displacements)


def by_complex_steps(cell: Cell, given: Given, at: Point, states: Array) -> Derivatives:
    """Evaluate the plain loop at complex points, one number moved at a time."""
    flat, unravel = ravel_pytree(at)

    def one(direction: Array) -> Outputs:
        z = jax.tree.map(jax.lax.complex, at, unravel(EPSILON * direction))
        return jax.tree.map(lambda leaf: jnp.imag(leaf) / EPSILON, unroll(cell, COMPLEX, given, z))

    by = jax.vmap(one, out_axes=-1)(jnp.eye(flat.size, dtype=flat.dtype))
    of_displacements = by.states[..., flat.size - at.displacements.size :]  # the last leaf of a point
    return picked(unravel(by.loss), of_displacements.reshape(*by.states.shape[:-1], *at.displacements.shape))


WAYS: Mapping[str, Way] = {
    "derived": derived,
    "reverse": reverse,
    "forward": forward,
    "complex": by_complex_steps,
}
