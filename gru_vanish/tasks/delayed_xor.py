"""Exclusive or of two bits, later."""

from math import log
from typing import ClassVar, Literal

import jax.numpy as jnp
from jax import Array
from pydantic import Field

from gru_vanish.contracts import Examples, LossKind, Task
from gru_vanish.tasks.draws import examples, integers, symmetric


class DelayedXOR(Task):
    """Whether two bits differ: one at t = 1, one ``apart`` steps later, the answer ``lag`` later still.

        x_t = 2b − 1 at t = 1 and t = 1 + apart, uniform on [−1, 1) at all other t;  T = 1 + apart + lag
        class 0 where the bits are equal, 1 where they differ

    Either bit alone says nothing of the answer.

    Nothing learnt: ln 2 nats. Solved: 0.05 of it, so at most 5 % are wrong.

    Source: the temporal exclusive or of Elman 1990, with the noise of Bengio, Simard & Frasconi 1994 in between.
    """

    loss_kind: ClassVar[LossKind] = "cross_entropy"
    groups: ClassVar[tuple[str, ...]] = ("distractor", "first bit", "second bit")
    relevant: ClassVar[tuple[str, ...]] = ("first bit", "second bit")
    source: ClassVar[str] = "after Elman 1990 (temporal exclusive or)"
    solved_share: ClassVar[float] = 0.05

    kind: Literal["delayed_xor"] = "delayed_xor"
    apart: int = Field(10, ge=1, le=1_000_000, description="steps from the first bit to the second")
    lag: int = Field(100, ge=0, le=1_000_000, description="steps from the second bit to the answer, all of them noise")

    @property
    def steps(self) -> int:
        """The first bit's step and both delays."""
        return 1 + self.apart + self.lag

    @property
    def input_size(self) -> int:
        """A bit or noise."""
        return 1

    @property
    def output_size(self) -> int:
        """Equal or not."""
        return 2

    @property
    def content(self) -> slice:
        """The only component."""
        return slice(0, 1)

    @property
    def baseline(self) -> float:
        """ln 2 nats."""
        return log(2)

    def draw(self, key: Array, batch: int) -> Examples:
        """Draw the bits and the noise."""
        t = jnp.arange(self.steps, dtype=jnp.int32)
        group = (t == 0).astype(jnp.int32) + 2 * (t == self.apart).astype(jnp.int32)

        def sample(bits: Array) -> Examples:
            signs = integers(bits, 2)
            x = jnp.where(group > 0, (2 * signs - 1).astype(jnp.float32), symmetric(bits))
            return Examples(x[:, None], (signs[0] ^ signs[self.apart])[None], group)

        return examples(sample, key, batch, self.steps)
