"""The default adjoint of a cell: reverse-mode differentiation of its step."""

import inspect
from abc import ABC
from typing import Any, NamedTuple

import jax
from jax import Array
from jaxtyping import Float

from gru_vanish.activations import SAFE
from gru_vanish.contracts import Cell, Pulled


class Linearisation(NamedTuple):
    """The point at which a step is differentiated."""

    state: Array
    drive: Any


class AutodiffCell(Cell, ABC):
    """A cell that leaves its adjoint to the VJP of ``advance`` and ``drive``: what one writes a new cell with.

    The step is evaluated again for every cotangent, so a derivation by hand is faster; it is tested against this one.
    Where nothing else is said the state is h, the cell is not linear in it, and its docstring gives the equations.
    """

    @property
    def state_size(self) -> int:
        """n numbers; another size needs another ``read``."""
        return self.hidden

    @property
    def linear_in_state(self) -> bool:
        """Not known to be."""
        return False

    def equations(self) -> str:
        """Return the docstring of the class."""
        return inspect.cleandoc(type(self).__doc__ or "")

    def read(self, state: Float[Array, " state"]) -> Float[Array, " hidden"]:
        """The state is h."""
        return state

    def linearise(self, params: Any, state: Float[Array, " state"], drive: Any, gates: Any) -> Linearisation:
        """Return the point itself."""
        del params, gates
        return Linearisation(state, drive)

    def pullback(self, params: Any, local: Linearisation, cotangent: Float[Array, " state"]) -> Pulled:
        """Return the cotangents of the uses; the affine part is the pair (cotangent of the drive, ``cotangent``)."""
        return pull_by_vjp(self, params, local, cotangent)

    def input_cotangent(self, params: Any, x: Float[Array, " size"], affine: Any) -> Float[Array, " size"]:
        """Return the VJP of the drive."""
        (pulled,) = jax.vjp(lambda x: self.drive(params, x), x)[1](affine[0])
        return pulled

    def weight_cotangent(self, params: Any, local: Linearisation, state: Array, x: Array, affine: Any) -> Any:
        """Return the VJP of the whole step by the parameters, summed over leading axes."""
        del local
        return weights_by_vjp(self, params, state, x, affine[1])


def pull_by_vjp(cell: Cell, params: Any, local: Linearisation, cotangent: Array) -> Pulled:
    """Return the pullback of any cell by autodiff: the oracle of those derived by hand."""

    def new_state(uses: Any, drive: Any) -> Array:
        return cell.advance(params, uses, drive, SAFE)[0]

    _, vjp = jax.vjp(new_state, cell.same_state(local.state), local.drive)
    uses, drive = vjp(cotangent)
    return Pulled(uses, (drive, cotangent))


def weights_by_vjp(cell: Cell, params: Any, state: Array, x: Array, cotangent: Array) -> Any:
    """Return Σ over the leading axes of the VJP of the step by the parameters.

    One VJP of all steps at once, so that no weight's gradient exists for each of them.
    """

    def new_states(params: Any) -> Array:
        def one(state: Array, x: Array) -> Array:
            return cell.step(params, cell.same_state(state), x, SAFE)[0]

        each = one
        for _ in range(state.ndim - 1):
            each = jax.vmap(each)
        return each(state, x)

    return jax.vjp(new_states, params)[1](cotangent)[0]
