"""Losses through a readout and their sums over steps: values, direct derivatives and adjoints, by NumPy alone.

A direct derivative is a direction (B, n) and the ln of its size (B,), so that a classifier may be surer than a float64
can tell; a zero has the size −inf. ``drawn`` holds what a loss drew: ``c`` (n,), or ``readout`` (k, n) and ``target``
(B, k). Adjoints keep their size apart as in `tests.oracle.numpy_gradients`.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, localcontext

import numpy as np

from tests.oracle.numpy_gradients import normalise
from tests.oracle.numpy_networks import Array, Network

Drawn = Mapping[str, Array]


def projection(drawn: Drawn, hs: Array) -> Array:
    """c·h, (…, B, n) → (…, B)."""
    return np.asarray(hs @ drawn["c"])


def mean_squared_error(drawn: Drawn, hs: Array) -> Array:
    """Mean over the outputs of (W_o h − y)²."""
    return np.asarray(((hs @ drawn["readout"].T - drawn["target"]) ** 2).mean(axis=-1))


def cross_entropy(drawn: Drawn, hs: Array) -> Array:
    """ln Σ_j exp(ŷ_j) − ŷ_y, the largest logit taken out of the sum."""
    logits = hs @ drawn["readout"].T
    largest = logits.max(axis=-1, keepdims=True)
    total = np.log(np.exp(logits - largest).sum(axis=-1)) + largest[..., 0]
    return np.asarray(total - (logits * drawn["target"]).sum(axis=-1))


VALUES: dict[str, Callable[[Drawn, Array], Array]] = {
    "projection": projection,
    "mean_squared_error": mean_squared_error,
    "cross_entropy": cross_entropy,
}


def direct(kind: str, drawn: Drawn, h: Array) -> tuple[Array, Array]:
    """∂⁺ℓ/∂h at h (B, n)."""
    if kind == "projection":
        return normalise(np.broadcast_to(drawn["c"], h.shape))
    outputs = h @ drawn["readout"].T
    if kind == "mean_squared_error":
        return normalise((2 * (outputs - drawn["target"]) / outputs.shape[1]) @ drawn["readout"])
    return _by_decimals(drawn, outputs)


def _by_decimals(drawn: Drawn, outputs: Array) -> tuple[Array, Array]:
    """W_oᵀ (softmax − e_y) with 60 digits and exponents without end."""
    rows = []
    with localcontext() as context:
        context.prec, context.Emin, context.Emax = 60, -(10**15), 10**15
        for logits, target in zip(outputs, drawn["target"], strict=True):
            powers = [Decimal(float(logit)).exp() for logit in logits]
            # 60 digits do not show 1 − p_y once p_y has more nines: it is what the other classes have.
            others = [sum(powers[:place] + powers[place + 1 :]) for place in range(len(powers))]
            parts = zip(powers, others, target, strict=True)
            error = [(-other if y else power) / sum(powers) for power, other, y in parts]
            largest = max(abs(each) for each in error)
            mantissa = np.array([float(each / largest) for each in error]) @ drawn["readout"]
            rows.append((mantissa, float(largest.ln())))
    direction, ln_size = normalise(np.stack([mantissa for mantissa, _ in rows]))
    return direction, ln_size + np.array([ln for _, ln in rows])


def ln_total(
    network: Network, hs: Array, xs: Array, terms: Sequence[tuple[Array, Array]], length: int
) -> tuple[Array, Array]:
    """δ_0 as a direction (B, n), and ln‖dL_T/dh_t‖ at t = 0 … T, (T + 1, B), of L_T = Σ_{t ≤ T} ℓ_t.

    ``terms`` are the direct derivatives of ℓ_1 … ℓ_T at their states.
    """
    delta, ln_size = terms[length - 1]
    found = [ln_size]
    for t in reversed(range(length)):
        uses = network.use_cotangents(hs[t], xs[t], delta)
        delta, growth = normalise(np.sum(list(uses.values()), axis=0))
        ln_size = ln_size + growth
        if t > 0:
            delta, ln_size = _sum((delta, ln_size), terms[t - 1])
        found.append(ln_size)
    return delta, np.stack(found[::-1])


def _sum(one: tuple[Array, Array], other: tuple[Array, Array]) -> tuple[Array, Array]:
    common = np.maximum(one[1], other[1])
    total = sum(direction * np.exp(ln - common)[:, None] for direction, ln in (one, other))
    direction, growth = normalise(np.asarray(total))
    return direction, common + growth
