"""What a predicate is: what it says of one point, or of a line of points along an axis, and what it needs."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from gru_vanish.analysis.claims.evidence import UNKNOWN, Evidence
from gru_vanish.analysis.claims.sample import Difference, Reading, Sample, alone, paired

Along = Literal["nothing", "axis", "length", "swept"]
"""Along what a predicate judges: single points, any axis, the lengths T, or a swept axis."""


@dataclass(frozen=True)
class Point:
    """A measured number at one point; ``at`` is its value on the axis of a line, ``against`` the other side."""

    sample: Sample
    against: Sample | None = None
    at: float = 0.0


@dataclass(frozen=True)
class Case:
    """What is judged at once: one point, or a line in the order of its axis."""

    place: str
    points: tuple[Point, ...]
    axis: str = ""


@dataclass(frozen=True)
class Finding:
    """What the seeds say of one case; the readings are what was compared, in the metric's unit."""

    place: str
    evidence: Evidence
    value: Reading | None = None
    against: Reading | None = None
    difference: Reading | None = None
    note: str = ""
    unit: str | None = None
    """The unit of the readings where it is not the metric's."""


def unknown(place: str, why: str) -> Finding:
    """Return the finding of a case that can not be judged."""
    return Finding(place, UNKNOWN, note=why)


class Predicate(BaseModel, ABC):
    """A statement about measured numbers, as data: which one, and its numbers. The docstring says how it is judged."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    along: ClassVar[Along] = "nothing"
    bare: ClassVar[Mapping[str, str]] = {}
    """Which field a bare value means: ``text``, ``number`` or ``list`` → field."""

    @abstractmethod
    def judge(self, case: Case) -> Finding:
        """Return what the seeds say of one case, which has a value in two seeds at every point at least."""

    @abstractmethod
    def words(self) -> str:
        """Return the predicate in a few words, after the name of what it is said of."""


class AgainstValue(Predicate):
    """A predicate that holds a number against another: a constant or a closed form."""

    bare: ClassVar[Mapping[str, str]] = {"text": "form", "number": "number"}

    number: Annotated[float | None, Field(description="a constant, in the metric's unit")] = None
    form: Annotated[str | None, Field(description="the name of a closed form")] = None

    @model_validator(mode="after")
    def _one_target(self) -> "AgainstValue":
        names = [name for name in TARGETS if name in type(self).model_fields]
        if sum(getattr(self, name) is not None for name in names) != 1:
            raise ValueError(f"exactly one of {', '.join(names)} is required")
        return self

    @property
    def scale(self) -> float:
        """By what the other side is multiplied."""
        return 1.0

    def target(self) -> str:
        """Return what the number is held against, in words."""
        return f"{self.number:g}" if self.number is not None else str(self.form)

    def difference(self, point: Point) -> Difference:
        """Return the number minus the other side by seed."""
        if self.number is not None or point.against is None:
            return alone(point.sample, float(self.number or 0.0))
        return paired(point.sample, point.against, self.scale)

    def finding(self, case: Case, evidence: Evidence, difference: Difference, note: str = "") -> Finding:
        """Return the finding with its three readings."""
        (point,) = case.points
        return Finding(
            case.place,
            evidence,
            value=alone(point.sample).reading(),
            against=None if point.against is None else alone(point.against).reading(),
            difference=difference.reading(),
            note=note,
        )


class AgainstAny(AgainstValue):
    """A predicate that holds a number against a constant, a closed form, or another series, paired by seed."""

    bare: ClassVar[Mapping[str, str]] = {"text": "series", "number": "number"}

    series: Annotated[str | None, Field(description="the label of another series")] = None
    at: Annotated[
        dict[str, JsonValue],
        Field(default={}, description="the point of its sweep, where it has more than the one beside"),
    ]
    factor: Annotated[float, Field(gt=0.0, description="by what the other side is multiplied")] = 1.0

    def __hash__(self) -> int:
        """Hash what is written."""
        return hash(self.model_dump_json())

    @property
    def scale(self) -> float:
        """By what the other side is multiplied."""
        return self.factor

    def target(self) -> str:
        """Return what the number is held against, in words."""
        factor = "" if self.factor == 1.0 else f"{self.factor:g} × "
        at = ", ".join(f"{name} = {value}" for name, value in self.at.items())
        series = f"{self.series} at {at}" if at else f"{self.series}"
        return factor + (series if self.series is not None else super().target())

    def difference(self, point: Point) -> Difference:
        """Return the number minus the other side by seed."""
        if self.number is not None:
            return alone(point.sample, self.factor * self.number)
        return super().difference(point)


TARGETS = ("number", "form", "series")
