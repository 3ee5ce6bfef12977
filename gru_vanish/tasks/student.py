"""What remains of school: the article's question as a task."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Int, UInt32
from pydantic import Field

from gru_vanish.contracts import Examples, LossKind, Task
from gru_vanish.tasks.draws import examples, permutation
from gru_vanish.tasks.marks import balanced_places, history

WEIGHTS = {"Chinese": 0.0, "maths": 1.0, "English": 0.0, "programming": 1.0, "physics": 0.5}


class Student(Task):
    """How good a programmer becomes of a student, by the marks in school that matter, after years of other events.

        x_t = (one-hot of Chinese, maths, English, programming, physics; other event; query; mark_t)
        y_T = maths + programming + ½ physics (the marks), asked at the query step T = school + distractors + 1

    In the ``school`` steps each subject comes once, at a random step; all other steps of school, and the
    ``distractors`` after it, are other events. Marks are uniform on [−1, 1), also those of other events; the query has
    the mark 0. In an evaluation each subject stands at every step of school once among ``school`` samples in a row (a
    Latin square), so that no subject is nearer to the query than another.

    Nothing learnt: the best answer is the mean, 0, with the variance (1 + 1 + ¼)/3 = 0.75 as mean squared error.
    Solved: 0.06 of it, as in the adding problem.

    Source: the article's example of a student's history.
    """

    loss_kind: ClassVar[LossKind] = "mean_squared_error"
    groups: ClassVar[tuple[str, ...]] = (*WEIGHTS, "other event", "distractor", "query")
    relevant: ClassVar[tuple[str, ...]] = tuple(subject for subject, weight in WEIGHTS.items() if weight)
    source: ClassVar[str] = "the article"
    solved_share: ClassVar[float] = 0.06

    kind: Literal["student"] = "student"
    school: int = Field(20, ge=len(WEIGHTS), le=1_000_000, description="steps of school")
    distractors: int = Field(40, ge=0, le=1_000_000, description="steps from school to the query, all other events")

    @property
    def planted(self) -> Mapping[str, float]:
        """The subjects' weights, 0 for other events; of the query's mark, which is always 0, nothing is asked."""
        return {group: WEIGHTS.get(group, 0.0) for group in self.groups if group != "query"}

    @property
    def steps(self) -> int:
        """School, the years after it and the query."""
        return self.school + self.distractors + 1

    @property
    def input_size(self) -> int:
        """The subjects, two flags and the mark."""
        return len(WEIGHTS) + 3

    @property
    def output_size(self) -> int:
        """The sum."""
        return 1

    @property
    def content(self) -> slice:
        """The mark."""
        return slice(len(WEIGHTS) + 2, len(WEIGHTS) + 3)

    @property
    def baseline(self) -> float:
        """Σ_s w_s²/3 = 0.75."""
        return sum(weight**2 for weight in WEIGHTS.values()) / 3

    def draw(self, key: Array, batch: int) -> Examples:
        """Draw the subjects' steps at random, and the marks."""

        def sample(bits: Array) -> Examples:
            of_places, of_marks = bits[: self.school], bits[self.school :]
            return self._shown(of_marks, permutation(of_places)[: len(WEIGHTS)])

        return examples(sample, key, batch, self.school + self.steps)

    def draw_evaluation(self, key: Array, batch: int) -> Examples:
        """Draw the marks; the subjects' steps are balanced."""
        of_places, of_marks = jax.random.split(key)
        places = balanced_places(of_places, batch, len(WEIGHTS), self.school)
        return examples(self._shown, of_marks, batch, self.steps, places)

    def _shown(self, bits: UInt32[Array, " steps"], places: Int[Array, " subjects"]) -> Examples:
        t = jnp.arange(self.steps, dtype=jnp.int32)
        query = t == self.steps - 1
        first = len(WEIGHTS)
        event = jnp.where(t < self.school, first, jnp.where(query, first + 2, first + 1)).astype(jnp.int32)
        drawn = history(bits, places, tuple(WEIGHTS.values()))
        lesson = jnp.any(drawn.subjects > 0, axis=1)
        flags = jnp.stack([~lesson & ~query, query], axis=1).astype(jnp.float32)
        mark = jnp.where(query, jnp.float32(0), drawn.mark)
        x = jnp.concatenate([drawn.subjects, flags, mark[:, None]], axis=1)
        subject = jnp.argmax(drawn.subjects, axis=1).astype(jnp.int32)
        return Examples(x, drawn.target, jnp.where(lesson, subject, event))
