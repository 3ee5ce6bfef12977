"""The minimal gated unit, in both conventions that go by that name."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple, Self

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float
from pydantic import model_validator

from gru_vanish import initializers
from gru_vanish.activations import sech2, sigmoid, sigmoid_slope, tanh
from gru_vanish.contracts import Activations, Cell, GateFunction, Node, Pulled, Streams
from gru_vanish.initializers import NO_BIAS, UNIFORM, ZERO_BIAS, Bias, Matrix, Scope

GATES = ("forget", "candidate")

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "zhou2016": {"reset": "before", "forget_gate": "replaces", "candidate_bias": "outside"},
    # flax.linen.MGUCell: f keeps, after the product; LeCun input, orthogonal recurrent; biases 0 but 1 for the gate.
    "flax_linen": {
        "reset": "after",
        "forget_gate": "keeps",
        "candidate_bias": "both",
        "init": {"recurrent": "orthogonal", "input": "lecun", "bias": "zeros", "forget_bias": 1.0, "scope": "per_gate"},
    },
}


class MGUInit(Node):
    """How the weights of an MGU are drawn. The gate's own bias is added to what ``bias`` draws."""

    recurrent: Matrix = UNIFORM
    input: Matrix = UNIFORM
    bias: Bias = ZERO_BIAS
    recurrent_bias: Bias = ZERO_BIAS
    forget_bias: Bias = NO_BIAS
    scope: Scope = "per_gate"


class MGUParams(NamedTuple):
    """Weights of an MGU; input weights and biases are stacked in the order forget, candidate."""

    forget: Float[Array, "hidden hidden"]
    """W_f"""
    candidate: Float[Array, "hidden hidden"]
    """W_h"""
    input: Float[Array, "2 hidden size"]
    """U_f, U_h"""
    bias: Float[Array, "2 hidden"]
    """b_f, b_h"""
    inner_bias: Float[Array, " hidden"]
    """b_hn, inside the reset product; zero unless ``candidate_bias`` is ``both``"""


class MGUUses(NamedTuple):
    """Where h_{t−1} enters."""

    leak: Float[Array, "*axes hidden"]
    """the old state that is kept"""
    forget: Float[Array, "*axes hidden"]
    """in a_f, the gate that updates and resets"""
    candidate: Float[Array, "*axes hidden"]
    """in the candidate, beside f"""


class MGUDrive(NamedTuple):
    """U x + b, gate by gate."""

    forget: Float[Array, "*axes hidden"]
    candidate: Float[Array, "*axes hidden"]


class MGUGates(NamedTuple):
    """Pre-activations, or their cotangents."""

    forget: Float[Array, "*axes hidden"]
    """a_f"""
    candidate: Float[Array, "*axes hidden"]
    """a_h"""
    inner: Float[Array, "*axes hidden"] | None
    """m = W_h h + b_hn where the reset acts after; no pre-activation of its own (None) where it acts before"""


class MGULocal(NamedTuple):
    """What one step back needs; k is the kept share, σ or its complement by convention."""

    keep: Float[Array, "*axes hidden"]
    """∂h_t/∂h_{t−1} of the leak: k"""
    update: Float[Array, "*axes hidden"]
    """∂h_t/∂a_f where f updates: ±(h̃ − h) σ′(a_f)"""
    candidate: Float[Array, "*axes hidden"]
    """∂h_t/∂a_h = (1 − k) sech² a_h"""
    f: Float[Array, "*axes hidden"]
    """the gate"""
    reset: Float[Array, "*axes hidden"]
    """∂(f ∗ v)/∂a_f = v σ′(a_f) where f resets, v = h if the reset acts before and v = m if after"""


