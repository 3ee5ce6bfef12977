"""Sequences with targets: what a network is trained on."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Literal, NamedTuple, Self

from jax import Array
from jaxtyping import Float, Int

from gru_vanish.contracts.node import Numbers, Shaped

LossKind = Literal["mean_squared_error", "cross_entropy"]


class Examples(NamedTuple):
    """Sequences drawn from a task, with what shall be answered and which step is what."""

    x: Float[Array, "steps batch size"]
    """x_t in float32."""
    target: Array
    """(outputs, batch, k) float32 for a squared error; (outputs, batch) int32, the right class, for a cross-entropy."""
    group: Int[Array, "steps batch"]
    """Index into ``groups``: what kind of step each is (marked, distractor, query …)."""


class Task(Shaped):
    """A task: sequences of ``steps`` steps, drawn anew for every length, with targets at ``output_steps``.

    The answer is read from h_t by one linear readout, ŷ_t = W_o h_t + b_o, at each of the output steps. The loss of a
    sample is the mean over its output steps of

        mean_squared_error:  ‖ŷ_t − y_t‖² (summed over the k components),
        cross_entropy:       −ln softmax(ŷ_t)[y_t] in nats.

    Laws, checked for every task by the conformance test:

    - ``draw`` and ``draw_evaluation`` are functions of key and batch index alone: sample b of a larger batch is sample
      b of a smaller one, and has the same bits in every program;
    - ``baseline`` is the least loss of an answer that does not see the relevant steps;
    - an answer that is right has loss 0, or (noisy tasks) the loss that the docstring says;
    - steps of an irrelevant group may hold what any other step of this group holds, in this sample or another, and the
      target stays; what the content of a relevant group holds changes it.

    A program knows the structure of a task alone: it draws from ``task.with_numbers(numbers)``.
    """

    loss_kind: ClassVar[LossKind]
    source: ClassVar[str]
    """Where the task was defined."""
    solved_share: ClassVar[float]
    """The share of ``baseline`` below which the task counts as solved. Where an answer is wrong the right class has at
    most half of the probability and costs ln 2 or more, so a cross-entropy of c nats per answer bounds the share of
    wrong answers by c / ln 2."""

    @property
    @abstractmethod
    def groups(self) -> tuple[str, ...]:
        """What kinds of steps there are, in words that figures print."""

    @property
    @abstractmethod
    def relevant(self) -> tuple[str, ...]:
        """The groups whose content the target depends on."""

    @property
    def planted(self) -> Mapping[str, float]:
        """The weight w_g of every group where the target is a weighted sum, y = Σ_t w_g(t) · content of x_t.

        Then a network that solves the task has ∂ŷ/∂x_t = w_g(t). A group whose content never varies is left out, since
        the task asks nothing of it; empty for every other task.
        """
        return {}

    @property
    @abstractmethod
    def steps(self) -> int:
        """The length T of every sequence."""

    @property
    @abstractmethod
    def input_size(self) -> int:
        """Components of x_t."""

    @property
    @abstractmethod
    def output_size(self) -> int:
        """Components k of ŷ, or the number of classes."""

    @property
    def output_steps(self) -> tuple[int, ...]:
        """The steps t (from 1) whose h_t is answered from, ascending; the last one alone, if not said otherwise."""
        return (self.steps,)

    @property
    @abstractmethod
    def content(self) -> slice:
        """The components of x_t that carry what is to be remembered: ∂ŷ/∂x_t is read over these."""

    @property
    @abstractmethod
    def baseline(self) -> float:
        """The loss that means "nothing learnt", in closed form."""

    @property
    def solved_below(self) -> float:
        """The loss below which a network counts as having solved the task; a stated share of ``baseline``."""
        return self.solved_share * self.baseline

    def with_numbers(self, numbers: Numbers) -> Self:
        """Return the task that draws with these float fields, which a program reads as data."""
        return self.model_copy(update=dict(numbers))

    @abstractmethod
    def draw(self, key: Array, batch: int) -> Examples:
        """Draw ``batch`` samples, each from a key of its own folded from ``key`` by its index."""

    def draw_evaluation(self, key: Array, batch: int) -> Examples:
        """Draw the samples of an evaluation; a task may balance here what it leaves to chance in training."""
        return self.draw(key, batch)
