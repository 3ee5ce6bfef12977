"""The antisymmetric recurrent network: small Euler steps of a flow that neither grows nor shrinks."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float
from pydantic import Field

from gru_vanish.activations import sech2, tanh
from gru_vanish.contracts import Activations, Cell, GateFunction, Node, Pulled, Streams
from gru_vanish.initializers import UNIFORM, ZERO_BIAS, Bias, Matrix


class AntisymmetricInit(Node):
    """How the weights of an antisymmetric RNN are drawn, and its two numbers."""

    recurrent: Matrix = UNIFORM
    input: Matrix = UNIFORM
    bias: Bias = ZERO_BIAS
    step: float = Field(0.01, gt=0.0, le=1e4, description="step size ε")
    diffusion: float = Field(0.01, ge=0.0, le=1e4, description="diffusion γ")


class AntisymmetricParams(NamedTuple):
    """Weights of an antisymmetric RNN."""

    recurrent: Float[Array, "hidden hidden"]
    """W, of which only W − Wᵀ acts"""
    input: Float[Array, "hidden size"]
    """V"""
    bias: Float[Array, " hidden"]
    """b"""
    step: Float[Array, ""]
    """ε"""
    diffusion: Float[Array, ""]
    """γ"""


class AntisymmetricUses(NamedTuple):
    """Where h_{t−1} enters."""

    leak: Float[Array, "*axes hidden"]
    """the old state, to which the step is added"""
    recurrent: Float[Array, "*axes hidden"]
    """in a_t"""


class AntisymmetricGates(NamedTuple):
    """Pre-activations."""

    candidate: Float[Array, "*axes hidden"]
    """a_t"""


class AntisymmetricAffine(NamedTuple):
    """Cotangents from which those of all weights follow."""

    candidate: Float[Array, "*axes hidden"]
    """α of a_t"""
    state: Float[Array, "*axes hidden"]
    """δ of h_t, for that of ε"""


class AntisymmetricLocal(NamedTuple):
    """What one step back needs."""

    slope: Float[Array, "*axes hidden"]
    """sech² a_t"""
    value: Float[Array, "*axes hidden"]
    """tanh a_t"""


class Antisymmetric(Cell):
    """Antisymmetric RNN.

        a_t = (W − Wᵀ − γ I) h_{t−1} + V x_t + b
        h_t = h_{t−1} + ε tanh(a_t)

    A forward Euler step of size ε of h' = tanh(a). W − Wᵀ has imaginary eigenvalues iω, so the flow itself neither
    grows nor shrinks; the step does: where tanh is linear each direction is multiplied by 1 − εγ + iεω, that is by
    √(1 + ε²ω²) > 1 for γ = 0, which the diffusion γ is there to outweigh. ε and γ are numbers of ``init``: `step` and
    `diffusion`. This is the cell without the source's gate.

    Adjoint: α = ε sech²(a) ∗ δ; uses: leak δ, recurrent (W − Wᵀ − γ I)ᵀ α. For W: Σ α hᵀ − h αᵀ.

    Source: Chang, Chen, Haber & Chi 2019, section 3, the discretised form with diffusion.
    """

    Init: ClassVar[type[AntisymmetricInit]] = AntisymmetricInit
    Uses: ClassVar[Any] = AntisymmetricUses

    kind: Literal["antisymmetric"] = "antisymmetric"

    @property
    def state_size(self) -> int:
        """The state is h: n numbers."""
        return self.hidden

    @property
    def gate_functions(self) -> Mapping[str, GateFunction]:
        """One tanh."""
        return {"candidate": GateFunction.tanh}

    @property
    def linear_in_state(self) -> bool:
        """The state is inside the tanh."""
        return False

    def equations(self) -> str:
        """Return the equations."""
        return "a_t = (W - W^T - gamma I) h_(t-1) + V x_t + b\nh_t = h_(t-1) + eps tanh(a_t)"

    def parameter_shapes(self, input_size: int) -> AntisymmetricParams:
        """Shapes of W, V, b and of the two numbers."""
        n = self.hidden
        return AntisymmetricParams((n, n), (n, input_size), (n,), (), ())  # type: ignore[arg-type]

    def draw(self, init: AntisymmetricInit, input_size: int, streams: Streams) -> AntisymmetricParams:
        """Draw W, V and b; ε and γ are as written."""
        n = self.hidden
        return AntisymmetricParams(
            recurrent=init.recurrent.matrix(streams("weights.recurrent.candidate"), n, n, n),  # type: ignore[arg-type]
            input=init.input.matrix(streams("weights.input.candidate"), n, input_size, n),  # type: ignore[arg-type]
            bias=init.bias.vector(streams("weights.bias.candidate"), n, keeps=True),  # type: ignore[arg-type]
            step=np.asarray(init.step, np.float64),  # type: ignore[arg-type]
            diffusion=np.asarray(init.diffusion, np.float64),  # type: ignore[arg-type]
        )

    def drive(self, params: AntisymmetricParams, x: Float[Array, " size"]) -> Array:
        """Return V x + b."""
        return x @ params.input.T + params.bias

    def advance(
        self, params: AntisymmetricParams, uses: AntisymmetricUses, drive: Array, act: Activations
    ) -> tuple[Array, AntisymmetricGates]:
        """Return the Euler step."""
        turned = uses.recurrent @ (params.recurrent.T - params.recurrent)
        a = turned - params.diffusion * uses.recurrent + drive
        return uses.leak + params.step * act.tanh(a), AntisymmetricGates(a)

    def read(self, state: Float[Array, " hidden"]) -> Float[Array, " hidden"]:
        """The state is h."""
        return state

    def linearise(
        self, params: AntisymmetricParams, state: Array, drive: Array, gates: AntisymmetricGates
    ) -> AntisymmetricLocal:
        """Return slope and value of the tanh."""
        return AntisymmetricLocal(sech2(gates.candidate), tanh(gates.candidate))

    def pullback(
        self, params: AntisymmetricParams, local: AntisymmetricLocal, cotangent: Float[Array, " hidden"]
    ) -> Pulled:
        """See the class for the derivation."""
        alpha = params.step * local.slope * cotangent
        turned = alpha @ (params.recurrent - params.recurrent.T)
        uses = AntisymmetricUses(cotangent, turned - params.diffusion * alpha)
        return Pulled(uses, AntisymmetricAffine(alpha, cotangent))

    def input_cotangent(
        self, params: AntisymmetricParams, x: Array, affine: AntisymmetricAffine
    ) -> Float[Array, " size"]:
        """Vᵀ α."""
        return affine.candidate @ params.input

    def weight_cotangent(
        self,
        params: AntisymmetricParams,
        local: AntisymmetricLocal,
        state: Array,
        x: Array,
        affine: AntisymmetricAffine,
    ) -> AntisymmetricParams:
        """Σ (α hᵀ − h αᵀ), Σ α xᵀ, Σ α, Σ δ·tanh a, −Σ α·h."""
        alpha = affine.candidate
        outer = jnp.einsum("...i,...j->ij", alpha, state)
        return AntisymmetricParams(
            recurrent=outer - outer.T,
            input=jnp.einsum("...i,...j->ij", alpha, x),
            bias=jnp.einsum("...i->i", alpha),
            step=jnp.einsum("...i,...i->", affine.state, local.value),
            diffusion=-jnp.einsum("...i,...i->", alpha, state),
        )
