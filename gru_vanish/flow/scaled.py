"""Vectors as a mantissa and an exact power of two, so that 10^-300000 is as good as 10^-3.

A scaled vector is (m, e) with value m · 2^e: m in the dtype of the run, e an int32. Rescaling multiplies m by a power
of two that is read off the exponent bits of its largest component: it rounds nothing.
"""

import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float, Int


class _Layout(NamedTuple):
    """How a float is laid out in bits."""

    integer: Any
    fraction_bits: int
    bias: int

    @property
    def mask(self) -> int:
        """All ones over the exponent field."""
        return 2 * self.bias + 1


_LAYOUTS = {
    "bfloat16": _Layout(jnp.int16, 7, 127),
    "float32": _Layout(jnp.int32, 23, 127),
    "float64": _Layout(jnp.int64, 52, 1023),
}


def power_of_two(e: Int[Array, "..."], dtype: Any) -> Float[Array, "..."]:
    """Return 2^e exactly, for e from 1 − bias to bias − 1 (−126 … 126 in float32)."""
    layout = _LAYOUTS[jnp.dtype(dtype).name]
    bits = (e + layout.bias).astype(layout.integer) << layout.fraction_bits
    return jax.lax.bitcast_convert_type(bits, dtype)


def binary_exponent(largest: Float[Array, "..."]) -> Int[Array, "..."]:
    """Return e = ⌊log2 largest⌋ of a number ≥ 0, from its bits; 0 for zero, infinity and NaN, which have none."""
    layout = _LAYOUTS[largest.dtype.name]
    field = (jax.lax.bitcast_convert_type(largest, layout.integer) >> layout.fraction_bits) & layout.mask
    ordinary = (field != 0) & (field != layout.mask)
    # One below the top, so that the inverse power is a normal number too.
    return jnp.where(ordinary, jnp.minimum(field - layout.bias, layout.bias - 1), 0).astype(jnp.int32)


FOLDS = 3
"""How often a row is folded before its largest number is looked for."""


def largest(values: Float[Array, "*axes n"]) -> Float[Array, "*axes"]:
    """Return max |v| along the last axis.

    A CPU looks through a row number by number and folds it with vectors, so it is folded a few times first. Folding it
    to the end would make the programs larger than it makes them faster.
    """
    values = jnp.abs(values)
    for _ in range(FOLDS):
        # Of an odd count the one in the middle is in both halves.
        half = -(-values.shape[-1] // 2)
        values = jnp.maximum(values[..., :half], values[..., -half:])
    return jnp.max(values, axis=-1)


def shift_of(mantissa: Float[Array, "*axes n"]) -> Int[Array, "*axes"]:
    """Return the e for which m · 2^−e has its largest component in [1, 2) ([1, 4) at the very top of the range)."""
    return binary_exponent(largest(mantissa))


def rescale(mantissa: Float[Array, "*axes n"], shift: Int[Array, "*axes"]) -> Float[Array, "*axes n"]:
    """Return m · 2^−shift, exactly."""
    return mantissa * power_of_two(-shift, mantissa.dtype)[..., None]


def added(
    one: Float[Array, "*axes n"], one_exponent: Int[Array, "*axes"],
    other: Float[Array, "*axes n"], other_exponent: Int[Array, "*axes"],
) -> tuple[Float[Array, "*axes n"], Int[Array, "*axes"]]:  # fmt: skip
    """Return the sum of two scaled vectors, at the larger of their exponents. A vector of zeros has none.

    Both as `rescale` leaves them. The smaller one is shifted exactly; what the dtype does not reach is left out of it.
    """
    first, second = (jnp.all(mantissa == 0, axis=-1) for mantissa in (one, other))
    common = jnp.maximum(
        jnp.where(first, other_exponent, one_exponent), jnp.where(second, one_exponent, other_exponent)
    )
    total = _below(one, common - one_exponent) + _below(other, common - other_exponent)
    return total, common


def _below(mantissa: Float[Array, "*axes n"], distance: Int[Array, "*axes"]) -> Float[Array, "*axes n"]:
    """Return m · 2^−distance, 0 where 2^−distance is no normal number."""
    most = _LAYOUTS[mantissa.dtype.name].bias - 1
    shifted = rescale(mantissa, jnp.clip(distance, 0, most))
    return jnp.where((distance > most)[..., None], jnp.zeros_like(shifted), shifted)


def ln_norm(mantissa: Float[Array, "*axes n"], exponent: Int[Array, "*axes"]) -> Float[Array, "*axes"]:
    """Return ln‖m · 2^e‖₂ in float64; −inf for a vector of zeros."""
    wide = mantissa.astype(jnp.float64)
    return 0.5 * jnp.log(jnp.sum(wide * wide, axis=-1)) + exponent.astype(jnp.float64) * math.log(2.0)


def plain_norm(shown: Float[Array, "*axes n"]) -> Float[Array, "*axes"]:
    """Return what ``jnp.linalg.norm`` shows of vectors that plain code would hold.

    A component beyond the range had left it on the way, and the next product made ∞ − ∞ of it: NaN, not infinity.
    """
    return jnp.where(jnp.any(jnp.isinf(shown), axis=-1), jnp.nan, jnp.linalg.norm(shown, axis=-1))


def as_plain(mantissa: Float[Array, "*axes n"], exponent: Int[Array, "*axes"]) -> Float[Array, "*axes n"]:
    """Return m · 2^e in the dtype itself: 0 or infinity where the dtype ends, as plain code would hold it."""
    dtype = mantissa.dtype
    span = _LAYOUTS[dtype.name].bias - 1
    # Two factors reach every value that the dtype has, from the far side of a mantissa of any size.
    first = jnp.clip(exponent, -span, span)
    second = jnp.clip(exponent - first, -span, span)
    return mantissa * power_of_two(first, dtype)[..., None] * power_of_two(second, dtype)[..., None]
