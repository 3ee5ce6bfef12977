"""What all plain recurrent networks share: one affine map of the old state and the input, and one function."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

import jax.numpy as jnp
from jax import Array
from jaxtyping import Float

from gru_vanish.activations import sech2
from gru_vanish.cells.sums import outer, total
from gru_vanish.contracts import Activations, Cell, GateFunction, Pulled, Streams

Phi = Literal["tanh", "relu", "identity"]


class RNNParams(NamedTuple):
    """Weights of a plain RNN."""

    recurrent: Float[Array, "hidden hidden"]
    """W"""
    input: Float[Array, "hidden size"]
    """U"""
    bias: Float[Array, " hidden"]
    """b"""


class RNNUses(NamedTuple):
    """Where h_{t−1} enters."""

    recurrent: Float[Array, "*axes hidden"]


class RNNGates(NamedTuple):
    """Pre-activations, or their cotangents."""

    candidate: Float[Array, "*axes hidden"]
    """a_t"""


class RNNLocal(NamedTuple):
    """What one step back needs."""

    slope: Float[Array, "*axes hidden"]
    """φ′(a_t)"""


def _identity(a: Array) -> Array:
    return a


class Elman(Cell, ABC):
    """A network a_t = W h_{t−1} + U x_t + b, h_t = φ(a_t); the kinds differ in φ and in how W is drawn.

    ``Init`` has the fields ``recurrent``, ``input`` and ``bias``.
    """

    Uses: ClassVar[Any] = RNNUses
    recurrent: ClassVar[tuple[str, ...]] = ("recurrent",)
    slope_bound: ClassVar[float | None] = 1.0

    @property
    @abstractmethod
    def phi(self) -> Phi:
        """The name of φ."""

    @property
    def state_size(self) -> int:
        """The state is h: n numbers."""
        return self.hidden

    @property
    def gate_functions(self) -> Mapping[str, GateFunction]:
        """The candidate passes through φ."""
        return {"candidate": GateFunction(self.phi)}

    @property
    def linear_in_state(self) -> bool:
        """With φ = identity the Jacobian is W at every state."""
        return self.phi == "identity"

    def equations(self) -> str:
        """Return the equations with this φ."""
        phi = {"tanh": "tanh(a_t)", "relu": "max(a_t, 0)", "identity": "a_t"}[self.phi]
        return f"a_t = W h_(t-1) + U x_t + b\nh_t = {phi}"

    def parameter_shapes(self, input_size: int) -> RNNParams:
        """Shapes of W, U and b."""
        n = self.hidden
        return RNNParams((n, n), (n, input_size), (n,))  # type: ignore[arg-type]

    def draw(self, init: Any, input_size: int, streams: Streams) -> RNNParams:
        """Draw W, U and b."""
        n = self.hidden
        bias = init.bias.vector(streams("weights.bias.candidate"), n, keeps=True)
        recurrent = init.recurrent.matrix(streams("weights.recurrent.candidate"), n, n, n)
        inputs = init.input.matrix(streams("weights.input.candidate"), n, input_size, n)
        return RNNParams(recurrent, inputs, bias)

    def drive(self, params: RNNParams, x: Float[Array, " size"]) -> Array:
        """Return U x + b."""
        return x @ params.input.T + params.bias

    def advance(self, params: RNNParams, uses: RNNUses, drive: Array, act: Activations) -> tuple[Array, RNNGates]:
        """Return φ(W h + drive)."""
        a = uses.recurrent @ params.recurrent.T + drive
        phi = {"tanh": act.tanh, "relu": act.relu, "identity": _identity}[self.phi]
        return phi(a), RNNGates(a)

    def read(self, state: Float[Array, " hidden"]) -> Float[Array, " hidden"]:
        """The state is h."""
        return state

    def linearise(self, params: RNNParams, state: Array, drive: Array, gates: RNNGates) -> RNNLocal:
        """Return φ′(a)."""
        a = gates.candidate
        if self.phi == "tanh":
            return RNNLocal(sech2(a))
        return RNNLocal(jnp.ones_like(a) if self.phi == "identity" else (a > 0).astype(a.dtype))

    def pullback(self, params: RNNParams, local: RNNLocal, cotangent: Float[Array, " hidden"]) -> Pulled:
        """α = φ′(a) ∗ δ, and Wᵀ α for the one use."""
        alpha = local.slope * cotangent
        return Pulled(RNNUses(alpha @ params.recurrent), RNNGates(alpha))

    def input_cotangent(self, params: RNNParams, x: Array, affine: RNNGates) -> Float[Array, " size"]:
        """Uᵀ α."""
        return affine.candidate @ params.input

    def weight_cotangent(
        self, params: RNNParams, local: RNNLocal, state: Array, x: Array, affine: RNNGates
    ) -> RNNParams:
        """Σ α hᵀ, Σ α xᵀ, Σ α: one product over all steps and samples."""
        alpha = affine.candidate
        return RNNParams(
            recurrent=outer(alpha, state),
            input=outer(alpha, x),
            bias=total(alpha),
        )
