"""The sums over steps and samples that a weight's gradient is made of, in the forms that the compiler is fast with."""

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float


def outer(alpha: Float[Array, "*axes rows"], seen: Float[Array, "*axes columns"]) -> Float[Array, "rows columns"]:
    """Return Σ α sᵀ over the leading axes: the gradient of a matrix that multiplied s.

    With few columns (inputs of a task often have two components) XLA's product on a CPU takes up to ten times as long
    as its transpose; the barrier keeps the compiler from turning it round again.
    """
    if seen.shape[-1] >= alpha.shape[-1]:
        return jnp.einsum("...i,...j->ij", alpha, seen)
    return jax.lax.optimization_barrier(jnp.einsum("...j,...i->ji", seen, alpha)).T


def total(alpha: Float[Array, "*axes rows"]) -> Float[Array, " rows"]:
    """Return Σ α over the leading axes, by a product with ones: a reduction takes ten times as long."""
    ones = jnp.ones((*alpha.shape[:-1], 1), alpha.dtype)
    # A sum stays a sum of all digits, whatever precision products are asked for.
    return jnp.einsum("...j,...i->ji", ones, alpha, precision="highest")[0]
