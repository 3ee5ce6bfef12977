"""The block ``training:`` of a study: how long, by what steps, and what is looked at on the way."""

from itertools import pairwise
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, field_validator, model_validator

from gru_vanish.contracts.node import Node, Shaped
from gru_vanish.flow import MEASURES
from gru_vanish.training.optimizers import Adam, Optimizer
from gru_vanish.training.readout import ReadoutInit
from gru_vanish.training.schedules import Constant, Schedule

MOST_STEPS = 10_000_000
MOST_EVALUATIONS = 10_000
MOST_POINTS = 100_000
SPACING = (1e-2, 10**-1.5, 1e-1, 10**-0.5, 1.0)
"""Shares of the steps at which is measured, beside step 0, if nothing else is said."""

Step = Annotated[int, Field(ge=0, le=MOST_STEPS)]


class Evaluate(Node):
    """How often the loss of the test draw is taken: one fixed draw for each seed, which is never trained on."""

    samples: int = Field(256, ge=1, le=1_048_576, description="samples of the test draw")
    every: int = Field(100, ge=1, le=MOST_STEPS, description="steps between two evaluations; step 0 and the last too")


class Training(Shaped):
    """How a network is trained, and what is measured of it on the way.

    Numbers (learning rates, ε, where to clip) are data: a hundred of them are one program.
    """

    numeric: ClassVar[tuple[str, ...]] = ("clip",)

    steps: int = Field(ge=1, le=MOST_STEPS, description="optimizer steps")
    batch: int = Field(32, ge=1, le=1_048_576, description="samples of each step, drawn anew")
    optimizer: Optimizer = Adam()
    schedule: Schedule = Constant()
    clip: float | None = Field(None, gt=0.0, le=1e30, description="largest norm of the whole gradient; null for none")
    record_every: int = Field(10, ge=1, le=MOST_STEPS, description="steps between two points of the learning curve")
    checkpoints: tuple[Step, ...] | None = Field(
        None, min_length=1, max_length=1000, description="steps after which is measured, ascending; 0 before training"
    )
    evaluate: Evaluate = Evaluate()
    observe: tuple[str, ...] = Field((), description="measures that are taken at the checkpoints")
    ablate: tuple[str, ...] = Field((), description="gates that are held at their mean when the test loss is taken")
    readout: ReadoutInit = ReadoutInit()

    @field_validator("observe")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [name for name in names if name not in MEASURES]:
            raise ValueError(f"no measure {', '.join(unknown)}; there are: {', '.join(MEASURES)}")
        return _once(names)

    @field_validator("ablate")
    @classmethod
    def _named_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _once(names)

    @field_validator("checkpoints")
    @classmethod
    def _ascending(cls, values: tuple[int, ...] | None) -> tuple[int, ...] | None:
        if values is not None and any(later <= earlier for earlier, later in pairwise(values)):
            raise ValueError("the values have to ascend strictly")
        return values

    @model_validator(mode="after")
    def _within_the_steps(self) -> Self:
        if self.checkpoints is not None and self.checkpoints[-1] > self.steps:
            raise ValueError(f"a checkpoint at step {self.checkpoints[-1]} of {self.steps} steps")
        if self.schedule.warmup > self.steps:
            raise ValueError(f"a warm-up of {self.schedule.warmup} of {self.steps} steps")
        for every, most, name in (
            (self.evaluate.every, MOST_EVALUATIONS, "evaluate.every"),
            (self.record_every, MOST_POINTS, "record_every"),
        ):
            if self.steps // every > most:
                least = -(-self.steps // most)
                raise ValueError(f"{name} is {every}: of {self.steps} steps at least every {least}")
        return self

    @property
    def measured_at(self) -> tuple[int, ...]:
        """The steps after which is measured; 0, the last and a few log-spaced ones, if nothing is said."""
        if self.checkpoints is not None:
            return self.checkpoints
        return tuple(sorted({0, *(max(1, round(share * self.steps)) for share in SPACING)}))

    @property
    def evaluated_at(self) -> tuple[int, ...]:
        """The steps after which the test loss is taken."""
        return tuple(sorted({*range(0, self.steps + 1, self.evaluate.every), self.steps}))

    @property
    def recorded_at(self) -> tuple[int, ...]:
        """The steps that are points of the learning curve."""
        return tuple(range(self.record_every, self.steps + 1, self.record_every))


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise ValueError("a name stands there twice")
    return names


def numbers_of(numbers: Any, field: str) -> dict[str, Any]:
    """Return the numbers of the node in ``field`` by their own names."""
    start = f"{field}."
    return {name.removeprefix(start): value for name, value in numbers.items() if name.startswith(start)}
