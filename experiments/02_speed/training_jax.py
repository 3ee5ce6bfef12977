"""Plain JAX: a jitted step of ``value_and_grad`` of a ``lax.scan`` and optax's Adam, called from a Python loop."""

import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax_loop import STEPS
from training_contestant import LEARNING_RATE, Shared, norms
from work import side_by_side


def drawn(key: Any, length: int, batch: int) -> tuple[Any, Any]:
    """Return a batch of the adding problem."""
    of_values, of_first, of_second = jax.random.split(key, 3)
    half, every = length // 2, jnp.arange(batch)
    values = jax.random.uniform(of_values, (length, batch))
    first = jax.random.randint(of_first, (batch,), 0, half)
    second = jax.random.randint(of_second, (batch,), half, length)
    marks = jnp.zeros((length, batch)).at[first, every].set(1).at[second, every].set(1)
    return jnp.stack([values, marks], axis=-1), values[first, every] + values[second, every]


def contestant(
    shared: Shared, label: str, steps: int
) -> tuple[Callable[[], Any], Callable[[], np.ndarray], dict[str, Any]]:
    """Return what is timed, what gives the numbers, and what to tell; seeds one by one."""
    cell, optimizer = STEPS[label.lower()], optax.adam(LEARNING_RATE)

    def loss(weights: Any, x: Any, target: Any) -> Any:
        h0 = jnp.zeros((shared.batch, shared.hidden), jnp.float32)
        last, _ = jax.lax.scan(lambda h, x: (cell(weights, h, x), None), h0, x)
        answers = last @ weights["readout_weight"].T + weights["readout_bias"]
        return jnp.mean((answers[:, 0] - target) ** 2)

    @jax.jit
    def step(weights: Any, state: Any, key: Any) -> Any:
        key, own = jax.random.split(key)
        gradient = jax.grad(loss)(weights, *drawn(own, shared.length, shared.batch))
        updates, state = optimizer.update(gradient, state)
        return optax.apply_updates(weights, updates), state, key

    def unit(seed: int) -> dict[str, Any]:
        weights = shared.weights(seed)
        readout = {name: weights.pop(name) for name in ("readout_weight", "readout_bias")}
        return jax.tree.map(jnp.asarray, {**side_by_side(weights), **readout})

    units = [unit(seed) for seed in range(shared.seeds)]
    started = time.perf_counter()
    compiled = step.lower(units[0], optimizer.init(units[0]), jax.random.key(0)).compile()
    seconds = time.perf_counter() - started

    def once() -> None:
        for seed, weights in enumerate(units):
            state, key = optimizer.init(weights), jax.random.key(seed)
            for _ in range(steps):
                weights, state, key = compiled(weights, state, key)
            jax.block_until_ready(weights)

    def gradients() -> np.ndarray:
        gradient = jax.jit(jax.grad(loss))
        return np.stack([norms(gradient(weights, shared.x, shared.target)) for weights in units])

    return once, gradients, {"version": f"jax {jax.__version__}", "compile": seconds}
