"""Whether a cell keeps its contract, told before anything is computed with it.

For cells that come from outside of this package; those of the table go through tests that ask for more. A mistake
names the attribute of the cell that it is about. What the cell's own code raises is kept as the cause, so that the
line can be found.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, get_args

import jax
import numpy as np
from pydantic import BaseModel, ValidationError

from gru_vanish.cells.broken_contract import BrokenContractError, broken, calling, is_named, word
from gru_vanish.cells.conformance_step import Point, check_values, walk
from gru_vanish.contracts import Cell, GateFunction, Node, Streams

FEW = 16
"""Units with which numbers are looked at."""


def check_kind(kind: type[Cell]) -> None:
    """Raise `BrokenContractError` for what is wrong with the class, before there is a structure."""
    for name, field in kind.model_fields.items():
        if {float, complex} & set(_types_within(field.annotation)):
            broken(name, "a number that a step reads shapes no program: make it a field of Init, and a parameter")
    init = getattr(kind, "Init", None)
    if not (isinstance(init, type) and issubclass(init, Node)):
        broken("Init", "it has to be a class under gru_vanish.contracts.Node: what the parameters are drawn from")
    fields = getattr(getattr(kind, "Uses", None), "_fields", ())
    if not fields:
        broken("Uses", "it has to be a NamedTuple with one field for every place where the old state enters")
    if not isinstance(kind.presets, Mapping) or not all(isinstance(one, Mapping) for one in kind.presets.values()):
        broken("presets", "it has to be a mapping of names to mappings of fields")


def check(cell: Cell, init: BaseModel) -> None:
    """Raise `BrokenContractError` for the first thing that is wrong with a cell of this structure.

    Looked at: words and sizes; shapes and dtypes of a step and of its adjoint in both precisions; what is drawn; and,
    at one point in float64, that every use is read and that the adjoint is the VJP of the step. Numbers are looked at
    with few units, where the cell can be had with few: they tell no more of many.
    """
    for name, value in (("hidden", cell), ("Init", init)):
        try:
            hash(value)
        except TypeError as fault:
            raise BrokenContractError(name, f"its fields have to be hashable ({fault}): use a tuple") from fault
    # Both dtypes have to exist, whatever the process has been told.
    with jax.enable_x64(True):
        _check_words(cell)
        _check_shapes(cell)
        _check_numbers(_with_few_units(cell), init)


def _check_words(cell: Cell) -> None:
    with calling("state_size"):
        size = cell.state_size
    if type(size) is not int or size < 1:
        broken("state_size", f"it gives {size!r}; it has to give a whole number from 1")
    with calling("parts"):
        edges = [(rows.start, rows.stop) for rows in cell.parts.values()]
    if [start for start, _ in edges] + [size] != [0] + [stop for _, stop in edges]:
        broken("parts", f"the slices have to cover 0 to {size} in order and without a gap")
    with calling("gate_functions"):
        functions = cell.gate_functions
    if not isinstance(functions, Mapping) or not all(isinstance(one, GateFunction) for one in functions.values()):
        broken("gate_functions", "it has to give a mapping of pre-activations to members of GateFunction")
    with calling("linear_in_state"):
        linear = cell.linear_in_state
    if type(linear) is not bool:
        broken("linear_in_state", f"it gives {linear!r}; it has to give True or False")
    with calling("equations"):
        equations = cell.equations()
    if not isinstance(equations, str) or not equations.strip():
        broken("equations", "it has to return the equations as text")


def _check_shapes(cell: Cell) -> None:
    """Trace a step and its adjoint in both dtypes; nothing is computed."""
    size = _input_size(cell)
    promised = _promised(cell, size)
    for dtype in (np.float32, np.float64):
        shapes = [jax.ShapeDtypeStruct(shape, dtype) for shape in promised]
        vectors = [jax.ShapeDtypeStruct((n,), dtype) for n in (cell.state_size, size, cell.state_size)]
        jax.eval_shape(lambda *given: walk(cell, Point(*given)), type(promised)(*shapes), *vectors)


@lru_cache(maxsize=256)
def _check_numbers(cell: Cell, init: BaseModel) -> None:
    size = _input_size(cell)
    check_values(cell, _checked_draws(cell, init, size), size)


def _with_few_units(cell: Cell) -> Cell:
    """Return the same cell with few units, or itself where there is none."""
    if cell.hidden <= FEW:
        return cell
    try:
        return type(cell).model_validate({**cell.model_dump(), "hidden": FEW})
    except ValidationError:
        return cell


def _input_size(cell: Cell) -> int:
    """Return a size that is not the hidden one, so that a matrix that is the wrong way round does not fit."""
    return 2 if cell.hidden == 3 else 3


def _promised(cell: Cell, size: int) -> Any:
    """Return the shapes of the parameters."""
    with calling("parameter_shapes"):
        shapes = cell.parameter_shapes(size)
    if not is_named(shapes) or not all(_is_shape(shape) for shape in shapes):
        broken("parameter_shapes", "it has to return a NamedTuple of shapes, each a tuple of whole numbers")
    return shapes


def _checked_draws(cell: Cell, init: BaseModel, size: int) -> Any:
    """Return what is drawn for one seed, in float64."""
    shapes = _promised(cell, size)
    with calling("draw"):
        drawn, again = (cell.draw(init, size, Streams(0)) for _ in range(2))
        if type(drawn) is not type(shapes):
            broken("draw", f"it returns {word(drawn)}; it has to return {type(shapes).__name__}")
        arrays = [np.asarray(leaf) for leaf in drawn]
        repeated = [np.asarray(leaf) for leaf in again]
    for name, shape, array, other in zip(shapes._fields, shapes, arrays, repeated, strict=True):
        if array.dtype.kind not in "fiub":
            broken("draw", f"{name} is of dtype {array.dtype}; parameters are real numbers")
        if array.shape != shape:
            broken("draw", f"{name} has the shape {array.shape}; parameter_shapes promises {shape}")
        if not np.isfinite(array).all():
            broken("draw", f"{name} holds numbers that are not finite")
        if not np.array_equal(array, other):
            broken("draw", f"{name} is another at the second draw of a seed: take every random number from streams")
    return type(drawn)(*(np.asarray(array, np.float64) for array in arrays))


def _is_shape(value: Any) -> bool:
    return type(value) is tuple and all(type(length) is int and length >= 0 for length in value)


def _types_within(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _types_within(part)
