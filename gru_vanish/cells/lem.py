"""Long expressive memory."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float
from pydantic import Field

from gru_vanish import initializers
from gru_vanish.activations import sech2, sigmoid, tanh
from gru_vanish.contracts import Activations, Cell, GateFunction, Node, Pulled, Streams
from gru_vanish.initializers import NO_BIAS, UNIFORM, ZERO_BIAS, Bias, Matrix

GATES = ("step_z", "step_y", "candidate_z", "candidate_y")


class LEMInit(Node):
    """How the weights of a LEM are drawn, and its time step. The gates' own biases are added to what ``bias`` draws."""

    recurrent: Matrix = UNIFORM
    input: Matrix = UNIFORM
    bias: Bias = ZERO_BIAS
    step_z_bias: Bias = NO_BIAS
    step_y_bias: Bias = NO_BIAS
    step: float = Field(1.0, gt=0.0, le=1.0, description="largest time step Δt")


class LEMParams(NamedTuple):
    """Weights of a LEM; input weights and biases are stacked in the order 1, 2, z, y."""

    step_z: Float[Array, "hidden hidden"]
    """W_1"""
    step_y: Float[Array, "hidden hidden"]
    """W_2"""
    candidate_z: Float[Array, "hidden hidden"]
    """W_z"""
    candidate_y: Float[Array, "hidden hidden"]
    """W_y, which acts on the new z"""
    input: Float[Array, "4 hidden size"]
    """V_1, V_2, V_z, V_y"""
    bias: Float[Array, "4 hidden"]
    """b_1, b_2, b_z, b_y"""
    step: Float[Array, ""]
    """Δt"""


class LEMUses(NamedTuple):
    """Where (y_{t−1}, z_{t−1}) enters; each reads one half of it."""

    leak_z: Float[Array, "*axes state"]
    """z that is kept"""
    leak_y: Float[Array, "*axes state"]
    """y that is kept"""
    step_z: Float[Array, "*axes state"]
    """y in a_1"""
    step_y: Float[Array, "*axes state"]
    """y in a_2"""
    candidate_z: Float[Array, "*axes state"]
    """y in a_z"""


class LEMGates(NamedTuple):
    """U x + b gate by gate, pre-activations, or their cotangents."""

    step_z: Float[Array, "*axes hidden"]
    """a_1"""
    step_y: Float[Array, "*axes hidden"]
    """a_2"""
    candidate_z: Float[Array, "*axes hidden"]
    """a_z"""
    candidate_y: Float[Array, "*axes hidden"]
    """a_y"""


class LEMAffine(NamedTuple):
    """Cotangents from which those of all weights follow."""

    gates: LEMGates
    """α_1, α_2, α_z, α_y"""
    y: Float[Array, "*axes hidden"]
    """δ_y of y_t"""
    z: Float[Array, "*axes hidden"]
    """ζ, the whole cotangent of z_t"""


class LEMLocal(NamedTuple):
    """What one step back needs."""

    keep_z: Float[Array, "*axes hidden"]
    """1 − Δt σ(a_1)"""
    keep_y: Float[Array, "*axes hidden"]
    """1 − Δt σ(a_2)"""
    moved_z: Float[Array, "*axes hidden"]
    """σ(a_1) (tanh a_z − z_{t−1})"""
    moved_y: Float[Array, "*axes hidden"]
    """σ(a_2) (tanh a_y − y_{t−1})"""
    slopes: LEMGates
    """∂z_t/∂a_1, ∂y_t/∂a_2, ∂z_t/∂a_z, ∂y_t/∂a_y"""
    z: Float[Array, "*axes hidden"]
    """z_t"""


