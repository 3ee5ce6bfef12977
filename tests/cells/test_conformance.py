"""The check that a cell from outside goes through: sound ones pass, and each broken law is named."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

from gru_vanish.cells import LRU, RNN
from gru_vanish.cells.broken_contract import BrokenContractError
from gru_vanish.cells.conformance import check, check_kind
from gru_vanish.contracts import Activations, Cell, Pulled
from tests.cells.leaky_tanh import LeakyTanh, LeakyUses


@pytest.mark.parametrize("kind", [RNN, LRU, LeakyTanh])
@pytest.mark.parametrize("hidden", [1, 3])
def test_sound_cells_pass(kind: type[Cell], hidden: int) -> None:
    """By hand and by autodiff, with a state of h alone and a longer one; whatever x64 is in the process."""
    check_kind(kind)
    with jax.enable_x64(hidden == 1):
        check(kind(hidden=hidden), kind.Init())


class WrongPullback(RNN):
    def pullback(self, params: Any, local: Any, cotangent: Array) -> Pulled:
        uses, affine = super().pullback(params, local, cotangent)
        return Pulled(uses._replace(recurrent=uses.recurrent * (1 + 1e-6)), affine)


class WrongInput(RNN):
    def input_cotangent(self, params: Any, x: Array, affine: Any) -> Array:
        return -super().input_cotangent(params, x, affine)


class WrongWeights(RNN):
    def weight_cotangent(self, *given: Any) -> Any:
        found = super().weight_cotangent(*given)
        return found._replace(bias=jnp.zeros_like(found.bias))


class WrongSize(RNN):
    def weight_cotangent(self, *given: Any) -> Any:
        found = super().weight_cotangent(*given)
        return found._replace(recurrent=found.recurrent[None])


class WrongUses(RNN):
    def pullback(self, params: Any, local: Any, cotangent: Array) -> Pulled:
        pulled = super().pullback(params, local, cotangent)
        return Pulled(tuple(pulled.uses), pulled.affine)


class Unread(LeakyTanh):
    def advance(self, params: Any, uses: LeakyUses, drive: Array, act: Activations) -> Any:
        return super().advance(params, uses._replace(recurrent=uses.leak), drive, act)


class Linear(LeakyTanh):
    @property
    def linear_in_state(self) -> bool:
        return True


class LongState(LeakyTanh):
    @property
    def state_size(self) -> int:
        return 2 * self.hidden


class Gap(LeakyTanh):
    @property
    def parts(self) -> Any:
        return {"h": slice(1, self.hidden)}


class Nothing(LeakyTanh):
    def equations(self) -> str:
        return " "


class NotFinite(LeakyTanh):
    def draw(self, *given: Any) -> Any:
        return super().draw(*given)._replace(leak=np.asarray(np.nan))


class Complex(LeakyTanh):
    def draw(self, *given: Any) -> Any:
        drawn = super().draw(*given)
        return drawn._replace(bias=drawn.bias * 1j)


BROKEN: list[tuple[type[Cell], str, str]] = [
    (WrongPullback, "pullback", "the cotangent of recurrent differs from the VJP of the step"),
    (WrongInput, "input_cotangent", "differs from the VJP of the step"),
    (WrongWeights, "weight_cotangent", "that of bias differs from the VJP of the step"),
    (WrongSize, "weight_cotangent", r"that of recurrent has the shape \(1, 4, 4\); it has to be \(4, 4\)"),
    (WrongUses, "pullback", r"it has to return Pulled\(uses, affine\) with uses a RNNUses"),
    (Unread, "Uses", "advance does not read uses.recurrent"),
    (Linear, "linear_in_state", "it says True, but the Jacobian is another at another state"),
    (LongState, "advance", "TypeError"),
    (Gap, "parts", "the slices have to cover 0 to 4"),
    (Nothing, "equations", "it has to return the equations as text"),
    (NotFinite, "draw", "leak holds numbers that are not finite"),
    (Complex, "draw", "bias is of dtype complex128; parameters are real numbers"),
]


@pytest.mark.parametrize(("kind", "name", "expected"), BROKEN, ids=[kind.__name__ for kind, _, _ in BROKEN])
def test_a_broken_law_is_named(kind: type[Cell], name: str, expected: str) -> None:
    with pytest.raises(BrokenContractError, match=expected) as caught:
        check(kind(hidden=4), kind.Init())
    assert caught.value.name == name
