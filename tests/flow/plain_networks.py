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
from gru_vanish.contracts import Cell, Setting, Status
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


@partial(jax.jit, static_argnums=0)
def gradients_on_the_way(cell: Cell, w: Any, xs: Array, h0: Array, cotangent: Array) -> tuple[Array, Array]:
    """Give dL_T/dh_t at t = 1 … T and dL_T/dx_t of every sample: (T, B, n) and (T, B, m).

    A state on the way is no argument of the loss, so a number that is 0 is added to it.
    """

    def loss(added: Array, xs: Array, h0: Array) -> Array:
        last, _ = jax.lax.scan(lambda h, at: (step(cell, w, h, at[0]) + at[1], None), h0, (xs, added))
        return cotangent @ last

    added = jnp.zeros((*xs.shape[:2], len(cotangent)), xs.dtype)
    return jax.vmap(jax.grad(loss, argnums=(0, 1)), (1, 1, 0), (1, 1))(added, xs, h0)


def plain_flow(setting: Setting, seed: int = 0) -> list[tuple[Array, Array]]:
    """Give dL_T/dh_t (T, B, n) and dL_T/dx_t (T, B, m) at every length, in the dtype of the setting."""
    weights, xs, h0, cotangent = _cast(setting, seed)
    return [gradients_on_the_way(setting.cell, weights, xs[:length], h0, cotangent) for length in setting.lengths]


def plain_gradients(setting: Setting, seed: int = 0) -> list[Array]:
    """Give dL_T/dh_0 (B, n) at every length, in the dtype of the setting."""
    weights, xs, h0, cotangent = _cast(setting, seed)
    return [gradients(setting.cell, weights, xs[:length], h0, cotangent) for length in setting.lengths]


def _cast(setting: Setting, seed: int) -> tuple[Any, Array, Array, Array]:
    """Give (weights, xs, h0, cotangent) in the dtype of the setting."""
    params, *arrays = settings.drawn(setting, seed)
    dtype = np.dtype(setting.precision)
    weights = settings.oracle(setting.cell, params).weights
    named = type(weights)(*(jnp.asarray(leaf, dtype) for leaf in weights))
    return (named, *(jnp.asarray(array, dtype) for array in arrays))


def plain_norms(gradients: list[Array]) -> np.ndarray:
    """Give what `jnp.linalg.norm` shows of them, (L, B)."""
    return np.stack([np.asarray(jnp.linalg.norm(each, axis=-1), np.float64) for each in gradients])


def true_norms(gradients: list[Array]) -> np.ndarray:
    """Give their norms without losing what float32 can not square, (L, B)."""
    return np.stack([np.linalg.norm(np.asarray(each, np.float64), axis=-1) for each in gradients])


def check_plain_zeros(payload: dict[str, np.ndarray], ln: np.ndarray, plain: np.ndarray, first: int) -> None:
    """Check the shares of zeros and the count of ``saturated`` against gradients (T, B, k) of plain code, one length.

    ``ln`` are the true logarithms of every sample, (G, 1, B), and the row ``first`` is that of t = 1. Within 3 nats of
    where the dtype ends it depends on the order of the products which of them leaves it first; the norm's own end,
    where it squares, is sharper.
    """
    end = np.log(np.finfo(plain.dtype).tiny)
    apart = [np.abs(ln[first:, 0] - at).min(axis=-1) for at in (end, end / 2)]
    clear = (apart[0] > 3) & (apart[1] > 0.5)
    assert clear.mean() > 0.7
    zero_norm = np.asarray(jnp.linalg.norm(plain, axis=-1)) == 0
    np.testing.assert_array_equal(payload["plain_zero"][first:, 0][clear], zero_norm.mean(axis=-1)[clear])
    vanished = (~plain.any(axis=-1)).sum(axis=-1)
    assert {0, plain.shape[1]} <= set(vanished[clear].tolist())
    np.testing.assert_array_equal(payload["statuses"][first:, 0, Status.saturated][clear], vanished[clear])
