"""Which of two events came when."""

from math import log
from typing import ClassVar, Literal

import jax.numpy as jnp
from jax import Array
from pydantic import Field

from gru_vanish.contracts import Examples, LossKind, Task
from gru_vanish.tasks.draws import examples, integers, one_hot

SYMBOLS = ("X", "Y", "a", "b", "c", "d", "E", "B")
DISTRACTORS = 4
WINDOWS = {2: ((10, 20), (50, 60)), 3: ((10, 20), (33, 43), (66, 76))}
"""Where the events are, from and to, in hundredths of the length: the paper's steps at its length of 100."""


class TemporalOrder(Task):
    """The order of two or three events, each X or Y, among distractors a, b, c, d; E opens, B closes and asks.

        x_t = one-hot of X Y a b c d E B;  x_1 = E, x_T = B
        two events:    t₁ in [0.10 T, 0.20 T], t₂ in [0.50 T, 0.60 T];  4 classes: XX, XY, YX, YY
        three events:  … [0.10 T, 0.20 T], [0.33 T, 0.43 T], [0.66 T, 0.76 T];  8 classes: XXX, XXY, …, YYY

    Bounds are rounded down to whole steps; every step of a window is equally likely. The paper's lengths vary from 100
    to 110; here all sequences have T steps.

    Nothing learnt: ln 4 nats and 75 % wrong, or ln 8 nats and 87.5 % wrong.
    Solved: 0.05 of it, so at most 10 % or 15 % are wrong. The literature counts sequences: in the paper training ends
    when the last 2000 were all right; Pascanu, Mikolov & Bengio 2013 ask for less than 1 % wrong.

    Source: Hochreiter & Schmidhuber 1997, tasks 6a and 6b.
    """

    loss_kind: ClassVar[LossKind] = "cross_entropy"
    groups: ClassVar[tuple[str, ...]] = ("distractor", "event", "opening", "closing")
    relevant: ClassVar[tuple[str, ...]] = ("event",)
    source: ClassVar[str] = "Hochreiter & Schmidhuber 1997, tasks 6a and 6b"
    solved_share: ClassVar[float] = 0.05

    kind: Literal["temporal_order"] = "temporal_order"
    length: int = Field(100, ge=20, le=1_000_000, description="steps T")
    events: Literal[2, 3] = Field(2, description="how many events: 2 (task 6a) or 3 (task 6b)")

    @property
    def steps(self) -> int:
        """T."""
        return self.length

    @property
    def input_size(self) -> int:
        """The symbols."""
        return len(SYMBOLS)

    @property
    def output_size(self) -> int:
        """The possible orders."""
        return int(2**self.events)

    @property
    def content(self) -> slice:
        """X and Y."""
        return slice(0, 2)

    @property
    def baseline(self) -> float:
        """The logarithm of the number of classes, in nats."""
        return log(self.output_size)

    def draw(self, key: Array, batch: int) -> Examples:
        """Draw distractors, where the events are and which they are."""
        windows = [(self.length * first // 100, self.length * last // 100) for first, last in WINDOWS[self.events]]
        t = jnp.arange(1, self.length + 1, dtype=jnp.int32)
        ends = jnp.where(t == 1, 2, 0) + jnp.where(t == self.length, 3, 0)

        def sample(bits: Array) -> Examples:
            of_places, of_events, of_distractors = jnp.split(bits, [self.events, 2 * self.events])
            symbols = 2 + integers(of_distractors, DISTRACTORS)
            symbols = jnp.where(ends > 0, 4 + ends.astype(jnp.int32), symbols)
            which = integers(of_events, 2)
            answer, group = jnp.int32(0), ends.astype(jnp.int32)
            for index, (first, last) in enumerate(windows):
                place = first + integers(of_places[index], last - first + 1)
                symbols = jnp.where(t == place, which[index], symbols)
                group = jnp.where(t == place, jnp.int32(1), group)
                answer = 2 * answer + which[index]
            return Examples(one_hot(symbols, len(SYMBOLS)), answer[None], group)

        return examples(sample, key, batch, self.length + 2 * self.events)
