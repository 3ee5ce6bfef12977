"""The update-gate RNN."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float

from gru_vanish import initializers
from gru_vanish.activations import relu, sech2, sigmoid, sigmoid_slope, tanh
from gru_vanish.contracts import Activations, Cell, GateFunction, Node, Pulled, Streams
from gru_vanish.initializers import NO_BIAS, UNIFORM, ZERO_BIAS, Bias, Matrix, Scope

GATES = ("update", "candidate")


class UGRNNInit(Node):
    """How the weights of a UGRNN are drawn. The gate's own bias is added to what ``bias`` draws."""

    recurrent: Matrix = UNIFORM
    input: Matrix = UNIFORM
    bias: Bias = ZERO_BIAS
    update_bias: Bias = NO_BIAS
    scope: Scope = "per_gate"


class UGRNNParams(NamedTuple):
    """Weights of a UGRNN; input weights and biases are stacked in the order update, candidate."""

    update: Float[Array, "hidden hidden"]
    """W_z"""
    candidate: Float[Array, "hidden hidden"]
    """W_h"""
    input: Float[Array, "2 hidden size"]
    """U_z, U_h"""
    bias: Float[Array, "2 hidden"]
    """b_z, b_h"""


class UGRNNUses(NamedTuple):
    """Where h_{t−1} enters."""

    leak: Float[Array, "*axes hidden"]
    """the old state that is kept"""
    update: Float[Array, "*axes hidden"]
    """in a_z"""
    candidate: Float[Array, "*axes hidden"]
    """in a_h"""


class UGRNNAffine(NamedTuple):
    """The pre-activations a_z and a_h, their parts U x + b, or their cotangents."""

    update: Float[Array, "*axes hidden"]
    candidate: Float[Array, "*axes hidden"]


class UGRNNLocal(NamedTuple):
    """What one step back needs."""

    keep: Float[Array, "*axes hidden"]
    """∂h_t/∂h_{t−1} of the leak: z"""
    update: Float[Array, "*axes hidden"]
    """∂h_t/∂a_z = (h − h̃) σ′(a_z)"""
    candidate: Float[Array, "*axes hidden"]
    """∂h_t/∂a_h = (1 − z) φ′(a_h)"""


