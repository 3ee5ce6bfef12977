"""The sequences of a task as inputs, so that every measure can run on them."""

from typing import Literal, Self

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float
from pydantic import SerializeAsAny, model_validator

from gru_vanish.contracts import BLOCK, Input, Task
from gru_vanish.contracts.node import Numbers


class TaskSequences(Input):
    """x_t of the sequences that a task evaluates on; they end with the task, after T = ``task.steps``.

    A length below T is the beginning of these sequences, not a shorter task. Each block is cut out of whole sequences,
    which are drawn with it: cheap beside the network that reads them.
    """

    kind: Literal["task"] = "task"
    task: SerializeAsAny[Task]

    @classmethod
    def of(cls, task: Task, batch: int) -> Self:
        """Return the sequences of a task for so many samples."""
        return cls(size=task.input_size, batch=batch, task=task)

    @model_validator(mode="after")
    def _as_wide_as_the_task(self) -> Self:
        if self.size != self.task.input_size:
            raise ValueError(f"size is {self.size}, but the task's x_t has {self.task.input_size} components")
        return self

    @property
    def longest(self) -> int | None:
        """The length of the task's sequences."""
        return self.task.steps

    def block(self, key: Array, index: Array, numbers: Numbers) -> Float[Array, "block batch size"]:
        """Return one block of the evaluation's sequences, zeros behind their end."""
        own = {name.removeprefix("task."): value for name, value in numbers.items()}
        x = self.task.with_numbers(own).draw_evaluation(key, self.batch).x
        padded = jnp.pad(x, ((0, -self.task.steps % BLOCK), (0, 0), (0, 0)))
        start = jnp.asarray(index).astype(jnp.int32) * BLOCK
        return jax.lax.dynamic_slice_in_dim(padded, start, BLOCK)
