"""Long short-term memory."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float
from pydantic import Field

from gru_vanish import initializers
from gru_vanish.activations import sech2, sigmoid, sigmoid_slope, tanh
from gru_vanish.contracts import Activations, Cell, GateFunction, Node, Pulled, Streams
from gru_vanish.initializers import NO_BIAS, UNIFORM, ZERO_BIAS, Bias, Matrix, Scope

GATES = ("input", "forget", "output", "candidate")
KEEPS = {"input": False, "forget": True, "output": True, "candidate": True}
"""Whether an open gate is for a long memory: gives a distribution of time scales its sign."""

# What the frameworks draw; the equations are the same in all of them.
PRESETS: Mapping[str, Mapping[str, Any]] = {
    # torch.nn.LSTM: everything uniform in ±1/√n, two bias vectors of which only the sum matters; no forget bias.
    "torch": {"init": {"recurrent": "uniform", "input": "uniform", "bias": "uniform", "recurrent_bias": "uniform"}},
    # keras.layers.LSTM: joint Glorot input, joint orthogonal recurrent, biases 0 but 1 for the forget gate.
    "keras": {
        "init": {"recurrent": "orthogonal", "input": "glorot", "bias": "zeros", "forget_bias": 1.0, "scope": "joint"}
    },
    # flax.linen.LSTMCell and flax.nnx.LSTMCell: LeCun input, orthogonal recurrent, gate by gate; biases 0.
    "flax_linen": {"init": {"recurrent": "orthogonal", "input": "lecun", "bias": "zeros", "scope": "per_gate"}},
}


class LSTMInit(Node):
    """How the weights of an LSTM are drawn. The gates' own biases are added to what ``bias`` draws."""

    recurrent: Matrix = UNIFORM
    input: Matrix = UNIFORM
    bias: Bias = ZERO_BIAS
    recurrent_bias: Bias = ZERO_BIAS
    input_bias: Bias = NO_BIAS
    forget_bias: Bias = NO_BIAS
    output_bias: Bias = NO_BIAS
    mirror_forget_bias: bool = Field(
        False, description="take the forget gate's own bias from the input gate's: b_i = −b_f (Tallec & Ollivier 2018)"
    )
    scope: Scope = "per_gate"


class LSTMParams(NamedTuple):
    """Weights of an LSTM; input weights and biases are stacked in the order input, forget, output, candidate."""

    input_gate: Float[Array, "hidden hidden"]
    """W_i"""
    forget_gate: Float[Array, "hidden hidden"]
    """W_f"""
    output_gate: Float[Array, "hidden hidden"]
    """W_o"""
    candidate: Float[Array, "hidden hidden"]
    """W_g"""
    input: Float[Array, "4 hidden size"]
    """U_i, U_f, U_o, U_g"""
    bias: Float[Array, "4 hidden"]
    """b_i, b_f, b_o, b_g"""


class LSTMUses(NamedTuple):
    """Where (h_{t−1}, c_{t−1}) enters; each reads one half of it."""

    leak: Float[Array, "*axes state"]
    """c, behind the forget gate"""
    input: Float[Array, "*axes state"]
    """h in a_i"""
    forget: Float[Array, "*axes state"]
    """h in a_f"""
    output: Float[Array, "*axes state"]
    """h in a_o"""
    candidate: Float[Array, "*axes state"]
    """h in a_g"""


class LSTMAffine(NamedTuple):
    """U x + b gate by gate, or the cotangents of the pre-activations."""

    input: Float[Array, "*axes hidden"]
    forget: Float[Array, "*axes hidden"]
    output: Float[Array, "*axes hidden"]
    candidate: Float[Array, "*axes hidden"]


class LSTMGates(NamedTuple):
    """Pre-activations."""

    input: Float[Array, "*axes hidden"]
    """a_i"""
    forget: Float[Array, "*axes hidden"]
    """a_f"""
    output: Float[Array, "*axes hidden"]
    """a_o"""
    candidate: Float[Array, "*axes hidden"]
    """a_g"""
    cell: Float[Array, "*axes hidden"]
    """c_t, which passes through the tanh of the output"""


class LSTMLocal(NamedTuple):
    """What one step back needs."""

    keep: Float[Array, "*axes hidden"]
    """∂c_t/∂c_{t−1} = f"""
    through: Float[Array, "*axes hidden"]
    """∂h_t/∂c_t = o sech² c_t"""
    input: Float[Array, "*axes hidden"]
    """∂c_t/∂a_i = g σ′(a_i)"""
    forget: Float[Array, "*axes hidden"]
    """∂c_t/∂a_f = c_{t−1} σ′(a_f)"""
    output: Float[Array, "*axes hidden"]
    """∂h_t/∂a_o = tanh(c_t) σ′(a_o)"""
    candidate: Float[Array, "*axes hidden"]
    """∂c_t/∂a_g = i sech² a_g"""


