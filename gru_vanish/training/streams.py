"""Where the sequences of a training come from: one key per purpose and step, all folded from the unit's."""

from collections.abc import Mapping
from typing import Any

import jax
from jax import Array
from jaxtyping import Int

from gru_vanish.contracts import Examples, Program
from gru_vanish.flow.network import INPUT_STREAM, STATE_STREAM
from gru_vanish.training.gradient import Batch

TRAINING_STREAM = 3
EVALUATION_STREAM = 4


def drawn_batch(program: Program, data: Mapping[str, Any], step: Int[Array, ""]) -> Batch:
    """Return the batch of one optimizer step, a function of (seed, step) alone."""
    key = jax.random.fold_in(_key(data, TRAINING_STREAM), step)
    assert program.training is not None
    return _drawn(program, data, key, program.training.batch, evaluation=False)[0]  # type: ignore[attr-defined]


def drawn_evaluation(program: Program, data: Mapping[str, Any], samples: int) -> tuple[Batch, Examples]:
    """Return the first samples of the test draw, a function of the seed alone, and the examples that it is made of."""
    return _drawn(program, data, _key(data, EVALUATION_STREAM), samples, evaluation=True)


def _key(data: Mapping[str, Any], stream: int) -> Array:
    # Named explicitly: the default generator of a device may be another.
    return jax.random.fold_in(jax.random.wrap_key_data(data["key"], impl="threefry2x32"), stream)


def _drawn(
    program: Program, data: Mapping[str, Any], key: Array, samples: int, evaluation: bool
) -> tuple[Batch, Examples]:
    assert program.task is not None
    task = program.task.with_numbers(data["task"])
    draw = task.draw_evaluation if evaluation else task.draw
    examples = draw(jax.random.fold_in(key, INPUT_STREAM), samples)
    state_key = jax.random.fold_in(key, STATE_STREAM)
    h0 = program.h0.draw(state_key, samples, program.cell.state_size, data["h0"])
    return Batch(examples.x.astype(program.dtype), examples.target, h0.astype(program.dtype)), examples
