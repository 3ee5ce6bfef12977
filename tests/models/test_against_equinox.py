"""Equinox's own outputs and h0 gradients of its cells, saved by the recipe that the program prints."""

from pathlib import Path
from typing import Any

import equinox
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish.interface.recipes import RECIPES
from tests.models.studies import cotangent, h0_gradients, loaded

HIDDEN, SIZE, BATCH = 5, 3, 4


@pytest.mark.parametrize("kind", [equinox.nn.GRUCell, equinox.nn.LSTMCell])
def test_h0_gradients_of_a_cell(kind: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = {"encoder": [kind(SIZE, HIDDEN, key=jax.random.key(1), dtype=jnp.float64)]}
    monkeypatch.chdir(tmp_path)
    exec(RECIPES["equinox"], {"model": model})
    xs = np.random.default_rng(1).normal(size=(BATCH, 25, SIZE)).astype(np.float32)
    np.save("x.npy", xs)
    (series,) = loaded(tmp_path, "model.npz", "equinox").series
    setting, cell = series.setting, model["encoder"][0]
    ours, c = h0_gradients(setting), jnp.asarray(cotangent(setting))
    halves = 2 if kind is equinox.nn.LSTMCell else 1

    def loss(start: jax.Array, xs: jax.Array) -> jax.Array:
        state: Any = start[0] if halves == 1 else (start[0], start[1])
        state, _ = jax.lax.scan(lambda state, x: (cell(x, state), None), state, xs)
        return c @ (state if halves == 1 else state[0])

    zero = jnp.zeros((halves, HIDDEN), jnp.float64)
    theirs = jax.jit(jax.vmap(jax.grad(loss), (None, 0)))
    for row, length in zip(ours, setting.lengths, strict=True):
        found = np.asarray(theirs(zero, jnp.asarray(xs[:, :length], jnp.float64)))
        np.testing.assert_allclose(row, np.linalg.norm(found.reshape(BATCH, -1), axis=-1), rtol=1e-12)