class LSTM(Cell):
    """Long short-term memory, without peepholes.

        i_t = σ(W_i h_{t−1} + U_i x_t + b_i)              input gate
        f_t = σ(W_f h_{t−1} + U_f x_t + b_f)              forget gate
        o_t = σ(W_o h_{t−1} + U_o x_t + b_o)              output gate
        g_t = tanh(W_g h_{t−1} + U_g x_t + b_g)           candidate
        c_t = f_t ∗ c_{t−1} + i_t ∗ g_t                   cell
        h_t = o_t ∗ tanh(c_t)

    The state is (h, c), 2n numbers; losses and readouts see h. f keeps: the gradient passes where f → 1, and a large
    b_f remembers. The loss enters through h_T, so a step back first goes through o ∗ sech² c.

    Adjoint, with δ = (δh, δc) and ε = δc + o sech²(c_t) ∗ δh, the whole cotangent of c_t:

        α_o = tanh(c_t) σ′(a_o) δh
        α_i = g σ′(a_i) ε,   α_f = c_{t−1} σ′(a_f) ε,   α_g = i sech²(a_g) ε
        uses: leak (0, f ∗ ε),   input (W_iᵀ α_i, 0),   forget (W_fᵀ α_f, 0),   output (W_oᵀ α_o, 0),
              candidate (W_gᵀ α_g, 0)

    Without weights every step multiplies δc by σ(b_f): 0.731 with forget bias 1 (Jozefowicz, Zaremba & Sutskever 2015).

    Source: Hochreiter & Schmidhuber 1997; the forget gate is from Gers, Schmidhuber & Cummins 2000; in this form, with
    h in all gates and no peepholes, Zaremba, Sutskever & Vinyals 2014, and PyTorch, Keras, Flax and Equinox.
    """

    Init: ClassVar[type[LSTMInit]] = LSTMInit
    Uses: ClassVar[Any] = LSTMUses
    recurrent: ClassVar[tuple[str, ...]] = ("input_gate", "forget_gate", "output_gate", "candidate")
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = PRESETS

    kind: Literal["lstm"] = "lstm"

    @property
    def state_size(self) -> int:
        """The state is (h, c): 2n numbers."""
        return 2 * self.hidden

    @property
    def parts(self) -> Mapping[str, slice]:
        """First h, then c."""
        return {"h": slice(0, self.hidden), "c": slice(self.hidden, 2 * self.hidden)}

    @property
    def gate_functions(self) -> Mapping[str, GateFunction]:
        """Three sigmoid gates, a tanh candidate, and the tanh that the cell is read through."""
        gates = dict.fromkeys(("input", "forget", "output"), GateFunction.sigmoid)
        return {**gates, "candidate": GateFunction.tanh, "cell": GateFunction.tanh}

    @property
    def linear_in_state(self) -> bool:
        """The gates read h."""
        return False

    def equations(self) -> str:
        """Return the equations."""
        return (
            "i_t = sigma(W_i h_(t-1) + U_i x_t + b_i)\n"
            "f_t = sigma(W_f h_(t-1) + U_f x_t + b_f)\n"
            "o_t = sigma(W_o h_(t-1) + U_o x_t + b_o)\n"
            "g_t = tanh(W_g h_(t-1) + U_g x_t + b_g)\n"
            "c_t = f_t * c_(t-1) + i_t * g_t\n"
            "h_t = o_t * tanh(c_t)"
        )

    def parameter_shapes(self, input_size: int) -> LSTMParams:
        """Shapes of the four recurrent matrices and the stacked rest."""
        n = self.hidden
        square = (n, n)
        return LSTMParams(square, square, square, square, (4, n, input_size), (4, n))  # type: ignore[arg-type]

    def draw(self, init: LSTMInit, input_size: int, streams: Streams) -> LSTMParams:
        """Draw all weights. Two bias vectors of one gate (PyTorch) are drawn apart and added: only the sum matters."""
        n = self.hidden
        recurrent = initializers.stack(init.recurrent, streams, "weights.recurrent", GATES, n, n, init.scope)
        inputs = initializers.stack(init.input, streams, "weights.input", GATES, input_size, n, init.scope)

        def biases(of: Bias, purpose: str) -> np.ndarray:
            return np.stack([of.vector(streams(f"{purpose}.{gate}"), n, KEEPS[gate]) for gate in GATES])

        def own(of: Bias, gate: str) -> np.ndarray:
            return of.vector(streams(f"weights.{gate}_bias"), n, KEEPS[gate])

        bias = biases(init.bias, "weights.bias") + biases(init.recurrent_bias, "weights.recurrent_bias")
        forget = own(init.forget_bias, "forget")
        bias[0] += own(init.input_bias, "input") - (forget if init.mirror_forget_bias else 0.0)
        bias[1] += forget
        bias[2] += own(init.output_bias, "output")
        w_i, w_f, w_o, w_g = recurrent
        return LSTMParams(w_i, w_f, w_o, w_g, inputs, bias)  # type: ignore[arg-type]

    def drive(self, params: LSTMParams, x: Float[Array, " size"]) -> LSTMAffine:
        """Return U x + b of the four pre-activations."""
        return LSTMAffine(*(x @ u.T + b for u, b in zip(params.input, params.bias, strict=True)))

    def advance(
        self, params: LSTMParams, uses: LSTMUses, drive: LSTMAffine, act: Activations
    ) -> tuple[Array, LSTMGates]:
        """Return (h_t, c_t); see the class for the equations."""
        n = self.hidden
        a_i = uses.input[..., :n] @ params.input_gate.T + drive.input
        a_f = uses.forget[..., :n] @ params.forget_gate.T + drive.forget
        a_o = uses.output[..., :n] @ params.output_gate.T + drive.output
        a_g = uses.candidate[..., :n] @ params.candidate.T + drive.candidate
        c = act.sigmoid(a_f) * uses.leak[..., n:] + act.sigmoid(a_i) * act.tanh(a_g)
        h = act.sigmoid(a_o) * act.tanh(c)
        return jnp.concatenate([h, c], axis=-1), LSTMGates(a_i, a_f, a_o, a_g, c)

    def read(self, state: Float[Array, " state"]) -> Float[Array, " hidden"]:
        """The first half is h."""
        return state[..., : self.hidden]

    def linearise(self, params: LSTMParams, state: Array, drive: LSTMAffine, gates: LSTMGates) -> LSTMLocal:
        """Return the six slopes of the class's adjoint."""
        old = state[..., self.hidden :]
        return LSTMLocal(
            keep=sigmoid(gates.forget),
            through=sigmoid(gates.output) * sech2(gates.cell),
            input=tanh(gates.candidate) * sigmoid_slope(gates.input),
            forget=old * sigmoid_slope(gates.forget),
            output=tanh(gates.cell) * sigmoid_slope(gates.output),
            candidate=sigmoid(gates.input) * sech2(gates.candidate),
        )

    def pullback(self, params: LSTMParams, local: LSTMLocal, cotangent: Float[Array, " state"]) -> Pulled:
        """See the class for the derivation."""
        n = self.hidden
        of_h = cotangent[..., :n]
        of_c = cotangent[..., n:] + local.through * of_h
        alpha = LSTMAffine(
            input=local.input * of_c,
            forget=local.forget * of_c,
            output=local.output * of_h,
            candidate=local.candidate * of_c,
        )
        nothing = jnp.zeros_like(of_h)
        uses = LSTMUses(
            leak=jnp.concatenate([nothing, local.keep * of_c], axis=-1),
            input=jnp.concatenate([alpha.input @ params.input_gate, nothing], axis=-1),
            forget=jnp.concatenate([alpha.forget @ params.forget_gate, nothing], axis=-1),
            output=jnp.concatenate([alpha.output @ params.output_gate, nothing], axis=-1),
            candidate=jnp.concatenate([alpha.candidate @ params.candidate, nothing], axis=-1),
        )
        return Pulled(uses, alpha)

    def input_cotangent(self, params: LSTMParams, x: Array, affine: LSTMAffine) -> Float[Array, " size"]:
        """U_iᵀ α_i + U_fᵀ α_f + U_oᵀ α_o + U_gᵀ α_g."""
        u_i, u_f, u_o, u_g = params.input
        return affine.input @ u_i + affine.forget @ u_f + affine.output @ u_o + affine.candidate @ u_g

    def weight_cotangent(
        self, params: LSTMParams, local: LSTMLocal, state: Array, x: Array, affine: LSTMAffine
    ) -> LSTMParams:
        """Σ α hᵀ, Σ α xᵀ, Σ α: one product over all steps and samples for each matrix."""
        h, alphas = state[..., : self.hidden], jnp.stack(affine, axis=-2)
        return LSTMParams(
            input_gate=jnp.einsum("...i,...j->ij", affine.input, h),
            forget_gate=jnp.einsum("...i,...j->ij", affine.forget, h),
            output_gate=jnp.einsum("...i,...j->ij", affine.output, h),
            candidate=jnp.einsum("...i,...j->ij", affine.candidate, h),
            input=jnp.einsum("...gi,...j->gij", alphas, x),
            bias=jnp.einsum("...gi->gi", alphas),
        )
