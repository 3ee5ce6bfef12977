"""Quantiles inside a compiled program, from a sort of integers.

XLA sorts floats by comparisons that know of NaN and of signed zeros, seven times slower on a CPU than integers. The
bits of a float, read as an integer, are in the order of the floats once all but the sign bit of the negative ones are
flipped.
"""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Bool, Float, Int

_INTEGER = {"float32": jnp.int32, "float64": jnp.int64}


def quantiles(
    values: Float[Array, "batch n"], counted: Bool[Array, " batch"], levels: Sequence[float]
) -> Float[Array, " levels"]:
    """Return the quantiles of all values of the counted rows in float64, linear between neighbours; NaN without any."""
    keys = _flipped(jax.lax.bitcast_convert_type(values, _INTEGER[values.dtype.name]))
    keys = jnp.where(counted[:, None], keys, np.iinfo(keys.dtype).max)
    ordered = jax.lax.bitcast_convert_type(_flipped(jax.lax.sort(keys.reshape(-1), is_stable=False)), values.dtype)
    count = jnp.sum(counted).astype(jnp.float64) * values.shape[1]
    place = jnp.asarray(levels, jnp.float64) * jnp.maximum(count - 1, 0)
    below = jnp.floor(place).astype(jnp.int32)
    low, high = (ordered[jnp.minimum(at, ordered.size - 1)].astype(jnp.float64) for at in (below, below + 1))
    # Beyond the last counted value stands no number, and it has no weight.
    share = place - below.astype(jnp.float64)
    between = jnp.where(share > 0, low + share * (high - low), low)
    return jnp.where(count > 0, between, jnp.nan)


def _flipped(bits: Int[Array, "..."]) -> Int[Array, "..."]:
    """Return the key of a float's bits, or the bits of a key: the map is its own inverse."""
    kind = np.iinfo(bits.dtype)
    return bits ^ ((bits >> (kind.bits - 1)) & kind.max)
