"""The plain JAX loop: what one would write. ``jax.jit`` of a gradient, compiled again for every length."""

import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from work import Work, side_by_side


def rnn_step(w: dict[str, Any], h: Any, x: Any) -> Any:
    """h' = tanh(W h + U x + b)."""
    return jnp.tanh(h @ w["weight_hh"].T + x @ w["weight_ih"].T + w["bias_ih"] + w["bias_hh"])


def gru_step(w: dict[str, Any], h: Any, x: Any) -> Any:
    """PyTorch's equations: the reset acts after the product, z keeps."""
    from_x = x @ w["weight_ih"].T + w["bias_ih"]
    from_h = h @ w["weight_hh"].T + w["bias_hh"]
    (r_x, z_x, n_x), (r_h, z_h, n_h) = jnp.split(from_x, 3, axis=-1), jnp.split(from_h, 3, axis=-1)
    z = jax.nn.sigmoid(z_x + z_h)
    candidate = jnp.tanh(n_x + jax.nn.sigmoid(r_x + r_h) * n_h)
    return z * h + (1 - z) * candidate


STEPS = {"rnn": rnn_step, "gru": gru_step}


def contestant(work: Work, label: str, precision: str) -> tuple[Callable[[], Any], dict[str, Any]]:
    """Return what is timed, a function that returns (seed, length, sample), and what to tell of it."""
    jax.config.update("jax_enable_x64", precision == "float64")
    step = STEPS[work.kind(label)]

    def loss(h0: Any, w: Any, xs: Any, c: Any) -> Any:
        last, _ = jax.lax.scan(lambda h, x: (step(w, h, x), None), h0, xs)
        return jnp.sum(last @ c)

    def norms(h0: Any, w: Any, xs: Any, c: Any) -> Any:
        value, gradient = jax.value_and_grad(loss)(h0, w, xs, c)
        return value, jnp.linalg.norm(gradient, axis=-1)

    units = [jax.device_put((side_by_side(u.weights), u.xs, u.c)) for u in work.units(label, precision)]
    weights, xs, c = units[0]
    h0 = jnp.zeros((xs.shape[1], c.shape[0]), precision)
    started = time.perf_counter()
    # The same precision of products as the others have, where a GPU would take another by default.
    with jax.default_matmul_precision("highest"):
        compiled = {T: jax.jit(norms).lower(h0, weights, xs[:T], c).compile() for T in work.lengths}
    seconds = time.perf_counter() - started

    def once() -> np.ndarray:
        return np.stack([[np.asarray(compiled[T](h0, w, xs[:T], c)[1]) for T in work.lengths] for w, xs, c in units])

    told = {"version": f"jax {jax.__version__}", "compile": seconds, "programs": len(compiled)}
    return once, told
