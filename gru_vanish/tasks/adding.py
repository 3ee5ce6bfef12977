"""Add two marked numbers."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import jax.numpy as jnp
from jax import Array
from pydantic import Field

from gru_vanish.contracts import Examples, LossKind, Task
from gru_vanish.tasks.draws import examples, integers, uniform


class Adding(Task):
    """The sum of the two marked values among T values.

        x_t = (v_t, m_t), v_t uniform on [0, 1); m_t = 1 at one step of the first half (t ≤ ⌊T/2⌋) and at one of the
        second, 0 at all others;  y_T = v_{t₁} + v_{t₂}

    Nothing learnt: the best answer is the mean, 1, with the variance of the sum as mean squared error: 2 · 1/12 = 1/6.
    Solved: a mean squared error below 0.01 (0.06 of the baseline). Hochreiter & Schmidhuber, whose values are uniform
    on [−1, 1] and whose answer is ½ + (v_{t₁} + v_{t₂})/4, stop at a mean error of 0.01, too, and count a sequence as
    right where the error is under 0.04.

    Source: Hochreiter & Schmidhuber 1997, task 4; values and markers as in Le, Jaitly & Hinton 2015 and
    Arjovsky, Shah & Bengio 2016.
    """

    loss_kind: ClassVar[LossKind] = "mean_squared_error"
    groups: ClassVar[tuple[str, ...]] = ("unmarked", "marked")
    relevant: ClassVar[tuple[str, ...]] = ("marked",)
    source: ClassVar[str] = "Hochreiter & Schmidhuber 1997, task 4; variant of Le et al. 2015, Arjovsky et al. 2016"
    solved_share: ClassVar[float] = 0.06

    kind: Literal["adding"] = "adding"
    length: int = Field(100, ge=2, le=1_000_000, description="steps T")

    @property
    def planted(self) -> Mapping[str, float]:
        """1 for what is marked."""
        return {"unmarked": 0.0, "marked": 1.0}

    @property
    def steps(self) -> int:
        """T."""
        return self.length

    @property
    def input_size(self) -> int:
        """The value and its marker."""
        return 2

    @property
    def output_size(self) -> int:
        """The sum."""
        return 1

    @property
    def content(self) -> slice:
        """The value."""
        return slice(0, 1)

    @property
    def baseline(self) -> float:
        """1/6: the variance of the sum of two uniform numbers."""
        return 1 / 6

    def draw(self, key: Array, batch: int) -> Examples:
        """Draw values and markers."""
        half = self.length // 2

        def sample(bits: Array) -> Examples:
            values = uniform(bits[2:])
            first, second = integers(bits[0], half), half + integers(bits[1], self.length - half)
            t = jnp.arange(self.length, dtype=jnp.int32)
            marked = (t == first) | (t == second)
            x = jnp.stack([values, marked.astype(jnp.float32)], axis=1)
            return Examples(x, (values[first] + values[second])[None, None], marked.astype(jnp.int32))

        return examples(sample, key, batch, self.length + 2)
