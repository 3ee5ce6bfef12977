"""Networks as everybody writes them: jax.nn.sigmoid, 1 − z, one scan, `jax.grad`, `jnp.linalg.norm`.

Nothing here comes from the package but the numbers of the weights.
"""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from gru_vanish.cells import RNN
from gru_vanish.contracts import Cell, Setting
from tests.flow import settings

PHI: dict[str, Any] = {"tanh": jnp.tanh, "relu": jax.nn.relu, "identity": lambda a: a}


def step(cell: Any, w: Any, h: Array, x: Array) -> Array:
    """One step with the weights ``w`` of the equations (`tests.oracle.numpy_networks`)."""
    if isinstance(cell, RNN):
        return PHI[cell.activation](w.W @ h + w.U @ x + w.b)  # type: ignore[no-any-return]
    r = jax.nn.sigmoid(w.W_r @ h + w.U_r @ x + w.b_r)
    z = jax.nn.sigmoid(w.W_z @ h + w.U_z @ x + w.b_z)
    inner = w.W_h @ (r * h) if cell.reset == "before" else r * (w.W_h @ h + w.b_hn)
    candidate = jnp.tanh(inner + w.U_h @ x + w.b_h)
    return (1 - z) * h + z * candidate if cell.update_gate == "replaces" else z * h + (1 - z) * candidate


@partial(jax.jit, static_argnums=0)
def gradients(cell: Cell, w: Any, xs: Array, h0: Array, cotangent: Array) -> Array:
    """Give dL_T/dh_0 of every sample: xs (T, B, m), h0 (B, n) → (B, n)."""

    def loss(h0: Array, xs: Array) -> Array:
        last, _ = jax.lax.scan(lambda h, x: (step(cell, w, h, x), None), h0, xs)
        return cotangent @ last

    return jax.vmap(jax.grad(loss), (0, 1))(h0, xs)


def plain_gradients(setting: Setting, seed: int = 0) -> list[Array]:
    """Give dL_T/dh_0 (B, n) at every length, in the dtype of the setting."""
    params, xs, h0, cotangent = settings.drawn(setting, seed)
    dtype = np.dtype(setting.precision)
    weights = jax.tree.map(lambda leaf: jnp.asarray(leaf, dtype), tuple(settings.oracle(setting.cell, params).weights))
    named = type(settings.oracle(setting.cell, params).weights)(*weights)
    xs, h0, cotangent = (jnp.asarray(array, dtype) for array in (xs, h0, cotangent))
    return [gradients(setting.cell, named, xs[:length], h0, cotangent) for length in setting.lengths]


def plain_norms(gradients: list[Array]) -> np.ndarray:
    """Give what `jnp.linalg.norm` shows of them, (L, B)."""
    return np.stack([np.asarray(jnp.linalg.norm(each, axis=-1), np.float64) for each in gradients])


def true_norms(gradients: list[Array]) -> np.ndarray:
    """Give their norms without losing what float32 can not square, (L, B)."""
    return np.stack([np.linalg.norm(np.asarray(each, np.float64), axis=-1) for each in gradients])