class LEM(Cell):
    """Long expressive memory.

        a_1 = W_1 y_{t−1} + V_1 x_t + b_1,   a_2 = W_2 y_{t−1} + V_2 x_t + b_2
        z_t = (1 − Δt σ(a_1)) ∗ z_{t−1} + Δt σ(a_1) ∗ tanh(W_z y_{t−1} + V_z x_t + b_z)
        y_t = (1 − Δt σ(a_2)) ∗ y_{t−1} + Δt σ(a_2) ∗ tanh(W_y z_t + V_y x_t + b_y)
        h_t = y_t

    Two leaky parts with a time step of their own for every unit, Δt σ(a); y reads the new z. The state is (y, z), 2n
    numbers; losses and readouts see h = y. An open gate replaces: the gradient passes where σ → 0. Δt is a number of
    ``init``, `step`. The authors' code draws all biases uniform in ±1/√n; here they are zero unless ``bias`` says so.

    Adjoint:

        α_2 = Δt σ′(a_2) (tanh a_y − y) δ_y,   α_y = Δt σ(a_2) sech²(a_y) δ_y,   ζ = δ_z + W_yᵀ α_y
        α_1 = Δt σ′(a_1) (tanh a_z − z) ζ,     α_z = Δt σ(a_1) sech²(a_z) ζ
        uses: leak_z (0, (1 − Δt σ(a_1)) ζ),   leak_y ((1 − Δt σ(a_2)) δ_y, 0),
              step_z (W_1ᵀ α_1, 0),  step_y (W_2ᵀ α_2, 0),  candidate_z (W_zᵀ α_z, 0)

    Source: Rusch, Mishra, Erichson & Mahoney 2022, the discretised form that they call LEM.
    """

    Init: ClassVar[type[LEMInit]] = LEMInit
    Uses: ClassVar[Any] = LEMUses
    recurrent: ClassVar[tuple[str, ...]] = ("step_z", "step_y", "candidate_z")

    kind: Literal["lem"] = "lem"

    @property
    def state_size(self) -> int:
        """The state is (y, z): 2n numbers."""
        return 2 * self.hidden

    @property
    def parts(self) -> Mapping[str, slice]:
        """First y, then z."""
        return {"y": slice(0, self.hidden), "z": slice(self.hidden, 2 * self.hidden)}

    @property
    def gate_functions(self) -> Mapping[str, GateFunction]:
        """Two sigmoid gates and two tanh candidates."""
        opened, squashed = GateFunction.sigmoid, GateFunction.tanh
        return {"step_z": opened, "step_y": opened, "candidate_z": squashed, "candidate_y": squashed}

    @property
    def linear_in_state(self) -> bool:
        """The gates read y."""
        return False

    def equations(self) -> str:
        """Return the equations."""
        return (
            "p_t = dt sigma(W_1 y_(t-1) + V_1 x_t + b_1)\n"
            "q_t = dt sigma(W_2 y_(t-1) + V_2 x_t + b_2)\n"
            "z_t = (1 - p_t) * z_(t-1) + p_t * tanh(W_z y_(t-1) + V_z x_t + b_z)\n"
            "y_t = (1 - q_t) * y_(t-1) + q_t * tanh(W_y z_t + V_y x_t + b_y)\n"
            "h_t = y_t"
        )

    def parameter_shapes(self, input_size: int) -> LEMParams:
        """Shapes of the four recurrent matrices, the stacked rest, and Δt."""
        n = self.hidden
        square, stacked = (n, n), (4, n, input_size)
        return LEMParams(square, square, square, square, stacked, (4, n), ())  # type: ignore[arg-type]

    def draw(self, init: LEMInit, input_size: int, streams: Streams) -> LEMParams:
        """Draw all weights gate by gate; Δt is as written."""
        n = self.hidden
        recurrent = initializers.stack(init.recurrent, streams, "weights.recurrent", GATES, n, n, "per_gate")
        inputs = initializers.stack(init.input, streams, "weights.input", GATES, input_size, n, "per_gate")
        # An open gate replaces, so a distribution of time scales gets its sign from keeps=False.
        bias = np.stack([init.bias.vector(streams(f"weights.bias.{gate}"), n, keeps=False) for gate in GATES])
        bias[0] += init.step_z_bias.vector(streams("weights.step_z_bias"), n, keeps=False)
        bias[1] += init.step_y_bias.vector(streams("weights.step_y_bias"), n, keeps=False)
        w_1, w_2, w_z, w_y = recurrent
        step = np.asarray(init.step, np.float64)
        return LEMParams(w_1, w_2, w_z, w_y, inputs, bias, step)  # type: ignore[arg-type]

    def drive(self, params: LEMParams, x: Float[Array, " size"]) -> LEMGates:
        """Return V x + b of the four pre-activations."""
        return LEMGates(*(x @ v.T + b for v, b in zip(params.input, params.bias, strict=True)))

    def advance(self, params: LEMParams, uses: LEMUses, drive: LEMGates, act: Activations) -> tuple[Array, LEMGates]:
        """Return (y_t, z_t)."""
        dt = params.step
        a_1 = _y(uses.step_z) @ params.step_z.T + drive.step_z
        a_2 = _y(uses.step_y) @ params.step_y.T + drive.step_y
        a_z = _y(uses.candidate_z) @ params.candidate_z.T + drive.candidate_z
        # 1 − Δt σ(a) as a sum of what can not cancel.
        z = ((1 - dt) + dt * act.complement(a_1)) * _z(uses.leak_z) + dt * act.sigmoid(a_1) * act.tanh(a_z)
        a_y = z @ params.candidate_y.T + drive.candidate_y
        y = ((1 - dt) + dt * act.complement(a_2)) * _y(uses.leak_y) + dt * act.sigmoid(a_2) * act.tanh(a_y)
        return jnp.concatenate((y, z)), LEMGates(a_1, a_2, a_z, a_y)

    def read(self, state: Float[Array, " state"]) -> Float[Array, " hidden"]:
        """Return y."""
        return _y(state)

    def linearise(self, params: LEMParams, state: Array, drive: LEMGates, gates: LEMGates) -> LEMLocal:
        """Return the factors of the class's adjoint."""
        dt = params.step
        keep_z, keep_y = ((1 - dt) + dt * sigmoid(-a) for a in (gates.step_z, gates.step_y))
        share_z, share_y = sigmoid(gates.step_z), sigmoid(gates.step_y)
        value_z = tanh(gates.candidate_z)
        moved_z = share_z * (value_z - _z(state))
        moved_y = share_y * (tanh(gates.candidate_y) - _y(state))
        slopes = LEMGates(
            step_z=dt * sigmoid(-gates.step_z) * moved_z,
            step_y=dt * sigmoid(-gates.step_y) * moved_y,
            candidate_z=dt * share_z * sech2(gates.candidate_z),
            candidate_y=dt * share_y * sech2(gates.candidate_y),
        )
        return LEMLocal(keep_z, keep_y, moved_z, moved_y, slopes, keep_z * _z(state) + dt * share_z * value_z)

    def pullback(self, params: LEMParams, local: LEMLocal, cotangent: Float[Array, " state"]) -> Pulled:
        """See the class for the derivation."""
        by_y = _y(cotangent)
        alpha_2, alpha_y = local.slopes.step_y * by_y, local.slopes.candidate_y * by_y
        zeta = _z(cotangent) + alpha_y @ params.candidate_y
        alpha_1, alpha_z = local.slopes.step_z * zeta, local.slopes.candidate_z * zeta
        none = jnp.zeros_like(by_y)
        uses = LEMUses(
            leak_z=jnp.concatenate((none, local.keep_z * zeta)),
            leak_y=jnp.concatenate((local.keep_y * by_y, none)),
            step_z=jnp.concatenate((alpha_1 @ params.step_z, none)),
            step_y=jnp.concatenate((alpha_2 @ params.step_y, none)),
            candidate_z=jnp.concatenate((alpha_z @ params.candidate_z, none)),
        )
        return Pulled(uses, LEMAffine(LEMGates(alpha_1, alpha_2, alpha_z, alpha_y), by_y, zeta))

    def input_cotangent(self, params: LEMParams, x: Array, affine: LEMAffine) -> Float[Array, " size"]:
        """Σ over the four of Vᵀ α."""
        v_1, v_2, v_z, v_y = params.input
        alpha = affine.gates
        return alpha.step_z @ v_1 + alpha.step_y @ v_2 + alpha.candidate_z @ v_z + alpha.candidate_y @ v_y

    def weight_cotangent(
        self, params: LEMParams, local: LEMLocal, state: Array, x: Array, affine: LEMAffine
    ) -> LEMParams:
        """Σ α (what the matrix multiplied)ᵀ; ∂z_t/∂Δt = σ(a_1)(tanh a_z − z), likewise for y_t at fixed z_t."""
        alpha, y = affine.gates, _y(state)
        alphas = jnp.stack(alpha, axis=-2)
        by_step = jnp.einsum("...i,...i->", affine.z, local.moved_z)
        return LEMParams(
            step_z=jnp.einsum("...i,...j->ij", alpha.step_z, y),
            step_y=jnp.einsum("...i,...j->ij", alpha.step_y, y),
            candidate_z=jnp.einsum("...i,...j->ij", alpha.candidate_z, y),
            candidate_y=jnp.einsum("...i,...j->ij", alpha.candidate_y, local.z),
            input=jnp.einsum("...gi,...j->gij", alphas, x),
            bias=jnp.einsum("...gi->gi", alphas),
            step=by_step + jnp.einsum("...i,...i->", affine.y, local.moved_y),
        )


def _y(state: Float[Array, "*axes state"]) -> Float[Array, "*axes hidden"]:
    return state[..., : state.shape[-1] // 2]


def _z(state: Float[Array, "*axes state"]) -> Float[Array, "*axes hidden"]:
    return state[..., state.shape[-1] // 2 :]
