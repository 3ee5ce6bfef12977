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
        "loss": jax.tree.map(struct, program.loss.drawn_shapes(cell.hidden, program.inputs.batch), is_leaf=is_shape),
        "inputs": program.inputs.number_shapes(),
        "h0": program.h0.number_shapes(),
        "key": jax.ShapeDtypeStruct((2,), np.uint32),
    }


def bytes_per_step(program: Program, arithmetic: Arithmetic) -> int:
    """Return the bytes that a forward step leaves for the reverse pass, of all samples.

    Linearisations and states; of a loss that is summed over steps its derivative by the state, and what that is made
    from.
    """

    def step(data: Any) -> Any:
        network = Network(program, data, arithmetic)
        state = network.initial()
        drive = network.drive(network.inputs(0, 1)[0])
        after, gates = network.advance(state, drive)
        direct = network.direct(after[None]) if program.loss.summed else ()
        return network.linearise(state, drive, gates), after, direct

    beside = readout_bytes(program) if program.loss.summed else 0
    return total_bytes(jax.eval_shape(step, data_shapes(program))) + beside


def readout_bytes(program: Program) -> int:
    """Return what lies between the states of one step and their losses: in float64, and what is made of it."""
    return 2 * 8 * program.loss.readout_size * program.inputs.batch


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
    return 2 * steps * per_step + kept + len(program.lengths) * (8 * row + 2 * readout_bytes(program)) + weights


def total_bytes(shapes: Any) -> int:
    """Return the size of a tree of shapes and dtypes."""
    return sum(math.prod(leaf.shape) * np.dtype(leaf.dtype).itemsize for leaf in jax.tree.leaves(shapes))
