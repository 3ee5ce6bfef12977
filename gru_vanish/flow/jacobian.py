"""The whole Jacobian ∂h_T/∂h_0 against T: all its singular values."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float

from gru_vanish.contracts import Outputs, Payload, Program, Stage, Status
from gru_vanish.flow import graded, status
from gru_vanish.flow.graded import Graded
from gru_vanish.flow.network import Network
from gru_vanish.flow.orthonormal import general_frame, orthonormalise
from gru_vanish.flow.recording import keep, rows
from gru_vanish.flow.unrolled import Unrolled
from gru_vanish.flow.wide import Jacobians, along, matrix_bytes, of_step, stretch_bytes

COPIES = 2
"""The product is formed twice, from two frames: where they tell different singular values, neither is known."""
RESOLVED = 1e-3
"""Nats up to which a singular value may be uncertain and still count as resolved."""
SKEW = 1e-8
"""Jacobi has not converged where two rows still have a larger |cosine|."""


class Products(NamedTuple):
    """J_t … J_1 Q_0 = Q_t R̂_t of every sample and copy."""

    frame: Float[Array, "samples copies n n"]
    """Q_t"""
    upper: Graded
    """R̂_t = R_t … R_1, upper triangular"""
    ln_determinant: Float[Array, "samples copies"]
    """Σ ln|(R_t)_ii|"""
    rounding: Float[Array, "samples copies n"]
    """Σ_t of the relative errors of (R_t)_ii"""


class Shown(NamedTuple):
    """What one length shows."""

    ln: Float[Array, "samples copies n"]
    """ln σ_i, descending"""
    skew: Float[Array, "samples copies"]
    ln_determinant: Float[Array, "samples copies"]
    rounding: Float[Array, "samples copies n"]


def begin(samples: int, size: int) -> Products:
    """Return the products at t = 0, each copy from a frame Q_0 of its own.

    In general position: with Q_0 = I a direction that grows could stay hidden behind one that does not.
    """

    def one(copy: Array) -> tuple[Array, Graded]:
        return general_frame(size, copy), graded.identity(size)

    copies = jax.vmap(one)(jnp.arange(COPIES, dtype=jnp.int32))
    frame, upper = jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (samples, *leaf.shape)), copies)
    none = jnp.zeros((samples, COPIES, size), jnp.float64)
    return Products(frame, upper, none[..., 0], none)


def onward(jacobians: Jacobians, local: Any, products: Products) -> Products:
    """Return the products one step on: J_t Q_{t−1} = Q_t R_t and R̂_t = R_t R̂_{t−1}."""

    def one(at: tuple[Array, Products]) -> Products:
        pushed, before = at
        (q, r), grown = orthonormalise(pushed)
        ln_determinant = before.ln_determinant + jnp.sum(grown.ln)
        return Products(q, graded.times(r, before.upper), ln_determinant, before.rounding + grown.rounding)

    pushed = jax.vmap(jacobians.push, (None, 1), 1)(local, products.frame)
    return _one_by_one(one, (pushed, products))


def read(products: Products) -> Shown:
    """Return the singular values, which the frames' rotations do not change."""
    found = _one_by_one(graded.ln_singular_values, products.upper)
    return Shown(found.ln, found.skew, products.ln_determinant, products.rounding)


def _one_by_one(function: Callable[[Any], Any], arrays: Any) -> Any:
    """Map over (samples, copies), one at a time: a matrix that fits into the cache is worked on faster alone."""
    lead = jax.tree.leaves(arrays)[0].shape[:2]
    flat = jax.tree.map(lambda leaf: leaf.reshape(-1, *leaf.shape[2:]), arrays)
    return jax.tree.map(lambda leaf: leaf.reshape(*lead, *leaf.shape[1:]), jax.lax.map(function, flat))


def forward_kernel(program: Program) -> Callable[[Mapping[str, Any]], Outputs]:
    """Return the function that maps the data of a unit to what its lengths show, shortest first."""
    lengths = np.asarray(program.lengths, np.int32)

    def kernel(data: Mapping[str, Any]) -> Outputs:
        network = Network(program, data)
        jacobians = Jacobians(network)

        def stretch(carry: tuple[Products, Any], locals_: Any, start: Array, count: Array) -> tuple[Products, Any]:
            def step(index: Array, carry: tuple[Products, Any]) -> tuple[Products, Any]:
                products = onward(jacobians, of_step(locals_, index), carry[0])
                return products, keep(carry[1], lengths, start + index + 1, lambda: read(products))

            return jax.lax.fori_loop(0, count, step, carry)

        products = begin(jacobians.samples, jacobians.size)
        row = jax.eval_shape(read, products)
        (_, kept), walk = along(network, jacobians, (products, rows(len(lengths), row)), stretch)
        shown = jax.tree.map(lambda leaf: leaf[:-1], kept)
        seen = status.of_walk(program, walk)
        return {**shown._asdict(), **jax.tree.map(lambda leaf: leaf[: jacobians.samples], seen)}

    return kernel


