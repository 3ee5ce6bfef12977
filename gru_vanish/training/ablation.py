"""What the task is worth without one gate: the test loss with the gate held at its mean."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from gru_vanish.activations import SAFE
from gru_vanish.contracts import Cell, Holding, Level, Program
from gru_vanish.training.evaluation import Score, score
from gru_vanish.training.gradient import Batch, Weights


def ablated_score(program: Program, held: Holding, weights: Weights, batch: Batch) -> Score:
    """Return what the test draw shows with the gates of ``held`` at their mean over its steps and samples.

    The means are those of the network as it was trained, with its gates free, unit by unit.
    """
    means = mean_levels(program.cell, held, weights.cell, batch)
    return score(program, held, Weights(with_levels(program, held, weights.cell, means), weights.readout), batch)


def with_levels(program: Program, held: Holding, params: Any, means: Mapping[str, Level]) -> Any:
    """Return the parameters of the cell with held gates: the same weights, by their names, and the means."""
    shapes = held.parameter_shapes(program.inputs.size)
    given = params._asdict()
    blank = {name: jnp.zeros(shape, program.dtype) for name, shape in shapes._asdict().items() if name not in given}
    return held.with_levels(type(shapes)(**given, **blank), means)


def mean_levels(cell: Cell, held: Holding, params: Any, batch: Batch) -> dict[str, Level]:
    """Return the mean of each held gate over all steps and samples, as value and complement; sums in float64."""
    steps, samples = batch.x.shape[:2]

    def step(carry: tuple[Array, Any], x: Array) -> tuple[Any, None]:
        states, sums = carry

        def one(state: Array, x: Array) -> tuple[Array, Any]:
            return cell.advance(params, cell.same_state(state), cell.drive(params, x), SAFE)

        states, gates = jax.vmap(one)(states, x)
        levels = jax.vmap(lambda gates: held.levels(gates, SAFE))(gates)
        return (states, jax.tree.map(lambda total, own: total + jnp.sum(own, 0, jnp.float64), sums, levels)), None

    none = {name: jnp.zeros((2, cell.hidden), jnp.float64) for name in held.held}
    (_, sums), _ = jax.lax.scan(step, (batch.h0, none), batch.x)
    return {name: (total / (steps * samples)).astype(batch.x.dtype) for name, total in sums.items()}
