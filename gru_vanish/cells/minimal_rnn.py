"""The minimalRNN: one gate between the old state and a latent input."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float

from gru_vanish.activations import sech2, sigmoid, sigmoid_slope, tanh
from gru_vanish.contracts import Activations, Cell, GateFunction, Node, Pulled, Streams
from gru_vanish.initializers import NO_BIAS, UNIFORM, ZERO_BIAS, Bias, Matrix

GATES = ("update", "candidate")


class MinimalRNNInit(Node):
    """How the weights of a minimalRNN are drawn. The gate's own bias is added to what ``bias`` draws."""

    recurrent: Matrix = UNIFORM
    latent: Matrix = UNIFORM
    input: Matrix = UNIFORM
    bias: Bias = ZERO_BIAS
    update_bias: Bias = NO_BIAS


class MinimalRNNParams(NamedTuple):
    """Weights of a minimalRNN; biases are stacked in the order update, candidate."""

    update: Float[Array, "hidden hidden"]
    """W_z"""
    latent: Float[Array, "hidden hidden"]
    """V_z"""
    input: Float[Array, "hidden size"]
    """U_h"""
    bias: Float[Array, "2 hidden"]
    """b_z, b_h"""


class MinimalRNNUses(NamedTuple):
    """Where h_{t−1} enters."""

    leak: Float[Array, "*axes hidden"]
    """the old state that is kept"""
    update: Float[Array, "*axes hidden"]
    """in a_z"""


class MinimalRNNDrive(NamedTuple):
    """What reads x alone."""

    update: Float[Array, "*axes hidden"]
    """V_z h̃ + b_z"""
    candidate: Float[Array, "*axes hidden"]
    """h̃ = tanh a_h"""
    before: Float[Array, "*axes hidden"]
    """a_h = U_h x + b_h"""


class MinimalRNNGates(NamedTuple):
    """Pre-activations."""

    update: Float[Array, "*axes hidden"]
    """a_z"""
    candidate: Float[Array, "*axes hidden"]
    """a_h"""


class MinimalRNNAffine(NamedTuple):
    """From what the cotangents of x and of the weights follow."""

    update: Float[Array, "*axes hidden"]
    """α_z"""
    mixed: Float[Array, "*axes hidden"]
    """(1 − z) δ, the cotangent of h̃ where it is mixed into the state"""


class MinimalRNNLocal(NamedTuple):
    """What one step back needs."""

    keep: Float[Array, "*axes hidden"]
    """∂h_t/∂h_{t−1} of the leak: z"""
    update: Float[Array, "*axes hidden"]
    """∂h_t/∂a_z = (h − h̃) σ′(a_z)"""
    take: Float[Array, "*axes hidden"]
    """∂h_t/∂h̃ = 1 − z"""
    before: Float[Array, "*axes hidden"]
    """a_h"""


