"""Reference gradients of L_T = c·h_T through a whole sequence, by four different means.

xs (T_max, B, m), hs (T_max + 1, B, n) with hs[0] = h_0, cotangent c (n,) shared by all samples. Long products
keep their size apart as a list of natural logarithms: after every step the vector is divided by its norm, and
the logarithms of the norms are added by `math.fsum`, which rounds once.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tests.oracle.numpy_networks import Array, Network


def forward(network: Network, xs: Array, h0: Array) -> Array:
    """hs (T+1, B, n), hs[0] = h_0; a state that overflows stays in as inf or NaN."""
    hs = [h0]
    with np.errstate(over="ignore", invalid="ignore"):
        for x in xs:
            hs.append(network.step(hs[-1], x))
    return np.stack(hs)


def normalise(values: Array) -> tuple[Array, Array]:
    """v/‖v‖ and ln‖v‖ per sample, over all axes but the first; a zero gives 0 and −inf, a non-finite v NaN.

    The largest magnitude is divided out first: squares of components under 1e-162 would be 0.
    """
    axes = tuple(range(1, values.ndim))
    largest = np.max(np.abs(values), axis=axes, keepdims=True)
    scale = np.where(largest == 0, 1.0, np.where(np.isfinite(largest), largest, np.nan))
    scaled = values / scale
    norm = np.sqrt(np.sum(scaled**2, axis=axes, keepdims=True))
    with np.errstate(divide="ignore"):  # ln 0 = −inf is the answer for a zero
        logarithm = np.log(norm) + np.log(scale)
    return scaled / np.where(norm == 0, 1.0, norm), logarithm.reshape(len(values))


def sum_over_steps(logarithms: Array) -> Array:
    """Sum over the first axis, exactly rounded: (K, B) → (B,); −inf and NaN pass through."""
    return np.array([math.fsum(column) for column in logarithms.T])


class ReversePass(NamedTuple):
    """dL_T/dh_0 as its direction (B, n), and ln‖c‖ with the ln growth of each reverse step, (length + 1, B).

    The sum of the first k + 1 rows of ln_growths is ln‖dL_T/dh_{T−k}‖.
    """

    direction: Array
    ln_growths: Array


def reverse_pass(network: Network, hs: Array, xs: Array, cotangent: Array, length: int) -> ReversePass:
    """δ_T = c, δ_{t-1} = J_tᵀ δ_t as the sum of the hand-derived cotangents of the uses of h_{t-1}."""
    delta, growth = normalise(np.broadcast_to(cotangent, hs[length].shape))
    growths = [growth]
    for t in reversed(range(length)):
        with np.errstate(over="ignore", invalid="ignore"):
            uses = network.use_cotangents(hs[t], xs[t], delta)
            delta, growth = normalise(np.sum(list(uses.values()), axis=0))
        growths.append(growth)
    return ReversePass(delta, np.stack(growths))


def ln_h0_gradients(
    network: Network, hs: Array, xs: Array, cotangent: Array, lengths: Sequence[int]
) -> tuple[Array, Array]:
    """ln‖dL_T/dh_0‖ and the transport ln‖δ_0‖ − ln‖δ_T‖, each (L, B), one reverse pass per length.

    −inf where the computed gradient is zero (`numpy_statuses.has_path` tells exact zeros from underflow);
    NaN where a state up to T or the gradient is not finite, and for the transport also where c = 0.
    """
    passes = [reverse_pass(network, hs, xs, cotangent, length).ln_growths for length in lengths]
    # asked of the states themselves: the slope of a relu at NaN would pass for a true zero
    valid = np.stack([np.isfinite(hs[: length + 1]).all(axis=(0, 2)) for length in lengths])
    gradients = np.stack([sum_over_steps(growths) for growths in passes])
    transports = np.stack([sum_over_steps(growths[1:]) for growths in passes])
    return np.where(valid, gradients, np.nan), np.where(valid & np.any(cotangent), transports, np.nan)


def ln_flow(network: Network, hs: Array, xs: Array, cotangent: Array, length: int) -> Array:
    """ln‖dL_T/dh_t‖ at every t = 0 … T, (T + 1, B); −inf for a zero."""
    growths = reverse_pass(network, hs, xs, cotangent, length).ln_growths
    return np.stack([sum_over_steps(growths[: length - t + 1]) for t in range(length + 1)])


def ln_input_gradients(network: Network, hs: Array, xs: Array, cotangent: Array, length: int) -> Array:
    """ln‖dL_T/dx_t‖ at every t = 1 … T, (T, B): (∂h_t/∂x_t)ᵀ of δ_t, whose size is kept apart."""
    delta, ln_size = normalise(np.broadcast_to(cotangent, hs[length].shape))
    found = []
    for t in reversed(range(length)):
        found.append(ln_size + normalise(network.input_cotangent(hs[t], xs[t], delta))[1])
        uses = network.use_cotangents(hs[t], xs[t], delta)
        delta, growth = normalise(np.sum(list(uses.values()), axis=0))
        ln_size = ln_size + growth
    return np.stack(found[::-1])


def finite_difference_input_gradient(network: Network, xs: Array, h0: Array, cotangent: Array, t: int) -> Array:
    """dL_T/dx_t (B, m) by central differences, t counted from 1, T = len(xs); for short T."""
    columns = []
    for unit in np.eye(xs.shape[2]):
        moved = np.zeros_like(xs)
        moved[t - 1] = 1e-5 * unit
        ahead, behind = (forward(network, xs + sign * moved, h0)[-1] @ cotangent for sign in (1, -1))
        columns.append((ahead - behind) / 2e-5)
    return np.stack(columns, axis=1)


def scaled_jacobian(network: Network, hs: Array, xs: Array, length: int) -> tuple[Array, Array]:
    """∂h_T/∂h_0 = J_T … J_1 as a matrix of Frobenius norm 1 (B, n, n) and the ln of its norm (B,)."""
    batch, hidden = hs[0].shape
    matrix, growth = normalise(np.broadcast_to(np.eye(hidden), (batch, hidden, hidden)))
    growths = [growth]
    for t in range(length):
        jacobian = np.sum(list(network.use_jacobians(hs[t], xs[t]).values()), axis=0)
        matrix, growth = normalise(jacobian @ matrix)
        growths.append(growth)
    return matrix, sum_over_steps(np.stack(growths))


def finite_difference_h0_gradient(
    network: Network, xs: Array, h0: Array, cotangent: Array, move: float = 1e-5
) -> Array:
    """dL_T/dh_0 (B, n) by central differences, T = len(xs); for short T, error about 1e-10."""
    batch, hidden = h0.shape
    moves = np.repeat(move * np.eye(hidden), batch, axis=0)  # copy i of the batch moves unit i
    many_xs = np.tile(xs, (1, hidden, 1))
    ahead = forward(network, many_xs, np.tile(h0, (hidden, 1)) + moves)[-1] @ cotangent
    behind = forward(network, many_xs, np.tile(h0, (hidden, 1)) - moves)[-1] @ cotangent
    gradient: Array = ((ahead - behind) / (2 * move)).reshape(hidden, batch).T
    return gradient


def weight_gradients(network: Network, hs: Array, xs: Array, cotangent: Array, length: int) -> dict[str, Array]:
    """dL_T/dθ of each weight, one per sample, (B, *shape of the weight); not rescaled: for moderate T."""
    delta = np.broadcast_to(cotangent, hs[length].shape)
    totals: dict[str, Array] = {}
    for t in reversed(range(length)):
        for name, term in network.weight_cotangents(hs[t], xs[t], delta).items():
            totals[name] = totals.get(name, np.zeros_like(term)) + term
        delta = np.sum(list(network.use_cotangents(hs[t], xs[t], delta).values()), axis=0)
    return totals