class UGRNN(Cell):
    """Update-gate RNN: a plain RNN behind one gate, or a GRU without its reset gate.

        z_t = σ(W_z h_{t−1} + U_z x_t + b_z)              update gate (g in the source)
        h̃_t = φ(W_h h_{t−1} + U_h x_t + b_h)              candidate (c in the source), φ = tanh or relu
        h_t = z_t ∗ h_{t−1} + (1 − z_t) ∗ h̃_t

    z keeps: the gradient passes where z → 1. (Without the reset gate the GRU's other convention is this cell with
    negated W_z, U_z and b_z.)

    Adjoint:

        α_z = (h − h̃) σ′(a_z) δ,   α_h = (1 − z) φ′(a_h) δ
        uses: leak z ∗ δ,  update W_zᵀ α_z,  candidate W_hᵀ α_h

    Source: Collins, Sohl-Dickstein & Sussillo 2017, the equations of the UGRNN; s there is φ here.
    """

    Init: ClassVar[type[UGRNNInit]] = UGRNNInit
    Uses: ClassVar[Any] = UGRNNUses
    recurrent: ClassVar[tuple[str, ...]] = ("update", "candidate")

    kind: Literal["ugrnn"] = "ugrnn"
    activation: Literal["tanh", "relu"] = "tanh"

    @property
    def state_size(self) -> int:
        """The state is h: n numbers."""
        return self.hidden

    @property
    def gate_functions(self) -> Mapping[str, GateFunction]:
        """A sigmoid gate, and the candidate through φ."""
        return {"update": GateFunction.sigmoid, "candidate": GateFunction(self.activation)}

    @property
    def linear_in_state(self) -> bool:
        """The gate reads the state."""
        return False

    def equations(self) -> str:
        """Return the equations with this φ."""
        candidate = "W_h h_(t-1) + U_h x_t + b_h"
        return (
            "z_t = sigma(W_z h_(t-1) + U_z x_t + b_z)\n"
            f"c_t = {f'tanh({candidate})' if self.activation == 'tanh' else f'max({candidate}, 0)'}\n"
            "h_t = z_t * h_(t-1) + (1 - z_t) * c_t"
        )

    def parameter_shapes(self, input_size: int) -> UGRNNParams:
        """Shapes of the two recurrent matrices and the stacked rest."""
        n = self.hidden
        return UGRNNParams((n, n), (n, n), (2, n, input_size), (2, n))  # type: ignore[arg-type]

    def draw(self, init: UGRNNInit, input_size: int, streams: Streams) -> UGRNNParams:
        """Draw all weights; z keeps, which gives a distribution of time scales its sign."""
        n = self.hidden
        recurrent = initializers.stack(init.recurrent, streams, "weights.recurrent", GATES, n, n, init.scope)
        inputs = initializers.stack(init.input, streams, "weights.input", GATES, input_size, n, init.scope)
        bias = np.stack([init.bias.vector(streams(f"weights.bias.{gate}"), n, keeps=True) for gate in GATES])
        bias[0] += init.update_bias.vector(streams("weights.update_bias"), n, keeps=True)
        w_z, w_h = recurrent
        return UGRNNParams(w_z, w_h, inputs, bias)  # type: ignore[arg-type]

    def drive(self, params: UGRNNParams, x: Float[Array, " size"]) -> UGRNNAffine:
        """Return U x + b of the two pre-activations."""
        return UGRNNAffine(*(x @ u.T + b for u, b in zip(params.input, params.bias, strict=True)))

    def advance(
        self, params: UGRNNParams, uses: UGRNNUses, drive: UGRNNAffine, act: Activations
    ) -> tuple[Array, UGRNNAffine]:
        """Return the new state; see the class for the equations."""
        a_z = uses.update @ params.update.T + drive.update
        a_h = uses.candidate @ params.candidate.T + drive.candidate
        candidate = act.tanh(a_h) if self.activation == "tanh" else act.relu(a_h)
        return act.sigmoid(a_z) * uses.leak + act.complement(a_z) * candidate, UGRNNAffine(a_z, a_h)

    def read(self, state: Float[Array, " hidden"]) -> Float[Array, " hidden"]:
        """The state is h."""
        return state

    def linearise(self, params: UGRNNParams, state: Array, drive: UGRNNAffine, gates: UGRNNAffine) -> UGRNNLocal:
        """Return the three slopes of the class's adjoint."""
        a_h = gates.candidate
        if self.activation == "tanh":
            candidate, slope = tanh(a_h), sech2(a_h)
        else:
            candidate, slope = relu(a_h), (a_h > 0).astype(a_h.dtype)
        return UGRNNLocal(
            keep=sigmoid(gates.update),
            update=(state - candidate) * sigmoid_slope(gates.update),
            candidate=sigmoid(-gates.update) * slope,
        )

    def pullback(self, params: UGRNNParams, local: UGRNNLocal, cotangent: Float[Array, " hidden"]) -> Pulled:
        """See the class for the derivation."""
        alpha = UGRNNAffine(local.update * cotangent, local.candidate * cotangent)
        uses = UGRNNUses(
            leak=local.keep * cotangent,
            update=alpha.update @ params.update,
            candidate=alpha.candidate @ params.candidate,
        )
        return Pulled(uses, alpha)

    def input_cotangent(self, params: UGRNNParams, x: Array, affine: UGRNNAffine) -> Float[Array, " size"]:
        """U_zᵀ α_z + U_hᵀ α_h."""
        u_z, u_h = params.input
        return affine.update @ u_z + affine.candidate @ u_h

    def weight_cotangent(
        self, params: UGRNNParams, local: UGRNNLocal, state: Array, x: Array, affine: UGRNNAffine
    ) -> UGRNNParams:
        """Σ α hᵀ, Σ α xᵀ, Σ α: one product over all steps and samples for each matrix."""
        alphas = jnp.stack(affine, axis=-2)
        return UGRNNParams(
            update=jnp.einsum("...i,...j->ij", affine.update, state),
            candidate=jnp.einsum("...i,...j->ij", affine.candidate, state),
            input=jnp.einsum("...gi,...j->gij", alphas, x),
            bias=jnp.einsum("...gi->gi", alphas),
        )
