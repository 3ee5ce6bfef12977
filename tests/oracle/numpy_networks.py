"""Reference networks in float64 NumPy: one step, its Jacobians and its adjoint, each written out by hand.

Every method takes a batch: h, δ (B, n), x (B, m). Nothing is differentiated automatically; derivatives are
taken from the pre-activation a, as sech²(a) or σ(a)σ(−a): non-zero also where 1 − y² has rounded to 0.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Activation = Literal["tanh", "relu", "identity"]


def sigmoid(a: Array) -> Array:
    """σ(a), written with exp(−|a|) alone, which cannot overflow; σ(−a) is exactly what 1 − σ(a) should be."""
    decay = np.exp(-np.abs(a))
    return np.where(a >= 0, 1.0, decay) / (1.0 + decay)


def sech_squared(a: Array) -> Array:
    """tanh′(a) = 4e^(−2|a|) / (1 + e^(−2|a|))²; underflows only from |a| ≈ 354."""
    decay = np.exp(-2.0 * np.abs(a))
    return 4.0 * decay / (1.0 + decay) ** 2


def outer(cotangent: Array, value: Array) -> Array:
    """Weight cotangent of a ← W·value, one per sample: (B, n), (B, k) → (B, n, k)."""
    return cotangent[:, :, None] * value[:, None, :]


class Network(Protocol):
    """One recurrent cell with its weights; its uses of h_{t-1} sum to the whole Jacobian and adjoint."""

    def step(self, h: Array, x: Array) -> Array:
        """h_t (B, n)."""

    def use_jacobians(self, h: Array, x: Array) -> dict[str, Array]:
        """∂h_t/∂(each use of h_{t-1}), (B, n, n)."""

    def use_cotangents(self, h: Array, x: Array, cotangent: Array) -> dict[str, Array]:
        """(∂h_t/∂use)ᵀ δ, (B, n)."""

    def input_cotangent(self, h: Array, x: Array, cotangent: Array) -> Array:
        """(∂h_t/∂x_t)ᵀ δ, (B, m)."""

    def weight_cotangents(self, h: Array, x: Array, cotangent: Array) -> dict[str, Array]:
        """(∂h_t/∂θ)ᵀ δ for each weight, (B, *shape of the weight)."""


class RNNWeights(NamedTuple):
    """W (n, n), U (n, m), b (n,)."""

    W: Array
    U: Array
    b: Array


@dataclass(frozen=True)
class VanillaRNN:
    """h_t = φ(W h_{t-1} + U x_t + b); relu′(0) = 0."""

    weights: RNNWeights
    activation: Activation = "tanh"

    def _pre_activation(self, h: Array, x: Array) -> Array:
        return h @ self.weights.W.T + x @ self.weights.U.T + self.weights.b

    def _slope(self, a: Array) -> Array:
        if self.activation == "tanh":
            return sech_squared(a)
        return np.ones_like(a) if self.activation == "identity" else np.where(a > 0, 1.0, 0.0)

    def _affine_cotangent(self, h: Array, x: Array, cotangent: Array) -> Array:
        return self._slope(self._pre_activation(h, x)) * cotangent

    def step(self, h: Array, x: Array) -> Array:
        a = self._pre_activation(h, x)
        if self.activation == "tanh":
            return np.tanh(a)
        return a if self.activation == "identity" else np.maximum(a, 0.0)

    def use_jacobians(self, h: Array, x: Array) -> dict[str, Array]:
        return {"recurrent": self._slope(self._pre_activation(h, x))[:, :, None] * self.weights.W}

    def use_cotangents(self, h: Array, x: Array, cotangent: Array) -> dict[str, Array]:
        return {"recurrent": self._affine_cotangent(h, x, cotangent) @ self.weights.W}

    def input_cotangent(self, h: Array, x: Array, cotangent: Array) -> Array:
        return self._affine_cotangent(h, x, cotangent) @ self.weights.U

    def weight_cotangents(self, h: Array, x: Array, cotangent: Array) -> dict[str, Array]:
        da = self._affine_cotangent(h, x, cotangent)
        return {"W": outer(da, h), "U": outer(da, x), "b": da}


class GRUWeights(NamedTuple):
    """W_r, W_z, W_h (n, n); U_r, U_z, U_h (n, m); b_r, b_z, b_h, b_hn (n,); b_hn for reset "after" alone."""

    W_r: Array
    W_z: Array
    W_h: Array
    U_r: Array
    U_z: Array
    U_h: Array
    b_r: Array
    b_z: Array
    b_h: Array
    b_hn: Array


class GatePoint(NamedTuple):
    """What one GRU step evaluates, each (B, n); keep + take = 1, neither formed by subtraction."""

    a_r: Array
    a_z: Array
    a_h: Array
    r: Array
    keep: Array
    take: Array
    h_tilde: Array
    product: Array  # W_h h + b_hn, what r multiplies when the reset acts after the product


@dataclass(frozen=True)
class GRU:
    """r = σ(W_r h + U_r x + b_r), z = σ(W_z h + U_z x + b_z), h_t = keep∗h + take∗tanh(a_h).

    reset "before": a_h = W_h (r∗h) + U_h x + b_h;  "after": a_h = r∗(W_h h + b_hn) + U_h x + b_h.
    update_gate "replaces": take = z, keep = 1 − z;  "keeps": take = 1 − z, keep = z.
    """

    weights: GRUWeights
    reset: Literal["before", "after"] = "before"
    update_gate: Literal["replaces", "keeps"] = "replaces"

    @property
    def _sign(self) -> float:
        return 1.0 if self.update_gate == "replaces" else -1.0

    def _evaluate(self, h: Array, x: Array) -> GatePoint:
        w = self.weights
        a_r = h @ w.W_r.T + x @ w.U_r.T + w.b_r
        a_z = h @ w.W_z.T + x @ w.U_z.T + w.b_z
        r, product = sigmoid(a_r), h @ w.W_h.T + w.b_hn
        reset_product = (r * h) @ w.W_h.T if self.reset == "before" else r * product
        a_h = reset_product + x @ w.U_h.T + w.b_h
        keep, take = sigmoid(-self._sign * a_z), sigmoid(self._sign * a_z)
        return GatePoint(a_r, a_z, a_h, r, keep, take, np.tanh(a_h), product)

    def step(self, h: Array, x: Array) -> Array:
        p = self._evaluate(h, x)
        return p.keep * h + p.take * p.h_tilde

    def _affine_slopes(self, h: Array, p: GatePoint) -> tuple[Array, Array, Array]:
        """σ′(a_r), diagonal of ∂h_t/∂a_z = ±σ′(a_z)(h̃ − h), diagonal of ∂h_t/∂a_h = take∗sech²(a_h)."""
        by_update = self._sign * sigmoid(p.a_z) * sigmoid(-p.a_z) * (p.h_tilde - h)
        return sigmoid(p.a_r) * sigmoid(-p.a_r), by_update, p.take * sech_squared(p.a_h)

    def use_jacobians(self, h: Array, x: Array) -> dict[str, Array]:
        w, p = self.weights, self._evaluate(h, x)
        reset_slope, by_update, by_candidate = self._affine_slopes(h, p)
        if self.reset == "before":
            candidate = by_candidate[:, :, None] * w.W_h * p.r[:, None, :]
            reset = by_candidate[:, :, None] * (w.W_h * (h * reset_slope)[:, None, :]) @ w.W_r
        else:
            candidate = (by_candidate * p.r)[:, :, None] * w.W_h
            reset = (by_candidate * p.product * reset_slope)[:, :, None] * w.W_r
        leak = p.keep[:, :, None] * np.eye(h.shape[1])
        return {"leak": leak, "update": by_update[:, :, None] * w.W_z, "candidate": candidate, "reset": reset}

    def _affine_cotangents(self, h: Array, p: GatePoint, cotangent: Array) -> tuple[Array, Array, Array]:
        """Cotangents of a_r, a_z, a_h. A reset before the product sees a_h through W_h."""
        reset_slope, by_update, by_candidate = self._affine_slopes(h, p)
        da_h = by_candidate * cotangent
        dr = h * (da_h @ self.weights.W_h) if self.reset == "before" else p.product * da_h
        return reset_slope * dr, by_update * cotangent, da_h

    def use_cotangents(self, h: Array, x: Array, cotangent: Array) -> dict[str, Array]:
        w, p = self.weights, self._evaluate(h, x)
        da_r, da_z, da_h = self._affine_cotangents(h, p, cotangent)
        candidate = p.r * (da_h @ w.W_h) if self.reset == "before" else (p.r * da_h) @ w.W_h
        return {
            "leak": p.keep * cotangent,
            "update": da_z @ w.W_z,
            "candidate": candidate,
            "reset": da_r @ w.W_r,
        }

    def input_cotangent(self, h: Array, x: Array, cotangent: Array) -> Array:
        w = self.weights
        da_r, da_z, da_h = self._affine_cotangents(h, self._evaluate(h, x), cotangent)
        return da_r @ w.U_r + da_z @ w.U_z + da_h @ w.U_h

    def weight_cotangents(self, h: Array, x: Array, cotangent: Array) -> dict[str, Array]:
        p = self._evaluate(h, x)
        da_r, da_z, da_h = self._affine_cotangents(h, p, cotangent)
        before = self.reset == "before"
        dW_h, db_hn = (outer(da_h, p.r * h), 0.0 * da_h) if before else (outer(p.r * da_h, h), p.r * da_h)
        recurrent = {"W_r": outer(da_r, h), "W_z": outer(da_z, h), "W_h": dW_h}
        inputs = {"U_r": outer(da_r, x), "U_z": outer(da_z, x), "U_h": outer(da_h, x)}
        return recurrent | inputs | {"b_r": da_r, "b_z": da_z, "b_h": da_h, "b_hn": db_hn}
