"""One optimizer step: a batch, its gradient, clipping, the step itself, and whether the run is still alive."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Bool, Float, Int

from gru_vanish.contracts import Program
from gru_vanish.flow.weight_parts import weights as weight_fields
from gru_vanish.training.gradient import Weights, loss_and_gradient
from gru_vanish.training.plan import Training, numbers_of
from gru_vanish.training.readout import hits
from gru_vanish.training.streams import drawn_batch

NEVER = -1


class Learning(NamedTuple):
    """Where a training stands: all that it needs to go on."""

    weights: Weights
    optimizer: Any
    """the state of the optimizer"""
    step: Int[Array, ""]
    """optimizer steps that were taken"""
    diverged_at: Int[Array, ""]
    """the step that could not be taken, `NEVER` where all could: its loss, gradient or new weights are not finite"""


class Point(NamedTuple):
    """What one step shows of itself, before its weights change; float64."""

    loss: Float[Array, ""]
    """mean loss of the batch"""
    gradient: Float[Array, ""]
    """norm of the gradient by all weights"""
    clipped: Float[Array, ""]
    """the same after clipping"""
    accuracy: Float[Array, ""]
    """share of right answers; NaN where answers are no classes"""


class Learner:
    """A program's optimizer step with the numbers of one unit."""

    def __init__(self, program: Program, data: Mapping[str, Any]) -> None:
        assert isinstance(program.training, Training)
        assert program.task is not None
        self.program, self.task, self.training, self._data = program, program.task, program.training, data
        # In the dtype of the run, or every product with them would be float64.
        self._numbers = {name: jnp.asarray(value, program.dtype) for name, value in data["training"].items()}
        self._optimizer = self.training.optimizer.direction(numbers_of(self._numbers, "optimizer"))

    def begin(self) -> Learning:
        """Return the start: the drawn weights."""
        weights = jax.tree.map(jnp.asarray, Weights(self._data["params"], self._data["readout"]))
        return Learning(weights, self._optimizer.init(weights), jnp.int32(0), jnp.int32(NEVER))

    def step(self, at: Learning) -> tuple[Learning, Point]:
        """Take the next step; where it can not be taken all stays as it is but for ``diverged_at``."""
        step = at.step + 1
        batch = drawn_batch(self.program, self._data, step)
        scored, gradient = loss_and_gradient(self.program.cell, self.task, at.weights, batch)
        gradient = gradient._replace(cell=trained(self.program, gradient.cell))
        norm = global_norm(gradient)
        gradient, clipped = self._clip(gradient, norm)
        # optax multiplies integers and floats.
        with jax.numpy_dtype_promotion("standard"):
            direction, optimizer = self._optimizer.update(gradient, at.optimizer)
        rate = self._rate(step)
        weights: Weights = jax.tree.map(lambda weight, own: weight - rate * own, at.weights, direction)
        taken = jnp.isfinite(scored.loss) & jnp.isfinite(norm) & all_finite(weights)
        wide = jnp.float64
        point = Point(scored.loss.astype(wide), norm, clipped, self._accuracy(scored.answered, batch.target))
        weights, optimizer = jax.tree.map(
            lambda new, old: jnp.where(taken, new, old), (weights, optimizer), (at.weights, at.optimizer)
        )
        return Learning(
            weights, optimizer, jnp.where(taken, step, at.step), jnp.where(taken, at.diverged_at, step)
        ), point

    def _clip(self, gradient: Weights, norm: Float[Array, ""]) -> tuple[Weights, Float[Array, ""]]:
        if self.training.clip is None:
            return gradient, norm
        largest = self._data["training"]["clip"]
        kept = jnp.where(norm > largest, largest / norm, 1.0)
        return jax.tree.map(lambda leaf: leaf * kept.astype(leaf.dtype), gradient), jnp.minimum(norm, largest)

    def _rate(self, step: Int[Array, ""]) -> Float[Array, ""]:
        """Return η_t."""
        schedule = self.training.schedule
        share = schedule.share(numbers_of(self._numbers, "schedule"), step, self.training.steps)
        rate = numbers_of(self._numbers, "optimizer")["learning_rate"]
        return rate * share.astype(rate.dtype)

    def _accuracy(self, answered: Array, target: Array) -> Float[Array, ""]:
        if self.task.loss_kind != "cross_entropy":
            return jnp.asarray(jnp.nan, jnp.float64)
        return jnp.mean(hits(answered, target).astype(jnp.float64))


def trained(program: Program, gradient: Any) -> Any:
    """Return the gradient by the cell's parameters, 0 for those that are no weights: they stay as they are."""
    weights = set(weight_fields(program)) - set(program.cell.fixed)
    others = [name for name in gradient._fields if name not in weights]
    return gradient._replace(**{name: jnp.zeros_like(getattr(gradient, name)) for name in others})


def global_norm(gradient: Any) -> Float[Array, ""]:
    """Return the norm over all leaves in float64, in which no square of a float32 is lost."""
    wide = (leaf.astype(jnp.float64) for leaf in jax.tree.leaves(gradient))
    return jnp.sqrt(sum((jnp.sum(leaf * leaf) for leaf in wide), jnp.zeros((), jnp.float64)))


def all_finite(tree: Any) -> Bool[Array, ""]:
    """Return whether every number of a tree is finite."""
    return jnp.all(jnp.stack([jnp.all(jnp.isfinite(leaf)) for leaf in jax.tree.leaves(tree)]))
