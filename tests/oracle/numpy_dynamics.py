"""Reference steps in float64 NumPy of the cells that come from dynamical systems, and of plain ones by another name.

As in `tests.oracle.numpy_gated` only the step is written out, here from the differential equation or the matrix that
it stands for, and its derivatives come from complex steps.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tests.oracle.numpy_gated import ByComplexStep, Uses, affine, sigmoid
from tests.oracle.numpy_networks import Activation, Array


@dataclass(frozen=True)
class Plain(ByComplexStep):
    """h ← φ(W [h, x] + b), W (n, n + m)."""

    weights: Array
    biases: Array
    activation: Activation
    uses: ClassVar[tuple[str, ...]] = ("recurrent",)

    def advance(self, uses: Uses, x: Array) -> Any:
        a = affine(self.weights, self.biases, uses["recurrent"], x)
        return {"tanh": np.tanh(a), "relu": np.where(a.real > 0, a, 0), "identity": a}[self.activation]


@dataclass(frozen=True)
class EulerFlow(ByComplexStep):
    """One Euler step of h' = tanh(M h + V x + b), M an antisymmetric matrix less γ on its diagonal.

    A is given by its upper triangle: M_ij = A_ij for i < j, −A_ji for i > j.
    """

    upper: Array
    inputs: Array
    biases: Array
    step_size: float
    diffusion: float
    uses: ClassVar[tuple[str, ...]] = ("leak", "recurrent")

    def advance(self, uses: Uses, x: Array) -> Any:
        n = len(self.biases)
        matrix = np.diag(np.full(n, -self.diffusion))
        for i in range(n):
            for j in range(i + 1, n):
                matrix[i, j], matrix[j, i] = self.upper[i, j], -self.upper[i, j]
        field = np.tanh(uses["recurrent"] @ matrix.T + x @ self.inputs.T + self.biases)
        return uses["leak"] + self.step_size * field


@dataclass(frozen=True)
class Oscillators(ByComplexStep):
    """y'' = tanh(W [y, z, x] + b) − γ y − ε y', z = y'; state (y, z). W (n, 2n + m).

    The new z solves z_new = z + Δt (force − ε z̄), with z̄ = z or, implicit, z_new, found by a linear solve.
    """

    weights: Array
    biases: Array
    step_size: float
    stiffness: float
    friction: float
    implicit: bool
    uses: ClassVar[tuple[str, ...]] = ("drift", "leak", "spring", "position", "velocity")

    def advance(self, uses: Uses, x: Array) -> Any:
        n, dt = len(self.biases), self.step_size
        inside = np.concatenate([uses["position"][:, :n], uses["velocity"][:, n:]], axis=1)
        force = np.tanh(affine(self.weights, self.biases, inside, x)) - self.stiffness * uses["spring"][:, :n]
        z = uses["leak"][:, n:]
        new = z + dt * force - (0 if self.implicit else dt * self.friction * z)
        if self.implicit:
            new = np.linalg.solve((1 + dt * self.friction) * np.eye(n), new.T).T
        return np.concatenate([uses["drift"][:, :n] + dt * new, new], axis=1)


@dataclass(frozen=True)
class ExpressiveMemory(ByComplexStep):
    """Two leaky parts with a time step for each unit; state (y, z). Every matrix is [W, V] (n, n + m)."""

    matrices: dict[str, Array]
    biases: dict[str, Array]
    step_size: float
    uses: ClassVar[tuple[str, ...]] = ("leak_z", "leak_y", "step_z", "step_y", "candidate_z")

    def advance(self, uses: Uses, x: Array) -> Any:
        n = len(self.biases["step_z"])

        def a(name: str, h: Any) -> Any:
            return affine(self.matrices[name], self.biases[name], h, x)

        by_z, by_y = (self.step_size * sigmoid(a(name, uses[name][:, :n])) for name in ("step_z", "step_y"))
        old_z, old_y = uses["leak_z"][:, n:], uses["leak_y"][:, :n]
        z = old_z + by_z * (np.tanh(a("candidate_z", uses["candidate_z"][:, :n])) - old_z)
        y = old_y + by_y * (np.tanh(a("candidate_y", z)) - old_y)
        return np.concatenate([y, z], axis=1)


@dataclass(frozen=True)
class Spirals(ByComplexStep):
    """s ← λ s + B x, λ = exp(−ν + iθ), as the real matrix that acts on the state (Re s, Im s).

    inputs (2n, m): the rows of Re B, then of Im B, scaled.
    """

    nu: Array
    theta: Array
    inputs: Array
    uses: ClassVar[tuple[str, ...]] = ("leak",)

    @property
    def matrix(self) -> Array:
        """The (2n, 2n) matrix of a step."""
        eigenvalues = np.exp(-self.nu + 1j * self.theta)
        real, imaginary = np.diag(eigenvalues.real), np.diag(eigenvalues.imag)
        return np.block([[real, -imaginary], [imaginary, real]])

    def advance(self, uses: Uses, x: Array) -> Any:
        return uses["leak"] @ self.matrix.T + x @ self.inputs.T
