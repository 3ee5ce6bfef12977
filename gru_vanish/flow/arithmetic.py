"""Two ways to carry an adjoint: ours, and the one that everybody writes."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from gru_vanish import activations
from gru_vanish.contracts import Activations, Cell, Direct, Loss
from gru_vanish.flow.scaled import shift_of


class Arithmetic(NamedTuple):
    """How one step is taken and passed back, for one sample."""

    act: Activations
    linearise: Callable[[Cell, Any, Array, Any, Any], Any]
    """(cell, params, state, drive, gates) → what ``pull`` needs"""
    pull: Callable[[Cell, Any, Any, Array], Array]
    """(cell, params, local, cotangent) → J_tᵀ cotangent"""
    pull_input: Callable[[Cell, Any, Any, Array, Array], Array]
    """(cell, params, local, x, cotangent) → (∂h_t/∂x_t)ᵀ cotangent"""
    shift: Callable[[Array], Array]
    """mantissas → the power of two that is taken out of each"""
    direct: Callable[[Loss, Mapping[str, Array], Array], Direct]
    """(loss, what it drew, h) → ∂⁺ℓ/∂h"""


def _pull_all_uses(cell: Cell, params: Any, local: Any, cotangent: Array) -> Array:
    return jax.tree.reduce(jnp.add, cell.pullback(params, local, cotangent).uses)


def _pull_plainly(cell: Cell, params: Any, local: tuple[Array, Any], cotangent: Array) -> Array:
    state, drive = local

    def new_state(state: Array) -> Array:
        return cell.advance(params, cell.same_state(state), drive, activations.PLAIN)[0]

    (pulled,) = jax.vjp(new_state, state)[1](cotangent)
    return pulled


def _pull_input(cell: Cell, params: Any, local: Any, x: Array, cotangent: Array) -> Array:
    return cell.input_cotangent(params, x, cell.pullback(params, local, cotangent).affine)


def _pull_input_plainly(cell: Cell, params: Any, local: tuple[Array, Any], x: Array, cotangent: Array) -> Array:
    uses = cell.same_state(local[0])
    (pulled,) = jax.vjp(lambda x: cell.step(params, uses, x, activations.PLAIN)[0], x)[1](cotangent)
    return pulled


def _direct_plainly(loss: Loss, drawn: Mapping[str, Array], h: Array) -> Direct:
    return Direct(jax.grad(loss.value, argnums=1)(drawn, h), jnp.int32(0))


SAFE = Arithmetic(
    act=activations.SAFE,
    linearise=lambda cell, params, state, drive, gates: cell.linearise(params, state, drive, gates),
    pull=_pull_all_uses,
    pull_input=_pull_input,
    shift=shift_of,
    direct=lambda loss, drawn, h: loss.cotangent(drawn, h),
)
"""Slopes from pre-activations, exponents apart: what is measured."""

PLAIN = Arithmetic(
    act=activations.PLAIN,
    linearise=lambda cell, params, state, drive, gates: (state, drive),
    pull=_pull_plainly,
    pull_input=_pull_input_plainly,
    shift=lambda mantissa: jnp.zeros(mantissa.shape[:-1], jnp.int32),
    direct=_direct_plainly,
)
"""``jax.grad`` of the step as everybody writes it, in the dtype's own range: what is shown beside it."""
