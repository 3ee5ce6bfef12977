"""The first of many symbols."""

from math import log
from typing import ClassVar, Literal

import jax.numpy as jnp
from jax import Array
from pydantic import Field

from gru_vanish.contracts import Examples, LossKind, Task
from gru_vanish.tasks.draws import examples, integers, one_hot


class RandomPermutation(Task):
    """Predict the symbol that comes after the last step: it is the first one again.

        x_t = one-hot of S symbols;  x_1 is symbol 0 or 1;  x_2 … x_T are independent, each one of 2 … S − 1
        the class is the symbol of x_1, among all S

    The prediction counts at the last step alone; no other symbol can be foreseen.

    Nothing learnt: ln 2 nats, symbols 0 and 1 equally likely. Solved: 0.05 of it, so at most 5 % are wrong. The
    literature counts sequences: Pascanu, Mikolov & Bengio 2013 ask for less than 1 % wrong.

    Source: Hochreiter & Schmidhuber 1997, task 2b; under this name, with S = 100, in Martens & Sutskever 2011 and
    Pascanu, Mikolov & Bengio 2013.
    """

    loss_kind: ClassVar[LossKind] = "cross_entropy"
    groups: ClassVar[tuple[str, ...]] = ("distractor", "first symbol")
    relevant: ClassVar[tuple[str, ...]] = ("first symbol",)
    source: ClassVar[str] = "Hochreiter & Schmidhuber 1997, task 2b; Martens & Sutskever 2011"
    solved_share: ClassVar[float] = 0.05

    kind: Literal["random_permutation"] = "random_permutation"
    length: int = Field(100, ge=2, le=1_000_000, description="steps T")
    alphabet: int = Field(100, ge=3, le=10_000, description="symbols S")

    @property
    def steps(self) -> int:
        """T."""
        return self.length

    @property
    def input_size(self) -> int:
        """The symbols."""
        return self.alphabet

    @property
    def output_size(self) -> int:
        """The symbols."""
        return self.alphabet

    @property
    def content(self) -> slice:
        """The two symbols that a sequence may begin with."""
        return slice(0, 2)

    @property
    def baseline(self) -> float:
        """ln 2 nats."""
        return log(2)

    def draw(self, key: Array, batch: int) -> Examples:
        """Draw the first symbol and the others."""
        group = (jnp.arange(self.length, dtype=jnp.int32) == 0).astype(jnp.int32)

        def sample(bits: Array) -> Examples:
            first = integers(bits[:1], 2)
            others = 2 + integers(bits[1:], self.alphabet - 2)
            return Examples(one_hot(jnp.concatenate([first, others]), self.alphabet), first, group)

        return examples(sample, key, batch, self.length)
