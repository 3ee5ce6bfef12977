"""What a cell gives out along given sequences: the inputs of whatever reads it."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float

from gru_vanish.activations import SAFE
from gru_vanish.contracts import Cell


def outputs(
    cell: Cell, params: Any, xs: Float[np.ndarray, "batch steps size"]
) -> Float[np.ndarray, "batch steps hidden"]:
    """Return h_1 … h_T of every sample from h_0 = 0, computed in float64 whatever the dtype of what is given."""
    wide = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float64), params)
    return np.asarray(_outputs(cell, wide, jnp.asarray(xs, jnp.float64)))


@partial(jax.jit, static_argnums=0)
def _outputs(cell: Cell, params: Any, xs: Array) -> Array:
    def step(state: Array, x: Array) -> tuple[Array, Array]:
        def one(state: Array, x: Array) -> Array:
            return cell.step(params, cell.same_state(state), x, SAFE)[0]

        after = jax.vmap(one)(state, x)
        return after, jax.vmap(cell.read)(after)

    first = jnp.zeros((xs.shape[0], cell.state_size), jnp.float64)
    with jax.default_matmul_precision("highest"):
        _, hs = jax.lax.scan(step, first, jnp.swapaxes(xs, 0, 1))
    return jnp.swapaxes(hs, 0, 1)