class Jacobian(Unrolled):
    """Singular values σ_i of M_T = ∂h_T/∂h_0 = J_T … J_1 for every length, of at most four samples.

    The product is never formed: J_t Q_{t−1} = Q_t R_t step by step, and R̂_T = R_T … R_1 is kept with an exponent for
    every row, so that the singular values of M_T, those of R̂_T, come out to high relative accuracy though they differ
    by thousands of decades (Oliveira & Stewart 2000). In float64 along the trajectory, whatever its precision. What
    float64 itself can not tell (a J_t that is singular to rounding) shows in two ways: in the size of R_ii beside the
    rounding of the rows that it is made of, and in a second product from another frame Q_0, of which every rounding
    falls differently. A singular value is resolved where both say 10⁻³ nats or less, of it and of all that are larger.

    ‖δ_0‖ ≤ σ_1 ‖δ_T‖. Effective rank = exp of the entropy of σ_i/Σσ (Roy & Vetterli 2007).
    """

    name: ClassVar[str] = "jacobian"
    version: ClassVar[int] = 1
    columns: ClassVar[Mapping[str, str]] = {
        "lengths": "(L,) sequence lengths T, ascending",
        "ln_singular_values": "(L, S, n) ln σ_i in nats, descending; −inf for an exact zero, NaN where withheld",
        "uncertainty": "(L, S, n) estimate of the error of ln σ_i in nats, the largest up to i",
        "resolved": "(L, S, n) 1 where σ_i is known, 0 where rounding has taken its place",
        "ln_frobenius": "(L, S) ln‖M_T‖_F in nats",
        "ln_determinant": "(L, S) ln|det M_T| in nats, from the triangular factors: Σ ln σ_i by another way",
        "effective_rank": "(L, S) exp of the entropy of σ_i/Σσ",
        "status": "(L, S) code of the status",
    }
    stages: ClassVar[tuple[Stage, ...]] = (Stage("forward", forward_kernel, lambda outputs: True),)

    def payload(self, program: Program, outputs: Outputs) -> Payload:
        """Compare the two products, and judge every value."""
        seen = {name: np.asarray(values) for name, values in outputs.items()}
        lengths = np.asarray(program.lengths, np.int64)
        ln, unsure = seen["ln"][:, :, 0], uncertainty(seen["ln"], seen["rounding"])
        nowhere = np.zeros(ln.shape[:2], bool)
        codes = status.codes(
            lengths, ln[:, :, 0], nowhere, seen["nonfinite_from"], seen["chaotic_from"], seen["slope_lost"]
        )
        withheld = (codes == Status.underflow) | (codes == Status.nonfinite)
        settled = (seen["skew"] <= SKEW).all(axis=-1, keepdims=True)
        ln = np.where(withheld[..., None], np.nan, ln)
        return {
            "lengths": lengths,
            "ln_singular_values": ln,
            "uncertainty": unsure,
            "resolved": ((unsure <= RESOLVED) & settled & ~withheld[..., None]).astype(np.uint8),
            "ln_frobenius": ln_frobenius(ln),
            "ln_determinant": np.where(withheld, np.nan, seen["ln_determinant"][:, :, 0]),
            "effective_rank": effective_rank(ln),
            "status": codes,
        }

    def memory(self, program: Program) -> int:
        """Return a stretch of steps with the weights, and the matrices of one step: eight at a time, of every copy."""
        return stretch_bytes(program) + 8 * COPIES * matrix_bytes(program)


def uncertainty(ln: np.ndarray, rounding: np.ndarray) -> np.ndarray:
    """Return the larger of what the copies differ by and what rounding may have done, and the largest up to i.

    Both are (…, copies, n). A zero on both sides is no difference; where one side is zero it is infinite.
    """
    with np.errstate(invalid="ignore"):
        apart = np.where(ln[..., 0, :] == ln[..., 1, :], 0.0, np.abs(ln[..., 0, :] - ln[..., 1, :]))
    return np.maximum.accumulate(np.maximum(apart, rounding.max(axis=-2)), axis=-1)


def ln_frobenius(ln: np.ndarray) -> np.ndarray:
    """Return ½ ln Σ σ² over the last axis, −inf where all are 0."""
    largest = ln[..., 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(np.isneginf(ln), 0.0, np.exp(2 * (ln - largest[..., None])))
        return np.where(np.isneginf(largest), -np.inf, largest + 0.5 * np.log(shares.sum(axis=-1)))


def effective_rank(ln: np.ndarray) -> np.ndarray:
    """Return exp(−Σ p ln p), p = σ_i/Σσ, over the last axis; 0 where all are 0."""
    largest = ln[..., :1]
    with np.errstate(invalid="ignore", divide="ignore"):
        sizes = np.where(np.isneginf(ln), 0.0, np.exp(ln - largest))
        shares = sizes / sizes.sum(axis=-1, keepdims=True)
        entropy = -np.sum(np.where(shares > 0, shares * np.log(np.where(shares > 0, shares, 1.0)), shares), axis=-1)
    return np.where(np.isneginf(largest[..., 0]), 0.0, np.exp(entropy))
