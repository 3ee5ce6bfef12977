"""What is seen of the task itself at a checkpoint: its loss's gradient step by step, and the steps by their group."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Int

from gru_vanish.contracts import Call, Outputs, Program
from gru_vanish.training import own_loss
from gru_vanish.training.ablation import ablated_score
from gru_vanish.training.evaluation import score
from gru_vanish.training.gradient import Batch
from gru_vanish.training.own_loss import Seen, Steps
from gru_vanish.training.plan import Training
from gru_vanish.training.reductions import mean, members, typical
from gru_vanish.training.streams import drawn_evaluation

CHUNK = 64
"""Samples of the test draw that are passed back together."""


def own_loss_kernel(program: Program) -> Callable[[Call], Outputs]:
    """Return the call that shows the task's own gradient at the present weights."""
    assert isinstance(program.training, Training)
    samples = program.training.evaluate.samples

    def kernel(call: Call) -> dict[str, Array]:
        batch, examples = drawn_evaluation(program, call.data, samples)
        weights = call.carry.weights
        scored = score(program, program.cell, weights, batch)
        seen = by_chunks(lambda part: own_loss.seen(program, call.data, weights, part), batch)
        return {"loss": scored.loss, "accuracy": scored.accuracy, **shown(program, seen, examples.group)}

    return kernel


def ablation_kernel(program: Program) -> Callable[[Call], Outputs]:
    """Return the call that shows the test loss with one gate after the other held at its mean."""
    assert isinstance(program.training, Training)
    gates, samples = program.training.ablate, program.training.evaluate.samples

    def kernel(call: Call) -> dict[str, Array]:
        batch, _ = drawn_evaluation(program, call.data, samples)
        found: dict[str, Array] = {}
        for gate, held in zip(gates, program.ablated, strict=True):
            scored = ablated_score(program, held, call.carry.weights, batch)
            found |= {f"ablated_loss_{gate}": scored.loss, f"ablated_accuracy_{gate}": scored.accuracy}
        return found

    return kernel


def by_chunks(see: Callable[[Batch], Seen], batch: Batch) -> Seen:
    """Return what all samples show, `CHUNK` of them at a time, so that memory does not grow with their number."""
    samples = batch.h0.shape[0]
    size = min(CHUNK, samples)
    count = -(-samples // size)
    # The last chunk is filled up with the last sample, which is then left out.
    rows = jnp.asarray(np.minimum(np.arange(count * size, dtype=np.int32), samples - 1).reshape(count, size))

    def chunk(rows: Int[Array, " size"]) -> Seen:
        return see(Batch(batch.x[:, rows], batch.target[:, rows], batch.h0[rows]))

    found = jax.lax.map(chunk, rows)

    def joined(leaf: Array) -> Array:
        """Chunks lead; samples are the last axis."""
        return jnp.moveaxis(leaf, 0, -2).reshape(*leaf.shape[1:-1], count * size)[..., :samples]

    return jax.tree.map(joined, found)


def shown(program: Program, seen: Seen, group: Int[Array, "steps samples"]) -> dict[str, Array]:
    """Return what is stored of one checkpoint, by name."""
    assert program.task is not None
    steps = seen.steps
    by_state = jnp.concatenate([seen.ln_first[None], steps.ln_state])
    found = {**_by_step("state_gradient", by_state), **_by_step("input_gradient", steps.ln_input)}
    for index, name in enumerate(program.task.groups):
        found |= _of_group(program, steps, members(group, index), name)
    return found


def _by_step(name: str, ln: Array) -> dict[str, Array]:
    told = typical(ln, jnp.ones(ln.shape, bool), (1,))
    return {f"ln_{name}": told.mean, f"ln_{name}_rms": told.rms, f"{name}_zero": told.zero}


def _of_group(program: Program, steps: Steps, here: Array, name: str) -> dict[str, Any]:
    assert program.task is not None
    told = typical(steps.ln_answer, here, (0, 1))
    found = {
        f"ln_answer_gradient/{name}": told.mean,
        f"ln_answer_gradient_rms/{name}": told.rms,
        f"answer_gradient_zero/{name}": told.zero,
        f"ln_input_gradient/{name}": typical(steps.ln_input, here, (0, 1)).mean,
    }
    if own_loss.is_scalar(program.task):
        found[f"answer_gradient/{name}"] = mean(steps.answer, here)
    found |= {f"gate/{gate}/{name}": mean(values, here) for gate, values in steps.gates.items()}
    for use, values in steps.shares.items():
        counted = here & ~jnp.isnan(values)
        found[f"path_share/{use}/{name}"] = mean(values, counted)
        found[f"path_share_counted/{name}"] = mean(counted.astype(jnp.float64), here)
    return found
