"""What tasks are drawn from: 32 random bits for each number of a sample, and what is made of them.

Everything is integer arithmetic and exact scaling, so no compiler can round it differently: a sample has the same bits
in every program. All bits of a sample are drawn at once, since every call of the generator takes long to compile.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float, Int, UInt32

from gru_vanish.contracts import Examples

BITS = 24
"""As many as a float32 holds exactly."""


def examples(sample: Callable[..., Examples], key: Array, batch: int, numbers: int, *given: Array) -> Examples:
    """Draw ``batch`` samples.

    ``sample`` maps the random bits of one sample, so many ``numbers``, and what is given for each sample to the example
    without its batch axis.
    """
    return jax.vmap(sample, out_axes=1)(words(key, batch, numbers), *given)


def words(key: Array, rows: int, numbers: int) -> UInt32[Array, "rows numbers"]:
    """Return random bits of a key per row, folded from ``key`` by its index: a row does not know how many there are."""
    keys = jax.vmap(jax.random.fold_in, (None, 0))(key, jnp.arange(rows, dtype=jnp.int32))
    return jax.vmap(lambda key: jax.random.bits(key, (numbers,), jnp.uint32))(keys)


def uniform(bits: UInt32[Array, "..."]) -> Float[Array, "..."]:
    """Return numbers uniform on [0, 1): k·2⁻²⁴ in float32."""
    return (bits >> (32 - BITS)).astype(jnp.int32).astype(jnp.float32) * 2.0**-BITS


def symmetric(bits: UInt32[Array, "..."]) -> Float[Array, "..."]:
    """Return numbers uniform on [−1, 1): k·2⁻²³ − 1 in float32, of variance ⅓ up to 2⁻⁴⁷."""
    return ((bits >> (32 - BITS)).astype(jnp.int32) - 2 ** (BITS - 1)).astype(jnp.float32) * 2.0 ** (1 - BITS)


def integers(bits: UInt32[Array, "..."], count: int) -> Int[Array, "..."]:
    """Return int32 from 0 to count − 1; the remainder of 32 bits favours none by more than count / 2³²."""
    return (bits % jnp.uint32(count)).astype(jnp.int32)


def permutation(bits: UInt32[Array, " count"]) -> Int[Array, " count"]:
    """Return 0 … count − 1 in random order: that of so many random numbers."""
    return jnp.argsort(bits).astype(jnp.int32)


def one_hot(symbols: Int[Array, " steps"], size: int) -> Float[Array, "steps size"]:
    """Return e_k in float32 for every symbol k."""
    return jax.nn.one_hot(symbols, size, dtype=jnp.float32)