class MGU(Cell):
    """Minimal gated unit: a GRU whose reset gate is its update gate.

        f_t = σ(W_f h_{t−1} + U_f x_t + b_f)                         the one gate
        h̃_t = tanh(W_h (f_t ∗ h_{t−1}) + U_h x_t + b_h)              reset: before (the source; default)
        h̃_t = tanh(f_t ∗ (W_h h_{t−1} + b_hn) + U_h x_t + b_h)       reset: after
        h_t = (1 − f_t) ∗ h_{t−1} + f_t ∗ h̃_t                        forget_gate: replaces (the source; default)
        h_t = f_t ∗ h_{t−1} + (1 − f_t) ∗ h̃_t                        forget_gate: keeps

    With ``replaces`` a unit that is kept (f → 0) also hides its old state from the candidate; with ``keeps`` (Flax) it
    shows it. These are two cells, not two names of one: turning the sign of f does not lead from one to the other.
    The gradient passes where the kept share is near 1: f → 0 with ``replaces``, f → 1 with ``keeps``.

    Adjoint, with k the kept share, c = 1 − k, and m = W_h h + b_hn:

        α_h = c sech²(a_h) δ
        before:  p = W_hᵀ α_h,   ρ = h ∗ p,     candidate use f ∗ p
        after:   μ = f ∗ α_h,    ρ = m ∗ α_h,   candidate use W_hᵀ μ
        α_f = σ′(a_f) (±(h̃ − h) δ + ρ)          (+ replaces, − keeps)
        uses:    leak k ∗ δ,  forget W_fᵀ α_f

    Source: Zhou, Wu, Zhang & Zhou 2016 (IJAC 13, 226), table 1; ``after`` and ``keeps`` are flax.linen.MGUCell.
    """

    Init: ClassVar[type[MGUInit]] = MGUInit
    Uses: ClassVar[Any] = MGUUses
    recurrent: ClassVar[tuple[str, ...]] = ("forget", "candidate")
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = PRESETS

    kind: Literal["mgu"] = "mgu"
    reset: Literal["before", "after"] = "before"
    forget_gate: Literal["replaces", "keeps"] = "replaces"
    candidate_bias: Literal["outside", "both"] = "outside"

    @model_validator(mode="after")
    def _inner_bias_needs_reset_after(self) -> Self:
        if self.candidate_bias == "both" and self.reset == "before":
            raise ValueError("candidate_bias: both needs reset: after; before the product there is no place for b_hn")
        return self

    @property
    def state_size(self) -> int:
        """The state is h: n numbers."""
        return self.hidden

    @property
    def fixed(self) -> tuple[str, ...]:
        """b_hn is a weight with ``candidate_bias: both`` alone."""
        return () if self.candidate_bias == "both" else ("inner_bias",)

    @property
    def gate_functions(self) -> Mapping[str, GateFunction]:
        """One sigmoid gate and a tanh candidate."""
        gates = {"forget": GateFunction.sigmoid, "candidate": GateFunction.tanh}
        return gates if self.reset == "before" else {**gates, "inner": GateFunction.identity}

    @property
    def linear_in_state(self) -> bool:
        """The gate reads the state."""
        return False

    def equations(self) -> str:
        """Return the equations in this cell's conventions."""
        inner = "W_h h_(t-1) + b_hn" if self.candidate_bias == "both" else "W_h h_(t-1)"
        candidate = "W_h (f_t * h_(t-1))" if self.reset == "before" else f"f_t * ({inner})"
        keep, take = ("(1 - f_t)", "f_t") if self.forget_gate == "replaces" else ("f_t", "(1 - f_t)")
        return (
            "f_t = sigma(W_f h_(t-1) + U_f x_t + b_f)\n"
            f"c_t = tanh({candidate} + U_h x_t + b_h)\n"
            f"h_t = {keep} * h_(t-1) + {take} * c_t"
        )

    def parameter_shapes(self, input_size: int) -> MGUParams:
        """Shapes of the two recurrent matrices and the stacked rest."""
        n = self.hidden
        return MGUParams((n, n), (n, n), (2, n, input_size), (2, n), (n,))  # type: ignore[arg-type]

    def draw(self, init: MGUInit, input_size: int, streams: Streams) -> MGUParams:
        """Draw all weights; a distribution of time scales gets the sign of the convention."""
        n, keeps = self.hidden, self.forget_gate == "keeps"
        recurrent = initializers.stack(init.recurrent, streams, "weights.recurrent", GATES, n, n, init.scope)
        inputs = initializers.stack(init.input, streams, "weights.input", GATES, input_size, n, init.scope)
        outer, hidden = (
            np.stack([of.vector(streams(f"weights.{name}.{gate}"), n, keeps) for gate in GATES])
            for name, of in (("bias", init.bias), ("recurrent_bias", init.recurrent_bias))
        )
        separate = self.candidate_bias == "both"
        outer[0] += hidden[0] + init.forget_bias.vector(streams("weights.forget_bias"), n, keeps)
        outer[1] += 0.0 if separate else hidden[1]
        inner = hidden[1] if separate else np.zeros(n)
        w_f, w_h = recurrent
        return MGUParams(w_f, w_h, inputs, outer, inner)  # type: ignore[arg-type]

    def drive(self, params: MGUParams, x: Float[Array, " size"]) -> MGUDrive:
        """Return U x + b of the two pre-activations."""
        return MGUDrive(*(x @ u.T + b for u, b in zip(params.input, params.bias, strict=True)))

    def advance(self, params: MGUParams, uses: MGUUses, drive: MGUDrive, act: Activations) -> tuple[Array, MGUGates]:
        """Return the new state; see the class for the equations."""
        a_f = uses.forget @ params.forget.T + drive.forget
        f, rest = act.sigmoid(a_f), act.complement(a_f)
        if self.reset == "before":
            inner = None
            a_h = (f * uses.candidate) @ params.candidate.T + drive.candidate
        else:
            inner = uses.candidate @ params.candidate.T + params.inner_bias
            a_h = f * inner + drive.candidate
        keep, take = (rest, f) if self.forget_gate == "replaces" else (f, rest)
        return keep * uses.leak + take * act.tanh(a_h), MGUGates(a_f, a_h, inner)

    def read(self, state: Float[Array, " hidden"]) -> Float[Array, " hidden"]:
        """The state is h."""
        return state

    def linearise(self, params: MGUParams, state: Array, drive: MGUDrive, gates: MGUGates) -> MGULocal:
        """Return the five slopes of the class's adjoint."""
        slope, f, rest = sigmoid_slope(gates.forget), sigmoid(gates.forget), sigmoid(-gates.forget)
        keep, take, sign = (rest, f, 1) if self.forget_gate == "replaces" else (f, rest, -1)
        gated = state if gates.inner is None else gates.inner
        return MGULocal(
            keep=keep,
            update=sign * (tanh(gates.candidate) - state) * slope,
            candidate=take * sech2(gates.candidate),
            f=f,
            reset=gated * slope,
        )

    def pullback(self, params: MGUParams, local: MGULocal, cotangent: Float[Array, " hidden"]) -> Pulled:
        """See the class for the derivation."""
        alpha_h = local.candidate * cotangent
        if self.reset == "before":
            inner = alpha_h
            p = alpha_h @ params.candidate
            reset, candidate = local.reset * p, local.f * p
        else:
            inner = local.f * alpha_h
            reset, candidate = local.reset * alpha_h, inner @ params.candidate
        alpha_f = local.update * cotangent + reset
        uses = MGUUses(leak=local.keep * cotangent, forget=alpha_f @ params.forget, candidate=candidate)
        return Pulled(uses, MGUGates(alpha_f, alpha_h, inner))

    def input_cotangent(self, params: MGUParams, x: Array, affine: MGUGates) -> Float[Array, " size"]:
        """U_fᵀ α_f + U_hᵀ α_h."""
        u_f, u_h = params.input
        return affine.forget @ u_f + affine.candidate @ u_h

    def weight_cotangent(
        self, params: MGUParams, local: MGULocal, state: Array, x: Array, affine: MGUGates
    ) -> MGUParams:
        """Σ α (what the matrix multiplied)ᵀ: one product over all steps and samples for each matrix."""
        alphas = jnp.stack((affine.forget, affine.candidate), axis=-2)
        seen = local.f * state if self.reset == "before" else state
        # α of b_hn, which does not enter where the reset acts before.
        inner = jnp.zeros_like(affine.candidate) if self.reset == "before" else affine.inner
        return MGUParams(
            forget=jnp.einsum("...i,...j->ij", affine.forget, state),
            candidate=jnp.einsum("...i,...j->ij", affine.inner, seen),
            input=jnp.einsum("...gi,...j->gij", alphas, x),
            bias=jnp.einsum("...gi->gi", alphas),
            inner_bias=jnp.einsum("...i->i", inner),
        )
