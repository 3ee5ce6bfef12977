"""The minGRU, whose gates read only x."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float

from gru_vanish import initializers
from gru_vanish.activations import SAFE, sigmoid, sigmoid_slope
from gru_vanish.contracts import Activations, Cell, GateFunction, Node, Pulled, Streams
from gru_vanish.initializers import NO_BIAS, UNIFORM, ZERO_BIAS, Bias, Matrix, Scope

GATES = ("update", "candidate")


class MinGRUInit(Node):
    """How the weights of a minGRU are drawn. The gate's own bias is added to what ``bias`` draws."""

    input: Matrix = UNIFORM
    bias: Bias = ZERO_BIAS
    update_bias: Bias = NO_BIAS
    scope: Scope = "per_gate"


class MinGRUParams(NamedTuple):
    """Weights of a minGRU, stacked in the order update, candidate; none of them is recurrent."""

    input: Float[Array, "2 hidden size"]
    """U_z, U_h"""
    bias: Float[Array, "2 hidden"]
    """b_z, b_h"""


class MinGRUUses(NamedTuple):
    """Where h_{t−1} enters."""

    leak: Float[Array, "*axes hidden"]
    """the old state that is kept"""


class MinGRUAffine(NamedTuple):
    """The pre-activations a_z and a_h, which are all that x does, or their cotangents."""

    update: Float[Array, "*axes hidden"]
    candidate: Float[Array, "*axes hidden"]


class MinGRULocal(NamedTuple):
    """What one step back needs."""

    keep: Float[Array, "*axes hidden"]
    """∂h_t/∂h_{t−1} = 1 − z, the whole Jacobian"""
    update: Float[Array, "*axes hidden"]
    """∂h_t/∂a_z = (h̃ − h) σ′(a_z)"""
    candidate: Float[Array, "*axes hidden"]
    """∂h_t/∂a_h = z g′(a_h)"""


class MinGRU(Cell):
    """minGRU: a GRU of which everything that reads the state was taken away but the leak.

        z_t = σ(U_z x_t + b_z)                                       update gate
        h̃_t = U_h x_t + b_h                                          candidate: identity (the source; default)
        h̃_t = g(U_h x_t + b_h), g(a) = a + ½ if a ≥ 0, else σ(a)     candidate: positive (its form in logarithms)
        h_t = (1 − z_t) ∗ h_{t−1} + z_t ∗ h̃_t

    z replaces: the gradient passes where z → 0. The Jacobian is diag(1 − z_t) whatever the state, so the gradient by
    h_0 is c ∗ ∏ (1 − z_t), every unit on its own: it can not explode, and no rounding makes it chaotic.

    Adjoint:

        uses: leak (1 − z) ∗ δ
        α_z = (h̃ − h) σ′(a_z) δ,   α_h = z g′(a_h) δ

    Source: Feng et al. 2024 (arXiv 2410.01201), section 3.1; ``positive`` is appendix B.
    """

    Init: ClassVar[type[MinGRUInit]] = MinGRUInit
    Uses: ClassVar[Any] = MinGRUUses

    kind: Literal["min_gru"] = "min_gru"
    candidate: Literal["identity", "positive"] = "identity"

    @property
    def state_size(self) -> int:
        """The state is h: n numbers."""
        return self.hidden

    @property
    def gate_functions(self) -> Mapping[str, GateFunction]:
        """One sigmoid gate. g is none of the functions whose slope is lost, and enters no Jacobian."""
        free = {"candidate": GateFunction.identity} if self.candidate == "identity" else {}
        return {"update": GateFunction.sigmoid, **free}

    @property
    def linear_in_state(self) -> bool:
        """J_t = diag(1 − z_t), and z reads x alone."""
        return True

    def equations(self) -> str:
        """Return the equations with this candidate."""
        inner = "U_h x_t + b_h"
        candidate = inner if self.candidate == "identity" else f"g({inner}), g(a) = a + 1/2 if a >= 0 else sigma(a)"
        return f"z_t = sigma(U_z x_t + b_z)\nc_t = {candidate}\nh_t = (1 - z_t) * h_(t-1) + z_t * c_t"

    def parameter_shapes(self, input_size: int) -> MinGRUParams:
        """Shapes of the stacked weights."""
        n = self.hidden
        return MinGRUParams((2, n, input_size), (2, n))  # type: ignore[arg-type]

    def draw(self, init: MinGRUInit, input_size: int, streams: Streams) -> MinGRUParams:
        """Draw all weights; z replaces, which gives a distribution of time scales its sign."""
        n = self.hidden
        inputs = initializers.stack(init.input, streams, "weights.input", GATES, input_size, n, init.scope)
        bias = np.stack([init.bias.vector(streams(f"weights.bias.{gate}"), n, keeps=False) for gate in GATES])
        bias[0] += init.update_bias.vector(streams("weights.update_bias"), n, keeps=False)
        return MinGRUParams(inputs, bias)  # type: ignore[arg-type]

    def drive(self, params: MinGRUParams, x: Float[Array, " size"]) -> MinGRUAffine:
        """Return both pre-activations."""
        return MinGRUAffine(*(x @ u.T + b for u, b in zip(params.input, params.bias, strict=True)))

    def advance(
        self, params: MinGRUParams, uses: MinGRUUses, drive: MinGRUAffine, act: Activations
    ) -> tuple[Array, MinGRUAffine]:
        """Return the new state; see the class for the equations."""
        keep, take = act.complement(drive.update), act.sigmoid(drive.update)
        return keep * uses.leak + take * self._candidate(drive.candidate, act), drive

    def _candidate(self, a: Array, act: Activations) -> Array:
        """The candidate: a itself, or g(a)."""
        return a if self.candidate == "identity" else jnp.where(a >= 0, a + 0.5, act.sigmoid(a))

    def read(self, state: Float[Array, " hidden"]) -> Float[Array, " hidden"]:
        """The state is h."""
        return state

    def linearise(self, params: MinGRUParams, state: Array, drive: MinGRUAffine, gates: MinGRUAffine) -> MinGRULocal:
        """Return the three slopes of the class's adjoint."""
        a_z, a_h = gates
        slope = jnp.ones_like(a_h) if self.candidate == "identity" else jnp.where(a_h >= 0, 1, sigmoid_slope(a_h))
        return MinGRULocal(
            keep=sigmoid(-a_z),
            update=(self._candidate(a_h, SAFE) - state) * sigmoid_slope(a_z),
            candidate=sigmoid(a_z) * slope,
        )

    def pullback(self, params: MinGRUParams, local: MinGRULocal, cotangent: Float[Array, " hidden"]) -> Pulled:
        """See the class for the derivation."""
        affine = MinGRUAffine(local.update * cotangent, local.candidate * cotangent)
        return Pulled(MinGRUUses(local.keep * cotangent), affine)

    def input_cotangent(self, params: MinGRUParams, x: Array, affine: MinGRUAffine) -> Float[Array, " size"]:
        """U_zᵀ α_z + U_hᵀ α_h."""
        u_z, u_h = params.input
        return affine.update @ u_z + affine.candidate @ u_h

    def weight_cotangent(
        self, params: MinGRUParams, local: MinGRULocal, state: Array, x: Array, affine: MinGRUAffine
    ) -> MinGRUParams:
        """Σ α xᵀ and Σ α: one product over all steps and samples."""
        alphas = jnp.stack(affine, axis=-2)
        return MinGRUParams(jnp.einsum("...gi,...j->gij", alphas, x), jnp.einsum("...gi->gi", alphas))
