"""Every cell of the table in every convention, and a point at which a step is looked at."""

from collections.abc import Iterator
from itertools import product
from typing import Any, Literal, NamedTuple, get_args, get_origin

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array
from pydantic import ValidationError

from gru_vanish.activations import SAFE
from gru_vanish.cells import CELLS
from gru_vanish.contracts import Cell, Streams
from tests.cells.leaky_tanh import LeakyTanh

SIZE = 3
AXES = (4, 2)
"""Leading axes (steps, samples) where several are looked at together."""


def conventions(cell: type[Cell]) -> Iterator[Cell]:
    """Give the cell in every combination of its words that it accepts."""
    words = {
        name: get_args(field.annotation)
        for name, field in cell.model_fields.items()
        if get_origin(field.annotation) is Literal
    }
    for values in product(*words.values()):
        try:
            yield cell(hidden=5, **dict(zip(words, values, strict=True)))
        except ValidationError:
            continue


def named(cell: Cell) -> str:
    return " ".join(str(value) for value in cell.model_dump().values() if isinstance(value, str))


MEMBERS = {named(member): member for cell in [*CELLS.values(), LeakyTanh] for member in conventions(cell)}

every_cell = pytest.mark.parametrize("cell", MEMBERS.values(), ids=MEMBERS.keys())


class Point(NamedTuple):
    """Weights, and h_{t−1}, x_t and a cotangent for every place of ``axes``."""

    params: Any
    state: Array
    x: Array
    cotangent: Array


def weights(cell: Cell, dtype: Any = np.float64) -> Any:
    """Give weights that are all drawn, none zero, so that nothing can be forgotten unseen."""
    rng = np.random.default_rng(3)
    shapes = cell.parameter_shapes(SIZE)
    return type(shapes)(*(jnp.asarray(rng.normal(scale=0.6, size=shape), dtype) for shape in shapes))


def drawn_weights(cell: Cell, seed: int = 0) -> Any:
    return cell.draw(cell.Init(), SIZE, Streams(seed))


def point(cell: Cell, axes: tuple[int, ...] = (), dtype: Any = np.float64) -> Point:
    rng = np.random.default_rng(4)
    sizes = cell.state_size, SIZE, cell.state_size
    vectors = (jnp.asarray(rng.normal(size=(*axes, size)), dtype) for size in sizes)
    return Point(weights(cell, dtype), *vectors)


def pulled(cell: Cell, at: Point) -> tuple[Any, Any]:
    """Give what ``linearise`` and ``pullback`` make of one point."""
    drive = cell.drive(at.params, at.x)
    _, gates = cell.advance(at.params, cell.same_state(at.state), drive, SAFE)
    local = cell.linearise(at.params, at.state, drive, gates)
    return local, cell.pullback(at.params, local, at.cotangent)


def pulled_over_axes(cell: Cell, at: Point) -> tuple[Any, Any]:
    """Give the same for every place of two leading axes."""

    def one(state: Array, x: Array, cotangent: Array) -> tuple[Any, Any]:
        return pulled(cell, Point(at.params, state, x, cotangent))

    return jax.vmap(jax.vmap(one))(at.state, at.x, at.cotangent)


def new_state(cell: Cell, at: Point, state: Array) -> Array:
    return cell.step(at.params, cell.same_state(state), at.x, SAFE)[0]
