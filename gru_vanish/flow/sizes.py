"""Shapes and sizes of what a program reads and keeps, known before anything is drawn."""

import math
from typing import Any

import jax
import numpy as np

from gru_vanish.contracts import Program
from gru_vanish.flow.arithmetic import SAFE, Arithmetic
from gru_vanish.flow.layout import lay_out
from gru_vanish.flow.network import Network


def data_shapes(program: Program) -> dict[str, Any]:
    """Return the tree of shapes and dtypes of a unit's data."""

    def struct(shape: tuple[int, ...]) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct(shape, program.dtype)

    def is_shape(value: Any) -> bool:
        return type(value) is tuple

    cell = program.cell
    params = cell.parameter_shapes(program.inputs.size)
    return {
        "params": jax.tree.map(struct, params, is_leaf=is_shape),
        "loss": jax.tree.map(struct, program.loss.drawn_shapes(cell.hidden), is_leaf=is_shape),
        "inputs": program.inputs.number_shapes(),
        "h0": program.h0.number_shapes(),
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


def pass_bytes(program: Program, beside: int = 0) -> int:
    """Return an upper estimate of what one forward scan and one reverse pass want.

    What is stored or recomputed at a time, what it is made from, the lanes, and the weights four times: drawn in
    float64, cast, and on the device. ``beside`` is what an observer wants of every step, in bytes.
    """
    per_step = bytes_per_step(program, SAFE) + beside
    layout = lay_out(program.lengths, per_step)
    row = program.cell.state_size * program.dtype.itemsize * program.inputs.batch
    steps, kept = (layout.chunk, layout.chunks * row) if layout.recompute else (program.longest, 0)
    weights = 4 * total_bytes(data_shapes(program))
    return 2 * steps * per_step + kept + 8 * len(program.lengths) * row + weights


def total_bytes(shapes: Any) -> int:
    """Return the size of a tree of shapes and dtypes."""
    return sum(math.prod(leaf.shape) * np.dtype(leaf.dtype).itemsize for leaf in jax.tree.leaves(shapes))
