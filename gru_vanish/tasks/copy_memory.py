"""Repeat symbols after a pause."""

from math import log
from typing import ClassVar, Literal

import jax.numpy as jnp
from jax import Array
from pydantic import Field

from gru_vanish.contracts import Examples, LossKind, Task
from gru_vanish.tasks.draws import examples, integers, one_hot


class CopyMemory(Task):
    """K symbols, a pause of B steps, and then the K symbols again; with the usual K = 10 and S = 8 symbols:

        x:  a_1 … a_10, B − 1 blanks, the delimiter, 10 blanks        (B + 20 steps, one-hot of S + 2)
        y:  B + 10 blanks, a_1 … a_10                                 (a class at every step, of S + 1)

    Each symbol is one of S, equally likely. Classes and components 0 … S − 1 are the symbols, S is the blank, S + 1 the
    delimiter, which is no answer.

    Nothing learnt: blanks where there are blanks, and all symbols equally likely for the last K steps:
    K ln S / (B + 2K) nats, the mean over all steps.
    Solved: 0.05 of it, so at most 15 % of the repeated symbols of S = 8 are wrong.

    Source: Arjovsky, Shah & Bengio 2016, section 4.1 (their T is our B, ``blanks``).
    """

    loss_kind: ClassVar[LossKind] = "cross_entropy"
    groups: ClassVar[tuple[str, ...]] = ("blank", "symbol", "delimiter")
    relevant: ClassVar[tuple[str, ...]] = ("symbol",)
    source: ClassVar[str] = "Arjovsky, Shah & Bengio 2016, section 4.1"
    solved_share: ClassVar[float] = 0.05

    kind: Literal["copy_memory"] = "copy_memory"
    blanks: int = Field(100, ge=1, le=1_000_000, description="steps B from the last symbol to the delimiter")
    symbols: int = Field(10, ge=1, le=1_000, description="how many symbols K are to be repeated")
    alphabet: int = Field(8, ge=2, le=1_000, description="different symbols S")

    @property
    def steps(self) -> int:
        """B + 2K."""
        return self.blanks + 2 * self.symbols

    @property
    def input_size(self) -> int:
        """The symbols, the blank and the delimiter."""
        return self.alphabet + 2

    @property
    def output_size(self) -> int:
        """The symbols and the blank."""
        return self.alphabet + 1

    @property
    def output_steps(self) -> tuple[int, ...]:
        """Every step."""
        return tuple(range(1, self.steps + 1))

    @property
    def content(self) -> slice:
        """The symbols."""
        return slice(0, self.alphabet)

    @property
    def baseline(self) -> float:
        """K ln S / (B + 2K) nats."""
        return self.symbols * log(self.alphabet) / self.steps

    def draw(self, key: Array, batch: int) -> Examples:
        """Draw the symbols; all else is the same in every sample."""
        pause = self.steps - self.symbols
        t = jnp.arange(self.steps, dtype=jnp.int32)
        delimiter = t == pause - 1
        group = jnp.where(t < self.symbols, 1, jnp.where(delimiter, 2, 0)).astype(jnp.int32)

        def sample(bits: Array) -> Examples:
            drawn = integers(bits, self.alphabet)
            blanks = jnp.full(pause, self.alphabet, jnp.int32)
            shown = jnp.concatenate([drawn, blanks]) + delimiter.astype(jnp.int32)
            return Examples(one_hot(shown, self.input_size), jnp.concatenate([blanks, drawn]), group)

        return examples(sample, key, batch, self.symbols)
