"""The gated recurrent unit, in all the conventions that go by that name."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple, Self

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float
from pydantic import model_validator

from gru_vanish import initializers
from gru_vanish.activations import sech2, sigmoid, sigmoid_slope, tanh
from gru_vanish.cells.gru_presets import PRESETS
from gru_vanish.cells.sums import outer, total
from gru_vanish.contracts import Activations, Cell, GateFunction, Node, Pulled, Streams
from gru_vanish.initializers import NO_BIAS, UNIFORM, ZERO_BIAS, Bias, Matrix, Scope

GATES = ("reset", "update", "candidate")


class GRUInit(Node):
    """How the weights of a GRU are drawn. The gates' own biases are added to what ``bias`` draws."""

    recurrent: Matrix = UNIFORM
    input: Matrix = UNIFORM
    bias: Bias = ZERO_BIAS
    recurrent_bias: Bias = ZERO_BIAS
    reset_bias: Bias = NO_BIAS
    update_bias: Bias = NO_BIAS
    scope: Scope = "per_gate"


class GRUParams(NamedTuple):
    """Weights of a GRU; input weights and biases are stacked in the order reset, update, candidate."""

    reset: Float[Array, "hidden hidden"]
    """W_r"""
    update: Float[Array, "hidden hidden"]
    """W_z"""
    candidate: Float[Array, "hidden hidden"]
    """W_h"""
    input: Float[Array, "3 hidden size"]
    """U_r, U_z, U_h"""
    bias: Float[Array, "3 hidden"]
    """b_r, b_z, b_h"""
    inner_bias: Float[Array, " hidden"]
    """b_hn, inside the reset product; zero unless ``candidate_bias`` is ``both``"""


class GRUUses(NamedTuple):
    """Where h_{t−1} enters."""

    leak: Float[Array, "*axes hidden"]
    """the old state that is kept"""
    update: Float[Array, "*axes hidden"]
    """in a_z"""
    candidate: Float[Array, "*axes hidden"]
    """in the candidate, beside r"""
    reset: Float[Array, "*axes hidden"]
    """in a_r"""


class GRUDrive(NamedTuple):
    """U x + b, gate by gate."""

    reset: Float[Array, "*axes hidden"]
    update: Float[Array, "*axes hidden"]
    candidate: Float[Array, "*axes hidden"]


class GRUGates(NamedTuple):
    """Pre-activations, or their cotangents."""

    reset: Float[Array, "*axes hidden"]
    """a_r"""
    update: Float[Array, "*axes hidden"]
    """a_z"""
    candidate: Float[Array, "*axes hidden"]
    """a_h"""
    inner: Float[Array, "*axes hidden"] | None
    """m = W_h h + b_hn where the reset acts after; no pre-activation of its own (None) where it acts before"""


class GRULocal(NamedTuple):
    """What one step back needs; s is σ or its complement by convention."""

    keep: Float[Array, "*axes hidden"]
    """∂h_t/∂h_{t−1} of the leak: the kept share"""
    update: Float[Array, "*axes hidden"]
    """∂h_t/∂a_z = ±(h̃ − h) σ′(a_z)"""
    candidate: Float[Array, "*axes hidden"]
    """∂h_t/∂a_h = (1 − keep) sech² a_h"""
    inner: Float[Array, "*axes hidden"]
    """r if the reset acts before, ∂h_t/∂m = r ∂h_t/∂a_h if after"""
    reset: Float[Array, "*axes hidden"]
    """∂(r ∗ h)/∂a_r = h σ′(a_r) if the reset acts before, ∂h_t/∂a_r = m σ′(a_r) ∂h_t/∂a_h if after"""


