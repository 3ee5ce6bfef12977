"""One key for each sample of each block."""

import jax
import jax.numpy as jnp
from jax import Array


def sample_keys(key: Array, index: Array, batch: int) -> Array:
    """Return the keys of block ``index``, each folded from the block's: what sample b sees, b alone decides."""
    return jax.vmap(jax.random.fold_in, (None, 0))(jax.random.fold_in(key, index), jnp.arange(batch, dtype=jnp.int32))
