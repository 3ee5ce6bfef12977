"""Which gate stands behind each call of an activation, found by watching a step being traced.

A cell returns, in its ``gates``, the very arrays that it passes to its activations. So a step that is traced once with
activations that note their argument tells the name of every call, in the order of the calls, and a second step can be
given other values in the place of a gate: no cell has to know that this is possible.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from gru_vanish.contracts import Activations, Cell, Level


@lru_cache(maxsize=256)
def calls(cell: Cell) -> tuple[str | None, ...]:
    """Return the gate behind each call of an activation in a step, None for a value that is no gate."""
    found: list[str | None] = []

    def step(params: Any, state: Array, x: Array) -> None:
        seen: list[Array] = []

        def note(a: Array) -> Array:
            seen.append(a)
            return -a  # another array: what comes out of one activation is not what went in

        _, gates = cell.step(params, cell.same_state(state), x, Activations(*(note for _ in Activations._fields)))
        names = {id(gate): name for name, gate in gates._asdict().items() if gate is not None}
        found.extend(names.get(id(a)) for a in seen)

    jax.eval_shape(step, *_shapes(cell))
    return tuple(found)


@lru_cache(maxsize=256)
def followers(cell: Cell, gate: str) -> frozenset[str]:
    """Return the gates whose pre-activations depend on what ``gate`` gives within one step."""
    order = calls(cell)

    def pre_activations(value: Array, params: Any, state: Array, x: Array) -> dict[str, Array]:
        names = iter(order)

        def give(a: Array) -> Array:
            return value if next(names) == gate else a

        _, gates = cell.step(params, cell.same_state(state), x, Activations(*(give for _ in Activations._fields)))
        return {name: a for name, a in gates._asdict().items() if a is not None}

    params, state, x = _shapes(cell)
    value = jax.ShapeDtypeStruct((cell.hidden,), state.dtype)
    traced, shapes = jax.make_jaxpr(pre_activations, return_shape=True)(value, params, state, x)
    reached = {id(traced.jaxpr.invars[0])}
    for equation in traced.jaxpr.eqns:
        if any(id(variable) in reached for variable in equation.invars):
            reached |= {id(variable) for variable in equation.outvars}
    # A dictionary's leaves come in the order of its sorted names.
    return frozenset(
        name for name, variable in zip(sorted(shapes), traced.jaxpr.outvars, strict=True) if id(variable) in reached
    )


def gated(
    act: Activations, order: tuple[str | None, ...], levels: Mapping[str, Level], taken: Mapping[str, tuple[str, Array]]
) -> Activations:
    """Return activations for one step that give ``levels`` instead of some gates, and other gates instead of others.

    ``order`` is what `calls` says of the cell; ``levels`` holds (value, complement) by gate; ``taken`` says of which
    gate, with which pre-activation, a gate takes the value.
    """
    names = iter(order)
    return Activations(*(_through(field, function, names, levels, taken) for field, function in act._asdict().items()))


def _through(
    field: str,
    function: Any,
    names: Iterator[str | None],
    levels: Mapping[str, Level],
    taken: Mapping[str, tuple[str, Array]],
) -> Any:
    row = 1 if field == "complement" else 0

    def give(a: Array) -> Array:
        name = next(names)
        if name is None:
            return function(a)
        name, a = taken.get(name, (name, a))
        return jnp.broadcast_to(levels[name][row], a.shape) if name in levels else function(a)

    return give


def _shapes(cell: Cell) -> tuple[Any, jax.ShapeDtypeStruct, jax.ShapeDtypeStruct]:
    """Return the shapes of (params, state, x) for one component of input."""

    def struct(shape: tuple[int, ...]) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct(shape, jnp.float32)

    params = jax.tree.map(struct, cell.parameter_shapes(1), is_leaf=lambda value: type(value) is tuple)
    return params, struct((cell.state_size,)), struct((1,))
