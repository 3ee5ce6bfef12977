"""Reference steps of further gated cells in float64 NumPy, written as their sources write them: [h, x] side by side.

Only the step is written out. Its derivatives come from complex steps: f(h + iε e_j) has the imaginary part ε ∂f/∂h_j
without any difference being taken, so with ε = 1e-30 they are right to rounding. Nothing is derived by hand and
nothing is differentiated by reverse mode.

Every method takes a batch: h, δ (B, state), x (B, m). ``uses`` holds the old state under the name of every place where
it enters.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from tests.oracle.numpy_networks import Array

EPSILON = 1e-30
Uses = dict[str, Any]


def sigmoid(a: Any) -> Any:
    """σ(a), for complex a too."""
    return 1.0 / (1.0 + np.exp(-a))


def affine(weights: Array, biases: Array, h: Any, x: Array) -> Any:
    """[h, x] Wᵀ + b with W (rows, n + m)."""
    return np.concatenate([h, x], axis=1) @ weights.T + biases


class ByComplexStep(ABC):
    """A network that gives its step; `numpy_gradients` and the tests read the rest."""

    uses: ClassVar[tuple[str, ...]]

    @abstractmethod
    def advance(self, uses: Uses, x: Array) -> Any:
        """The new state (B, state), complex where a use is."""

    def step(self, h: Array, x: Array) -> Array:
        return np.asarray(self.advance(dict.fromkeys(self.uses, h), x))

    def use_jacobians(self, h: Array, x: Array) -> dict[str, Array]:
        """∂(new state)/∂use, (B, state, state)."""
        found = {}
        for name in self.uses:
            columns = []
            for unit in np.eye(h.shape[1]):
                moved = {**dict.fromkeys(self.uses, h), name: h + 1j * EPSILON * unit}
                columns.append(self.advance(moved, x).imag / EPSILON)
            found[name] = np.stack(columns, axis=2)
        return found

    def use_cotangents(self, h: Array, x: Array, cotangent: Array) -> dict[str, Array]:
        """(∂(new state)/∂use)ᵀ δ, (B, state)."""
        jacobians = self.use_jacobians(h, x)
        return {name: np.einsum("bij,bi->bj", jacobian, cotangent) for name, jacobian in jacobians.items()}


@dataclass(frozen=True)
class LSTM(ByComplexStep):
    """(i, f, o, g) = (σ, σ, σ, tanh)(W [h, x] + b), c ← f∗c + i∗g, h ← o∗tanh c; state (h, c).

    W (4n, n + m) and b (4n,), rows in the order i, f, o, g.
    """

    weights: Array
    biases: Array
    uses: ClassVar[tuple[str, ...]] = ("leak", "input", "forget", "output", "candidate")

    def advance(self, uses: Uses, x: Array) -> Any:
        n = len(self.biases) // 4
        rows = [slice(k * n, (k + 1) * n) for k in range(4)]
        a_i, a_f, a_o, a_g = (
            affine(self.weights[row], self.biases[row], uses[name][:, :n], x)
            for row, name in zip(rows, ("input", "forget", "output", "candidate"), strict=True)
        )
        c = sigmoid(a_f) * uses["leak"][:, n:] + sigmoid(a_i) * np.tanh(a_g)
        return np.concatenate([sigmoid(a_o) * np.tanh(c), c], axis=1)


@dataclass(frozen=True)
class MGU(ByComplexStep):
    """f = σ(W_f [h, x] + b_f); candidate tanh(W_h [f∗h, x] + b_h), or with f∗(W h + b_hn) for reset "after".

    forget_gate "replaces": h ← (1 − f)∗h + f∗candidate; "keeps": h ← f∗h + (1 − f)∗candidate.
    """

    gate: Array
    gate_bias: Array
    candidate: Array
    candidate_bias: Array
    inner_bias: Array
    reset: Literal["before", "after"]
    forget_gate: Literal["replaces", "keeps"]
    uses: ClassVar[tuple[str, ...]] = ("leak", "forget", "candidate")

    def advance(self, uses: Uses, x: Array) -> Any:
        n = len(self.gate_bias)
        f = sigmoid(affine(self.gate, self.gate_bias, uses["forget"], x))
        if self.reset == "before":
            a = affine(self.candidate, self.candidate_bias, f * uses["candidate"], x)
        else:
            product = uses["candidate"] @ self.candidate[:, :n].T + self.inner_bias
            a = f * product + x @ self.candidate[:, n:].T + self.candidate_bias
        keep = 1.0 - f if self.forget_gate == "replaces" else f
        return keep * uses["leak"] + (1.0 - keep) * np.tanh(a)


@dataclass(frozen=True)
class UGRNN(ByComplexStep):
    """g = σ(W_g [h, x] + b_g), c = s(W_c [h, x] + b_c), h ← g∗h + (1 − g)∗c."""

    gate: Array
    gate_bias: Array
    candidate: Array
    candidate_bias: Array
    activation: Literal["tanh", "relu"]
    uses: ClassVar[tuple[str, ...]] = ("leak", "update", "candidate")

    def advance(self, uses: Uses, x: Array) -> Any:
        g = sigmoid(affine(self.gate, self.gate_bias, uses["update"], x))
        a = affine(self.candidate, self.candidate_bias, uses["candidate"], x)
        c = np.tanh(a) if self.activation == "tanh" else np.where(a.real > 0, a, 0.0)
        return g * uses["leak"] + (1.0 - g) * c


@dataclass(frozen=True)
class MinimalRNN(ByComplexStep):
    """z = tanh(W x + b_z), u = σ(U [h, z] + b_u), h ← u∗h + (1 − u)∗z."""

    latent: Array
    latent_bias: Array
    gate: Array
    gate_bias: Array
    uses: ClassVar[tuple[str, ...]] = ("leak", "update")

    def advance(self, uses: Uses, x: Array) -> Any:
        z = np.tanh(x @ self.latent.T + self.latent_bias)
        u = sigmoid(affine(self.gate, self.gate_bias, uses["update"], z))
        return u * uses["leak"] + (1.0 - u) * z


@dataclass(frozen=True)
class MinGRU(ByComplexStep):
    """z = σ(U x + b_z), candidate V x + b_h or g of it, h ← (1 − z)∗h + z∗candidate."""

    gate: Array
    gate_bias: Array
    candidate: Array
    candidate_bias: Array
    form: Literal["identity", "positive"]
    uses: ClassVar[tuple[str, ...]] = ("leak",)

    def advance(self, uses: Uses, x: Array) -> Any:
        z = sigmoid(x @ self.gate.T + self.gate_bias)
        c = x @ self.candidate.T + self.candidate_bias
        if self.form == "positive":
            c = np.where(c >= 0, c + 0.5, sigmoid(c))
        return (1.0 - z) * uses["leak"] + z * c
