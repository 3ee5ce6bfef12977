"""What depends on the weights alone leaves the loop, and nothing changes but that."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from gru_vanish.flow.hoist import hoisted

WEIGHTS = {"w": np.arange(12.0).reshape(3, 4) / 7, "b": np.float64(0.5)}
STATE, X = np.linspace(-1, 1, 8).reshape(2, 4), np.linspace(0, 1, 6).reshape(2, 3)


def step(weights: Any, state: Array, x: Array) -> tuple[Array, dict[str, Array]]:
    rate = jnp.exp(weights["b"] * 2.0)
    return jnp.tanh(state + x @ weights["w"]) * rate, {"back": state @ weights["w"].T, "rate": rate, "state": state}


def test_the_numbers_are_the_same() -> None:
    rest = hoisted(step, WEIGHTS, jnp.asarray(STATE), jnp.asarray(X))
    jax.tree.map(
        np.testing.assert_array_equal, rest(2 * STATE, X), step(WEIGHTS, jnp.asarray(2 * STATE), jnp.asarray(X))
    )


def test_only_what_needs_the_arguments_is_left() -> None:
    state, x = jnp.asarray(STATE), jnp.asarray(X)
    whole = [equation.primitive.name for equation in jax.make_jaxpr(step)(WEIGHTS, state, x).jaxpr.eqns]
    assert {"exp", "transpose"} <= set(whole)
    rest = hoisted(step, WEIGHTS, state, x)
    left = str(jax.make_jaxpr(rest)(state, x))
    assert "tanh" in left
    assert "dot_general" in left
    assert "exp" not in left
    assert "transpose" not in left


def test_within_a_loop_and_a_batch() -> None:
    def through(weights: Any, xs: Array) -> Array:
        rest = hoisted(step, weights, jnp.asarray(STATE), xs[0])
        return jax.lax.scan(lambda state, x: (rest(state, x)[0], None), jnp.asarray(STATE), xs)[0]

    xs = jnp.stack([jnp.asarray(X), jnp.asarray(-X)])
    both = jax.tree.map(lambda leaf: jnp.stack([jnp.asarray(leaf), 2 * jnp.asarray(leaf)]), WEIGHTS)
    found = jax.jit(jax.vmap(through, (0, None)))(both, xs)
    for index, weights in enumerate((WEIGHTS, jax.tree.map(lambda leaf: 2 * leaf, WEIGHTS))):
        state = jnp.asarray(STATE)
        for x in xs:
            state = step(weights, state, x)[0]
        np.testing.assert_allclose(found[index], state, rtol=1e-14)
