"""What is answered from h_t, and what it costs: the linear readout and the losses of a task."""

import math
from typing import Any, ClassVar, Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Bool, Float
from pydantic import Field

from gru_vanish.contracts import LossKind, Streams
from gru_vanish.contracts.node import Shaped


class Readout(NamedTuple):
    """ŷ = W_o h + b_o"""

    weight: Float[Array, "k hidden"]
    """W_o"""
    bias: Float[Array, " k"]
    """b_o"""


class ReadoutInit(Shaped):
    """W_o and b_o uniform on ±g/√n with n the hidden size, PyTorch's default for a linear layer."""

    numeric: ClassVar[tuple[str, ...]] = ("gain",)

    gain: float = Field(1.0, ge=-1e6, le=1e6, description="factor g on every entry")
    bias: Literal["uniform", "zeros"] = "uniform"

    def draw(self, outputs: int, hidden: int, streams: Streams) -> Readout:
        """Draw both in float64."""
        bound = hidden**-0.5
        weight = streams("readout.weight").uniform(-bound, bound, (outputs, hidden))
        bias = streams("readout.bias").uniform(-bound, bound, outputs)
        kept = self.gain if self.bias == "uniform" else 0.0
        return Readout(self.gain * weight, kept * bias)  # type: ignore[arg-type]


def readout_shapes(outputs: int, hidden: int, dtype: Any) -> Readout:
    """Return the shapes of W_o and b_o."""
    shapes = ((outputs, hidden), (outputs,))
    return Readout(*(jax.ShapeDtypeStruct(shape, np.dtype(dtype)) for shape in shapes))  # type: ignore[arg-type]


def answers(readout: Readout, h: Float[Array, "*axes hidden"]) -> Float[Array, "*axes k"]:
    """Return ŷ."""
    return jnp.matmul(h, readout.weight.T) + jnp.broadcast_to(readout.bias, (*h.shape[:-1], readout.bias.shape[0]))


def losses(kind: LossKind, answered: Float[Array, "outputs batch k"], target: Array) -> Float[Array, " batch"]:
    """Return the loss of every sample, the mean over its output steps.

    ``target`` is (outputs, batch, k) for a squared error and (outputs, batch), the right class, for a cross-entropy.
    """
    if kind == "mean_squared_error":
        return jnp.mean(jnp.sum((answered - target.astype(answered.dtype)) ** 2, axis=-1), axis=0)
    ln_shares = jax.nn.log_softmax(answered, axis=-1)
    return -jnp.mean(jnp.take_along_axis(ln_shares, target[..., None], axis=-1)[..., 0], axis=0)


def error(kind: LossKind, answered: Float[Array, "outputs batch k"], target: Array) -> tuple[Array, Array]:
    """Return ∂ℓ/∂ŷ of every sample's own loss as mantissa · 2^exponent, (outputs, batch, k) and (outputs, batch).

    In float64, and log-safe: of a class that is sure, p_y − 1 is formed as −Σ_{j≠y} p_j, and the largest p_j gives the
    exponent, so that neither rounding nor underflow makes a 0 of it.
    """
    wide, count = answered.astype(jnp.float64), len(answered)
    if kind == "mean_squared_error":
        apart = 2 * (wide - target.astype(jnp.float64)) / count
        return apart, jnp.zeros(apart.shape[:-1], jnp.int32)
    ln_p = jax.nn.log_softmax(wide, axis=-1)
    right = jax.nn.one_hot(target, wide.shape[-1], dtype=jnp.bool_)
    log2_p = jnp.where(right, -jnp.inf, ln_p / math.log(2.0))
    exponent = jnp.floor(jnp.max(log2_p, axis=-1, keepdims=True))
    wrong = jnp.where(right, 0.0, jnp.exp2(log2_p - exponent))
    apart = jnp.where(right, -jnp.sum(wrong, axis=-1, keepdims=True), wrong) / count
    return apart, exponent[..., 0].astype(jnp.int32)


def hits(answered: Float[Array, "outputs batch k"], target: Array) -> Bool[Array, "outputs batch"]:
    """Return where the largest component is the right class."""
    return jnp.argmax(answered, axis=-1).astype(target.dtype) == target
