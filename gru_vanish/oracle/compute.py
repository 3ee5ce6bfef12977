"""All numbers of one network: its trajectory, and its derivatives by every way, in one program on the CPU."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from gru_vanish.activations import SAFE
from gru_vanish.contracts import Cell
from gru_vanish.oracle.networks import Drawn
from gru_vanish.oracle.unrolled import Derivatives, Given, Point
from gru_vanish.oracle.ways import WAYS


@dataclass(frozen=True)
class Computed:
    """What was computed of a network, as NumPy arrays."""

    states: np.ndarray
    """s_0 … s_T, (T + 1, B, state)"""
    read: np.ndarray
    """h_0 … h_T, what the loss sees, (T + 1, B, n)"""
    gates: dict[str, np.ndarray]
    """pre-activations by name, (T, B, n)"""
    values: dict[str, np.ndarray]
    """what the gates' functions give, (T, B, n)"""
    loss: np.ndarray
    """L of every sample, (B,)"""
    ways: dict[str, Derivatives]


def compute(drawn: Drawn, options: Mapping[str, Any]) -> Computed:
    """Compute a network by every way; ``options`` are the compiler's, so that the environment changes no bit."""
    cell = drawn.named.cell
    with jax.default_device(jax.devices("cpu")[0]):
        at = Point(
            params=jax.tree.map(jnp.asarray, drawn.params),
            xs=jnp.asarray(drawn.xs),
            displacements=jnp.zeros((len(drawn.xs) + 1, *drawn.start.shape), np.float64),
        )
        given = Given(jnp.asarray(drawn.start), jnp.asarray(drawn.projection))
        program = _program(cell, tuple(sorted(options.items())))
        found = jax.tree.map(np.asarray, jax.device_get(program(given, at)))
    return Computed(*found)


@lru_cache(maxsize=64)
def _program(cell: Cell, options: tuple[tuple[str, Any], ...]) -> Any:
    """Return the compiled function: networks that differ in numbers alone share it."""
    return jax.jit(partial(everything, cell), compiler_options=dict(options))


def everything(cell: Cell, given: Given, at: Point) -> tuple[Any, ...]:
    """Return the fields of `Computed` in their order."""
    states, gates = trajectory(cell, given, at)
    functions = {name: function.value for name, function in cell.gate_functions.items()}
    values = {name: _value(functions.get(name, "identity"), gate) for name, gate in gates.items()}
    read = jax.vmap(jax.vmap(cell.read))(states)
    ways = {name: way(cell, given, at, states) for name, way in WAYS.items()}
    return states, read, gates, values, read[-1] @ given.projection, ways


def trajectory(cell: Cell, given: Given, at: Point) -> tuple[Array, dict[str, Array]]:
    """Return s_0 … s_T and the pre-activations of every step."""

    def forward(states: Array, x: Array) -> tuple[Array, tuple[Array, dict[str, Array]]]:
        new, gates = jax.vmap(lambda state, x: cell.step(at.params, cell.same_state(state), x, SAFE))(states, x)
        return new, (new, {name: gate for name, gate in gates._asdict().items() if gate is not None})

    _, (later, gates) = jax.lax.scan(forward, given.start, at.xs)
    return jnp.concatenate([given.start[None], later]), gates


def _value(function: str, gate: Array) -> Array:
    """Return what a gate's function gives."""
    named = {"sigmoid": SAFE.sigmoid, "tanh": SAFE.tanh, "relu": SAFE.relu}
    return named[function](gate) if function in named else gate
