"""Keep some of what comes by, each with a weight."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

import jax.numpy as jnp
from jax import Array
from pydantic import Field, ValidationInfo, field_validator

from gru_vanish.contracts import Examples, LossKind, Task
from gru_vanish.tasks.draws import examples, permutation
from gru_vanish.tasks.marks import history

Weight = Annotated[float, Field(ge=-1e3, le=1e3)]


class SelectiveRecall(Task):
    """The weighted sum of the marks of some subjects, among subjects that do not count and events without a subject.

        x_t = (one-hot of the subject, mark_t), mark_t uniform on [−1, 1)
        y_T = Σ_s w_s · mark_s;  T = early + lag

    Each subject comes once, at a random step of the first ``early``; at all other steps the one-hot is 0 and the mark
    is without consequence. The first subjects have the planted ``weights``, in this order, and none of them is 0; the
    last ``ignored`` subjects count for nothing.

    Nothing learnt: the best answer is the mean, 0, with the variance Σ_s w_s²/3 as mean squared error.
    Solved: 0.06 of it, as in the adding problem.

    Source: none; the adding problem (Hochreiter & Schmidhuber 1997, task 4) with known weights.
    """

    numeric: ClassVar[tuple[str, ...]] = ("weights",)
    loss_kind: ClassVar[LossKind] = "mean_squared_error"
    source: ClassVar[str] = "the adding problem with planted weights"
    solved_share: ClassVar[float] = 0.06

    kind: Literal["selective_recall"] = "selective_recall"
    weights: tuple[Weight, ...] = Field(
        (1.0, 1.0, 0.5), min_length=1, max_length=64, description="w_s of the subjects that count, none of them 0"
    )
    ignored: int = Field(2, ge=0, le=64, description="further subjects, of weight 0")
    early: int = Field(20, ge=1, le=1_000_000, description="steps within which the subjects come")
    lag: int = Field(40, ge=0, le=1_000_000, description="further steps up to the answer, all of them distractors")

    @field_validator("weights")
    @classmethod
    def _all_count(cls, weights: tuple[float, ...]) -> tuple[float, ...]:
        if 0 in weights:
            raise ValueError("a weight of 0 is a subject that does not count: raise 'ignored' instead")
        return weights

    @field_validator("early")
    @classmethod
    def _room_for_all(cls, early: int, info: ValidationInfo) -> int:
        subjects = len(info.data.get("weights", ())) + info.data.get("ignored", 0)
        if early < subjects:
            raise ValueError(f"{early} steps have no room for {subjects} subjects, each at a step of its own")
        return early

    def structure(self) -> Self:
        """Return the task with every weight at 1: how many there are is structure."""
        return self.model_copy(update={"weights": (1.0,) * len(self.weights)})

    @property
    def subjects(self) -> int:
        """How many subjects there are."""
        return len(self.weights) + self.ignored

    @property
    def groups(self) -> tuple[str, ...]:
        """Each subject, and all else."""
        return (*(f"subject {index}" for index in range(1, self.subjects + 1)), "distractor")

    @property
    def relevant(self) -> tuple[str, ...]:
        """The subjects with a weight."""
        return self.groups[: len(self.weights)]

    @property
    def planted(self) -> Mapping[str, float]:
        """The subjects' weights; nothing else counts."""
        return {**dict.fromkeys(self.groups, 0.0), **dict(zip(self.groups, self.weights, strict=False))}

    @property
    def steps(self) -> int:
        """All steps."""
        return self.early + self.lag

    @property
    def input_size(self) -> int:
        """The subjects and the mark."""
        return self.subjects + 1

    @property
    def output_size(self) -> int:
        """The sum."""
        return 1

    @property
    def content(self) -> slice:
        """The mark."""
        return slice(self.subjects, self.subjects + 1)

    @property
    def baseline(self) -> float:
        """Σ_s w_s²/3: the variance of the answer."""
        return sum(weight**2 for weight in self.weights) / 3

    def draw(self, key: Array, batch: int) -> Examples:
        """Draw when the subjects come, and the marks."""

        def sample(bits: Array) -> Examples:
            of_places, of_marks = bits[: self.early], bits[self.early :]
            drawn = history(of_marks, permutation(of_places)[: self.subjects], self.weights)
            x = jnp.concatenate([drawn.subjects, drawn.mark[:, None]], axis=1)
            other = jnp.ones((self.steps, 1), jnp.float32) / 2
            group = jnp.argmax(jnp.concatenate([drawn.subjects, other], axis=1), axis=1).astype(jnp.int32)
            return Examples(x, drawn.target, group)

        return examples(sample, key, batch, self.early + self.steps)
