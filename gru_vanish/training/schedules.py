"""How the learning rate goes along training: η_t = η · (share of step t)."""

from abc import abstractmethod
from typing import Annotated, ClassVar, Literal

import jax.numpy as jnp
from jax import Array
from jaxtyping import Float, Int
from pydantic import BeforeValidator, Field

from gru_vanish.contracts.node import Shaped
from gru_vanish.training.optimizers import Named, kind_from_name


class ScheduleNode(Shaped):
    """The share of the learning rate at each step; over the first ``warmup`` steps it rises evenly besides.

    Steps t count from 1. With w = ``warmup`` the share is min(1, t/w) times the schedule's own at s = max(0, t − w − 1)
    steps after the warm-up, of S = steps − w − 1 until the last one.
    """

    warmup: int = Field(0, ge=0, le=10_000_000, description="steps w over which the rate rises from 0")

    def share(self, numbers: Named, step: Int[Array, ""], steps: int) -> Float[Array, ""]:
        """Return the share at step t of ``steps``."""
        dtype = jnp.float32
        t = step.astype(dtype)
        after = jnp.maximum(t - dtype(self.warmup + 1), dtype(0))
        rising = jnp.minimum(t / dtype(max(self.warmup, 1)), dtype(1))
        return rising * self.falling(numbers, after, max(steps - self.warmup - 1, 1))

    @abstractmethod
    def falling(self, numbers: Named, after: Float[Array, ""], whole: int) -> Float[Array, ""]:
        """Return the schedule's own share ``after`` steps of ``whole``; 1 at 0."""


class Constant(ScheduleNode):
    """The same rate at every step."""

    kind: Literal["constant"] = "constant"

    def falling(self, numbers: Named, after: Float[Array, ""], whole: int) -> Float[Array, ""]:
        """Return 1."""
        return jnp.ones_like(after)


class Cosine(ScheduleNode):
    """f + (1 − f)·½(1 + cos(π s/S)): half a cosine from the full rate to the share f of it at the last step.

    Source: Loshchilov & Hutter 2017, eq. 5, without restarts.
    """

    numeric: ClassVar[tuple[str, ...]] = ("final",)

    kind: Literal["cosine"] = "cosine"
    final: float = Field(0.0, ge=0.0, le=1.0, description="share f of the rate at the last step")

    def falling(self, numbers: Named, after: Float[Array, ""], whole: int) -> Float[Array, ""]:
        """Return f + (1 − f)·½(1 + cos(π s/S))."""
        final = jnp.asarray(numbers["final"], after.dtype)
        return final + (1 - final) * 0.5 * (1 + jnp.cos(jnp.pi * after / whole))


class Exponential(ScheduleNode):
    """f^(s/S): the same factor at every step, the share f at the last one."""

    numeric: ClassVar[tuple[str, ...]] = ("final",)

    kind: Literal["exponential"] = "exponential"
    final: float = Field(0.01, gt=0.0, le=1.0, description="share f of the rate at the last step")

    def falling(self, numbers: Named, after: Float[Array, ""], whole: int) -> Float[Array, ""]:
        """Return f^(s/S)."""
        return jnp.asarray(numbers["final"], after.dtype) ** (after / whole)


Schedule = Annotated[Constant | Cosine | Exponential, Field(discriminator="kind"), BeforeValidator(kind_from_name)]
"""A schedule in a config: its name, or a mapping with its ``kind``."""
SCHEDULES: dict[str, type[ScheduleNode]] = {"constant": Constant, "cosine": Cosine, "exponential": Exponential}
