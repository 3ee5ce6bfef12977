"""Reference gate paths in float64 NumPy: explicit matrices J_t^p, one loop, no autodiff.

Vectors are (B, n) and matrices (B, n, n); sizes of long products are kept apart as sums of logarithms.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from tests.oracle.numpy_gradients import normalise, reverse_pass, sum_over_steps
from tests.oracle.numpy_networks import Array, Network


def transposed(matrix: Array, vector: Array) -> Array:
    """Jᵀ v of every sample."""
    product: Array = np.einsum("bij,bi->bj", matrix, vector)
    return product


def applied(matrix: Array, vector: Array) -> Array:
    """J v of every sample."""
    product: Array = np.einsum("bij,bj->bi", matrix, vector)
    return product


def whole(jacobians: Mapping[str, Array]) -> Array:
    """J_t, the sum of its terms."""
    total: Array = np.sum(list(jacobians.values()), axis=0)
    return total


class PathShares(NamedTuple):
    """s_p(t) by path, (T, B) each, and |⟨δ_t, w_t⟩| / (‖δ_t‖ ‖w_t‖), (T, B)."""

    shares: dict[str, Array]
    alignment: Array


def path_shares(network: Network, hs: Array, xs: Array, cotangent: Array, length: int) -> PathShares:
    """By the definition: w_t = J_t w_{t−1}, w_0 = δ_0/‖δ_0‖, s_p(t) = ⟨δ_t, J_t^p w_{t−1}⟩ / ⟨δ_t, J_t w_{t−1}⟩."""
    jacobians = [network.use_jacobians(hs[t], xs[t]) for t in range(length)]
    delta = normalise(np.broadcast_to(cotangent, hs[length].shape))[0]
    deltas = [delta]
    for at in reversed(jacobians):
        deltas.append(normalise(transposed(whole(at), deltas[-1]))[0])
    w = deltas[-1]
    found: dict[str, list[Array]] = {name: [] for name in jacobians[0]}
    alignment = []
    for at, delta in zip(jacobians, reversed(deltas[:-1]), strict=True):
        onward = applied(whole(at), w)
        denominator = np.sum(delta * onward, axis=1)
        for name, matrix in at.items():
            found[name].append(np.sum(delta * applied(matrix, w), axis=1) / denominator)
        w, growth = normalise(onward)
        alignment.append(np.abs(denominator) / np.exp(growth))
    return PathShares({name: np.stack(rows) for name, rows in found.items()}, np.stack(alignment))


def ln_weighted_gradient(
    network: Network, hs: Array, xs: Array, cotangent: Array, length: int, factors: Mapping[str, float]
) -> Array:
    """ln‖δ_0‖ with every J_t^p multiplied by its factor α_p (1 where none is given), (B,)."""
    delta, growth = normalise(np.broadcast_to(cotangent, hs[length].shape))
    growths = [growth]
    for t in reversed(range(length)):
        terms = network.use_cotangents(hs[t], xs[t], delta)
        delta, growth = normalise(np.sum([factors.get(name, 1.0) * term for name, term in terms.items()], axis=0))
        growths.append(growth)
    return sum_over_steps(np.stack(growths))


def sensitivity(
    network: Network, hs: Array, xs: Array, cotangent: Array, length: int, path: str, move: float = 1e-5
) -> Array:
    """∂ ln‖δ_0‖ / ∂ ln α_p at α_p = 1 by central differences, (B,); error about move² · T³."""
    ahead, behind = (
        ln_weighted_gradient(network, hs, xs, cotangent, length, {path: np.exp(sign * move)}) for sign in (1, -1)
    )
    return (ahead - behind) / (2 * move)


class Visits(NamedTuple):
    """δ^(k) for k = 0 … T as unit vectors (K, B, n) and ln of their norms (K, B), and the same of δ, (B, …)."""

    directions: Array
    ln_norms: Array
    direction: Array
    ln_norm: Array


def visits(network: Network, hs: Array, xs: Array, cotangent: Array, length: int, most: int | None = None) -> Visits:
    """δ_0 = Σ_k δ^(k) by the number k of steps not taken by the leak, for k up to ``most``; each k has its own size."""
    batch, hidden = hs[0].shape
    count = (length if most is None else most) + 1
    parts = np.zeros((count, batch, hidden))
    parts[0], first = normalise(np.broadcast_to(cotangent, hs[length].shape))
    ln = np.full((count, batch), -np.inf)
    ln[0] = first
    for t in reversed(range(length)):
        kept, left = np.zeros_like(parts), np.zeros_like(parts)
        for k in range(min(count, length - t)):
            terms = network.use_cotangents(hs[t], xs[t], parts[k])
            kept[k] = terms["leak"]
            left[k] = np.sum([term for name, term in terms.items() if name != "leak"], axis=0)
        parts, ln = _joined(kept, left, ln)
    total = reverse_pass(network, hs, xs, cotangent, length)
    return Visits(parts, ln, total.direction, sum_over_steps(total.ln_growths))


def _joined(kept: Array, left: Array, ln: Array) -> tuple[Array, Array]:
    """δ^(k) ← kept^(k) + left^(k−1), each with its own size."""
    below = np.concatenate([np.full((1, ln.shape[1]), -np.inf), ln[:-1]])
    largest = np.maximum(ln, below)
    largest = np.where(np.isfinite(largest), largest, 0.0)
    moved = np.concatenate([np.zeros((1, *left.shape[1:])), left[:-1]])
    joined = np.exp(ln - largest)[..., None] * kept + np.exp(below - largest)[..., None] * moved
    rows = joined.reshape(-1, joined.shape[-1])
    directions, growth = normalise(rows)
    return directions.reshape(joined.shape), growth.reshape(ln.shape) + largest


def cancellation(found: Visits) -> Array:
    """κ = Σ_k ‖δ^(k)‖ / ‖δ‖, (B,)."""
    ratios: Array = np.exp(found.ln_norms - found.ln_norm).sum(axis=0)
    return ratios


def signed_shares(found: Visits) -> Array:
    """⟨δ^(k), δ⟩ / ‖δ‖², (K, B)."""
    ratios: Array = np.exp(found.ln_norms - found.ln_norm) * np.sum(found.directions * found.direction, axis=-1)
    return ratios