class MinimalRNN(Cell):
    """The minimalRNN: the state relaxes to a latent input, at a pace that both set.

        h̃_t = tanh(U_h x_t + b_h)                         latent input (z in the source, Φ = one tanh layer)
        z_t = σ(W_z h_{t−1} + V_z h̃_t + b_z)              update gate (u in the source)
        h_t = z_t ∗ h_{t−1} + (1 − z_t) ∗ h̃_t

    z keeps: the gradient passes where z → 1. The candidate does not read the state, so W_z is the only recurrent
    matrix, and a step back scales by z but for the gate's own slope.

    Adjoint:

        α_z = (h − h̃) σ′(a_z) δ
        uses: leak z ∗ δ,  update W_zᵀ α_z
        α_h = sech²(a_h) ((1 − z) δ + V_zᵀ α_z),   needed for x and the weights alone

    Source: Chen 2017 (arXiv 1711.06788), section 2; Chen, Pennington & Schoenholz 2018, with its mean field theory.
    """

    Init: ClassVar[type[MinimalRNNInit]] = MinimalRNNInit
    Uses: ClassVar[Any] = MinimalRNNUses
    recurrent: ClassVar[tuple[str, ...]] = ("update",)

    kind: Literal["minimal_rnn"] = "minimal_rnn"

    @property
    def state_size(self) -> int:
        """The state is h: n numbers."""
        return self.hidden

    @property
    def gate_functions(self) -> Mapping[str, GateFunction]:
        """A sigmoid gate and a tanh candidate."""
        return {"update": GateFunction.sigmoid, "candidate": GateFunction.tanh}

    @property
    def linear_in_state(self) -> bool:
        """The gate reads the state."""
        return False

    def equations(self) -> str:
        """Return the equations."""
        return (
            "c_t = tanh(U_h x_t + b_h)\nz_t = sigma(W_z h_(t-1) + V_z c_t + b_z)\nh_t = z_t * h_(t-1) + (1 - z_t) * c_t"
        )

    def parameter_shapes(self, input_size: int) -> MinimalRNNParams:
        """Shapes of W_z, V_z, U_h and the stacked biases."""
        n = self.hidden
        return MinimalRNNParams((n, n), (n, n), (n, input_size), (2, n))  # type: ignore[arg-type]

    def draw(self, init: MinimalRNNInit, input_size: int, streams: Streams) -> MinimalRNNParams:
        """Draw all weights; z keeps, which gives a distribution of time scales its sign."""
        n = self.hidden
        bias = np.stack([init.bias.vector(streams(f"weights.bias.{gate}"), n, keeps=True) for gate in GATES])
        bias[0] += init.update_bias.vector(streams("weights.update_bias"), n, keeps=True)
        return MinimalRNNParams(
            update=init.recurrent.matrix(streams("weights.recurrent.update"), n, n, n),  # type: ignore[arg-type]
            latent=init.latent.matrix(streams("weights.latent.update"), n, n, n),  # type: ignore[arg-type]
            input=init.input.matrix(streams("weights.input.candidate"), n, input_size, n),  # type: ignore[arg-type]
            bias=bias,  # type: ignore[arg-type]
        )

    def drive(self, params: MinimalRNNParams, x: Float[Array, " size"]) -> MinimalRNNDrive:
        """Return the latent input, and what the gate reads of it."""
        b_z, b_h = params.bias
        before = x @ params.input.T + b_h
        candidate = tanh(before)
        return MinimalRNNDrive(candidate @ params.latent.T + b_z, candidate, before)

    def advance(
        self, params: MinimalRNNParams, uses: MinimalRNNUses, drive: MinimalRNNDrive, act: Activations
    ) -> tuple[Array, MinimalRNNGates]:
        """Return the new state; see the class for the equations."""
        a_z = uses.update @ params.update.T + drive.update
        new = act.sigmoid(a_z) * uses.leak + act.complement(a_z) * drive.candidate
        return new, MinimalRNNGates(a_z, drive.before)

    def read(self, state: Float[Array, " hidden"]) -> Float[Array, " hidden"]:
        """The state is h."""
        return state

    def linearise(
        self, params: MinimalRNNParams, state: Array, drive: MinimalRNNDrive, gates: MinimalRNNGates
    ) -> MinimalRNNLocal:
        """Return the slopes of the class's adjoint."""
        return MinimalRNNLocal(
            keep=sigmoid(gates.update),
            update=(state - tanh(gates.candidate)) * sigmoid_slope(gates.update),
            take=sigmoid(-gates.update),
            before=gates.candidate,
        )

    def pullback(self, params: MinimalRNNParams, local: MinimalRNNLocal, cotangent: Float[Array, " hidden"]) -> Pulled:
        """See the class for the derivation."""
        alpha_z = local.update * cotangent
        uses = MinimalRNNUses(leak=local.keep * cotangent, update=alpha_z @ params.update)
        return Pulled(uses, MinimalRNNAffine(alpha_z, local.take * cotangent))

    def input_cotangent(self, params: MinimalRNNParams, x: Array, affine: MinimalRNNAffine) -> Float[Array, " size"]:
        """U_hᵀ α_h."""
        return _alpha_h(params, x @ params.input.T + params.bias[1], affine) @ params.input

    def weight_cotangent(
        self, params: MinimalRNNParams, local: MinimalRNNLocal, state: Array, x: Array, affine: MinimalRNNAffine
    ) -> MinimalRNNParams:
        """Σ α (what the matrix multiplied)ᵀ: one product over all steps and samples for each matrix."""
        alpha_h = _alpha_h(params, local.before, affine)
        return MinimalRNNParams(
            update=jnp.einsum("...i,...j->ij", affine.update, state),
            latent=jnp.einsum("...i,...j->ij", affine.update, tanh(local.before)),
            input=jnp.einsum("...i,...j->ij", alpha_h, x),
            bias=jnp.einsum("...gi->gi", jnp.stack((affine.update, alpha_h), axis=-2)),
        )


def _alpha_h(params: MinimalRNNParams, before: Array, affine: MinimalRNNAffine) -> Array:
    """sech²(a_h) ((1 − z) δ + V_zᵀ α_z), one product for all steps; a step back does without."""
    return sech2(before) * (affine.mixed + affine.update @ params.latent)
