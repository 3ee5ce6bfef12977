"""Keep one bit through noise."""

from math import log
from typing import ClassVar, Literal

import jax.numpy as jnp
from jax import Array
from pydantic import Field

from gru_vanish.contracts import Examples, LossKind, Task
from gru_vanish.tasks.draws import examples, integers, symmetric


class DelayedRecall(Task):
    """The bit that the first step shows, asked for ``lag`` steps later.

        x_1 = 2b − 1 with b = 0 or 1;  x_t uniform on [−1, 1) for t = 2 … T;  T = lag + 1, the class is b

    Nothing learnt: ln 2 nats. Solved: 0.05 of it, so at most 5 % are wrong.

    Source: the latching of Bengio, Simard & Frasconi 1994, whose noise is normal and whose bit is to be learnt as well.
    """

    loss_kind: ClassVar[LossKind] = "cross_entropy"
    groups: ClassVar[tuple[str, ...]] = ("distractor", "bit")
    relevant: ClassVar[tuple[str, ...]] = ("bit",)
    source: ClassVar[str] = "after Bengio, Simard & Frasconi 1994 (latching)"
    solved_share: ClassVar[float] = 0.05

    kind: Literal["delayed_recall"] = "delayed_recall"
    lag: int = Field(100, ge=1, le=1_000_000, description="steps from the bit to the answer, all of them noise")

    @property
    def steps(self) -> int:
        """The bit's step and the lag."""
        return self.lag + 1

    @property
    def input_size(self) -> int:
        """The bit, and later the noise."""
        return 1

    @property
    def output_size(self) -> int:
        """0 or 1."""
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
        """Draw the bit and the noise."""
        group = (jnp.arange(self.steps, dtype=jnp.int32) == 0).astype(jnp.int32)

        def sample(bits: Array) -> Examples:
            bit = integers(bits[:1], 2)
            x = jnp.concatenate([(2 * bit - 1).astype(jnp.float32), symmetric(bits[1:])])
            return Examples(x[:, None], bit, group)

        return examples(sample, key, batch, self.steps)