class GRU(Cell):
    """Gated recurrent unit.

        r_t = σ(W_r h_{t−1} + U_r x_t + b_r)                         reset gate
        z_t = σ(W_z h_{t−1} + U_z x_t + b_z)                         update gate
        h̃_t = tanh(W_h (r_t ∗ h_{t−1}) + U_h x_t + b_h)              reset: before (the article; default)
        h̃_t = tanh(r_t ∗ (W_h h_{t−1} + b_hn) + U_h x_t + b_h)       reset: after
        h_t = (1 − z_t) ∗ h_{t−1} + z_t ∗ h̃_t                        update_gate: replaces (the article; default)
        h_t = z_t ∗ h_{t−1} + (1 − z_t) ∗ h̃_t                        update_gate: keeps

    Which way z points decides every sentence about it: with ``replaces`` the gradient passes where z → 0, with
    ``keeps`` where z → 1. b_hn exists with ``candidate_bias: both``, and only where the reset acts after.

    Adjoint, with k the kept share, c = 1 − k, and m = W_h h + b_hn:

        α_z = ±(h̃ − h) σ′(a_z) δ        (+ replaces, − keeps)
        α_h = c sech²(a_h) δ
        before:  p = W_hᵀ α_h,   α_r = h σ′(a_r) p,     candidate use r ∗ p
        after:   μ = r ∗ α_h,    α_r = m σ′(a_r) α_h,   candidate use W_hᵀ μ
        uses:    leak k ∗ δ,  update W_zᵀ α_z,  reset W_rᵀ α_r

    Source: Cho et al. 2014 (EMNLP), the hidden unit that adaptively remembers and forgets; Chung et al. 2014; the
    article writes Chung's form without biases.
    """

    Init: ClassVar[type[GRUInit]] = GRUInit
    Uses: ClassVar[Any] = GRUUses
    recurrent: ClassVar[tuple[str, ...]] = ("reset", "update", "candidate")
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = PRESETS

    kind: Literal["gru"] = "gru"
    reset: Literal["before", "after"] = "before"
    update_gate: Literal["replaces", "keeps"] = "replaces"
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
        """Two sigmoid gates and a tanh candidate."""
        sigmoid_gate, free = GateFunction.sigmoid, GateFunction.identity
        gates = {"reset": sigmoid_gate, "update": sigmoid_gate, "candidate": GateFunction.tanh}
        return gates if self.reset == "before" else {**gates, "inner": free}

    @property
    def linear_in_state(self) -> bool:
        """The gates read the state."""
        return False

    def equations(self) -> str:
        """Return the equations in this cell's conventions."""
        inner = "W_h h_(t-1) + b_hn" if self.candidate_bias == "both" else "W_h h_(t-1)"
        candidate = "W_h (r_t * h_(t-1))" if self.reset == "before" else f"r_t * ({inner})"
        keep, take = ("(1 - z_t)", "z_t") if self.update_gate == "replaces" else ("z_t", "(1 - z_t)")
        return (
            "r_t = sigma(W_r h_(t-1) + U_r x_t + b_r)\n"
            "z_t = sigma(W_z h_(t-1) + U_z x_t + b_z)\n"
            f"c_t = tanh({candidate} + U_h x_t + b_h)\n"
            f"h_t = {keep} * h_(t-1) + {take} * c_t"
        )

    def parameter_shapes(self, input_size: int) -> GRUParams:
        """Shapes of the stacked weights."""
        n = self.hidden
        return GRUParams((n, n), (n, n), (n, n), (3, n, input_size), (3, n), (n,))  # type: ignore[arg-type]

    def draw(self, init: GRUInit, input_size: int, streams: Streams) -> GRUParams:
        """Draw all weights; a distribution of time scales gets the sign of the convention."""
        n, keeps = self.hidden, self.update_gate == "keeps"
        recurrent = initializers.stack(init.recurrent, streams, "weights.recurrent", GATES, n, n, init.scope)
        inputs = initializers.stack(init.input, streams, "weights.input", GATES, input_size, n, init.scope)
        outer = np.stack([init.bias.vector(streams(f"weights.bias.{gate}"), n, keeps) for gate in GATES])
        hidden = np.stack(
            [init.recurrent_bias.vector(streams(f"weights.recurrent_bias.{gate}"), n, keeps) for gate in GATES]
        )
        separate = self.candidate_bias == "both"
        outer[:2] += hidden[:2]
        outer[2] += 0.0 if separate else hidden[2]
        outer[0] += init.reset_bias.vector(streams("weights.reset_bias"), n, keeps)
        outer[1] += init.update_bias.vector(streams("weights.update_bias"), n, keeps)
        inner = hidden[2] if separate else np.zeros(n)
        w_r, w_z, w_h = recurrent
        return GRUParams(w_r, w_z, w_h, inputs, outer, inner)  # type: ignore[arg-type]

    def drive(self, params: GRUParams, x: Float[Array, " size"]) -> GRUDrive:
        """Return U x + b of the three pre-activations."""
        return GRUDrive(*(x @ u.T + b for u, b in zip(params.input, params.bias, strict=True)))

    def advance(self, params: GRUParams, uses: GRUUses, drive: GRUDrive, act: Activations) -> tuple[Array, GRUGates]:
        """Return the new state; see the class for the equations."""
        a_r = uses.reset @ params.reset.T + drive.reset
        a_z = uses.update @ params.update.T + drive.update
        r = act.sigmoid(a_r)
        if self.reset == "before":
            inner = None
            a_h = (r * uses.candidate) @ params.candidate.T + drive.candidate
        else:
            inner = uses.candidate @ params.candidate.T + params.inner_bias
            a_h = r * inner + drive.candidate
        keep, take = act.complement(a_z), act.sigmoid(a_z)
        if self.update_gate == "keeps":
            keep, take = take, keep
        return keep * uses.leak + take * act.tanh(a_h), GRUGates(a_r, a_z, a_h, inner)

    def read(self, state: Float[Array, " hidden"]) -> Float[Array, " hidden"]:
        """The state is h."""
        return state

    def linearise(self, params: GRUParams, state: Array, drive: GRUDrive, gates: GRUGates) -> GRULocal:
        """Return the five slopes of the class's adjoint."""
        keeps = self.update_gate == "keeps"
        sign = -1 if keeps else 1
        keep = sigmoid(gates.update if keeps else -gates.update)
        take = sigmoid(-gates.update if keeps else gates.update)
        candidate = take * sech2(gates.candidate)
        r, slope = sigmoid(gates.reset), sigmoid_slope(gates.reset)
        # Multiplied here, once for all cotangents: so a reverse pass reads four arrays in every step and not five.
        inner, reset = (r, state * slope) if gates.inner is None else (r * candidate, gates.inner * slope * candidate)
        return GRULocal(
            keep=keep,
            update=sign * (tanh(gates.candidate) - state) * sigmoid_slope(gates.update),
            candidate=candidate,
            inner=inner,
            reset=reset,
        )

    def pullback(self, params: GRUParams, local: GRULocal, cotangent: Float[Array, " hidden"]) -> Pulled:
        """See the class for the derivation."""
        alpha_z = local.update * cotangent
        alpha_h = local.candidate * cotangent
        if self.reset == "before":
            inner = alpha_h
            p = alpha_h @ params.candidate
            alpha_r, candidate = local.reset * p, local.inner * p
        else:
            inner = local.inner * cotangent
            alpha_r, candidate = local.reset * cotangent, inner @ params.candidate
        uses = GRUUses(
            leak=local.keep * cotangent,
            update=alpha_z @ params.update,
            candidate=candidate,
            reset=alpha_r @ params.reset,
        )
        return Pulled(uses, GRUGates(alpha_r, alpha_z, alpha_h, inner))

    def input_cotangent(self, params: GRUParams, x: Array, affine: GRUGates) -> Float[Array, " size"]:
        """U_rᵀ α_r + U_zᵀ α_z + U_hᵀ α_h."""
        u_r, u_z, u_h = params.input
        return affine.reset @ u_r + affine.update @ u_z + affine.candidate @ u_h

    def weight_cotangent(
        self, params: GRUParams, local: GRULocal, state: Array, x: Array, affine: GRUGates
    ) -> GRUParams:
        """Σ α (what the matrix multiplied)ᵀ: one product over all steps and samples for each matrix."""
        assert affine.inner is not None
        alphas = (affine.reset, affine.update, affine.candidate)
        seen = local.inner * state if self.reset == "before" else state
        # α of b_hn, which does not enter where the reset acts before.
        inner = jnp.zeros_like(affine.candidate) if self.reset == "before" else affine.inner
        return GRUParams(
            reset=outer(affine.reset, state),
            update=outer(affine.update, state),
            candidate=outer(affine.inner, seen),
            input=jnp.stack([outer(alpha, x) for alpha in alphas]),
            bias=jnp.stack([total(alpha) for alpha in alphas]),
            inner_bias=total(inner),
        )
