"""The cross-entropy of a random linear classifier against random classes."""

import math
from typing import ClassVar, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float
from pydantic import Field

from gru_vanish.contracts import Direct, Streams
from gru_vanish.contracts.loss import Drawn
from gru_vanish.losses.readout import Readout, read_out

LOWEST = -(2**30)
"""The least exponent that is told; a derivative below 2^LOWEST is withheld as NaN, for it is not 0."""


class CrossEntropy(Readout):
    """ℓ(h) = −ln p_y in nats with p = softmax(W_o h), the class y drawn uniformly from k for each sample.

    ∂⁺ℓ/∂h = W_oᵀ (p − e_y). W_o (k, n) has elements ~ N(0, 1/n), one for each seed; a sample's y is the same at every
    step and length. A classifier that is sure has p_y ≈ 1: the component p_y − 1 is formed as −Σ_{j≠y} p_j, and all of
    them carry a power of two, so that neither rounding nor underflow makes a 0 of them. Plain code has both.
    """

    rounds: ClassVar[bool] = True

    kind: Literal["cross_entropy"] = "cross_entropy"
    outputs: int = Field(10, ge=2, le=65_536, description="classes k")

    def targets(self, batch: int, streams: Streams) -> np.ndarray:
        """Draw y, as the vectors e_y."""
        classes = streams("loss.class").integers(self.outputs, size=batch)
        return (classes[:, None] == np.arange(self.outputs)).astype(np.float64)

    def value(self, drawn: Drawn, h: Float[Array, " hidden"]) -> Float[Array, ""]:
        """Return −ln p_y."""
        return -drawn["target"] @ jax.nn.log_softmax(read_out(drawn, h))

    def cotangent(self, drawn: Drawn, h: Float[Array, " hidden"]) -> Direct:
        """Return W_oᵀ (p − e_y).

        With ln p_j in float64 and e = ⌊max_{j≠y} log2 p_j⌋, the largest of p_j · 2^−e lies in [1, 2).
        """
        ln_p = jax.nn.log_softmax(read_out(drawn, h).astype(jnp.float64))
        right = drawn["target"] > 0
        largest = jnp.max(jnp.where(right, -jnp.inf, ln_p))
        told = largest > LOWEST * math.log(2.0)
        exponent = jnp.where(told, jnp.floor(largest / math.log(2.0)), 0.0)
        wrong = jnp.where(right, 0.0, jnp.exp(ln_p - exponent * math.log(2.0)))
        error = jnp.where(told, jnp.where(right, -jnp.sum(wrong), wrong), jnp.nan)
        return Direct(error.astype(h.dtype) @ drawn["readout"], exponent.astype(jnp.int32))
