"""Shapes and sizes of what a program reads and keeps, known before anything is drawn."""

import math
from typing import Any

import jax
import numpy as np

from gru_vanish.contracts import Program
from gru_vanish.flow.arithmetic import Arithmetic
from gru_vanish.flow.network import Network


def data_shapes(program: Program) -> dict[str, Any]:
    """Return the tree of shapes and dtypes of a unit's data."""

    def struct(shape: tuple[int, ...]) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct(shape, program.dtype)

    def is_shape(value: Any) -> bool:
        return type(value) is tuple

    cell, scalar = program.cell, jax.ShapeDtypeStruct((), np.float64)
    params = cell.parameter_shapes(program.inputs.size)
    return {
        "params": jax.tree.map(struct, params, is_leaf=is_shape),
        "loss": jax.tree.map(struct, program.loss.drawn_shapes(cell.hidden), is_leaf=is_shape),
        "inputs": dict.fromkeys(program.inputs.numeric, scalar),
        "h0": dict.fromkeys(program.h0.numeric, scalar),
        "key": jax.ShapeDtypeStruct((2,), np.uint32),
    }


def bytes_per_step(program: Program, arithmetic: Arithmetic) -> int:
    """Return the bytes that a forward step leaves for the reverse pass: linearisations and states of all samples."""

    def step(data: Any) -> Any:
        network = Network(program, data, arithmetic)
        state = network.initial()
        drive = network.drive(network.inputs(0, 1)[0])
        after, gates = network.advance(state, drive)
        return network.linearise(state, drive, gates), after

    return total_bytes(jax.eval_shape(step, data_shapes(program)))


def total_bytes(shapes: Any) -> int:
    """Return the size of a tree of shapes and dtypes."""
    return sum(math.prod(leaf.shape) * np.dtype(leaf.dtype).itemsize for leaf in jax.tree.leaves(shapes))
