"""What a run tells while it goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gru_vanish.contracts import Program
from gru_vanish.engine.units import Unit


@dataclass(frozen=True)
class Compiled:
    """A program is ready; ``seconds`` is what tracing and compiling took."""

    program: Program
    stage: str
    seconds: float


@dataclass(frozen=True)
class Done:
    """A unit was computed and its record written."""

    unit: Unit
    seconds: Mapping[str, float] = field(default_factory=dict)
    """``draw``, ``run`` and ``write``; a pack's time is shared out evenly."""


@dataclass(frozen=True)
class Found:
    """A unit's record was there already, or another process has written it meanwhile."""

    unit: Unit


@dataclass(frozen=True)
class SetAside:
    """Something that is not a sound record stood under a unit's key; it was moved, and the unit computed again."""

    unit: Unit
    path: str
    reason: str


@dataclass(frozen=True)
class Elsewhere:
    """Another process is computing the unit; it is waited for at the end."""

    unit: Unit


@dataclass(frozen=True)
class Failed:
    """A unit could not be computed. The others go on; the same command tries it again."""

    unit: Unit
    error: str
    when: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"), compare=False)
    """ISO 8601 in UTC."""


@dataclass(frozen=True)
class Unavailable:
    """The disk does not serve; the run ends."""

    error: str


@dataclass(frozen=True)
class Crashed:
    """A bug in the program itself; the run ends."""

    error: str


@dataclass(frozen=True)
class Staffed:
    """Workers have come or gone: so many packs can be computed side by side now."""

    workers: int
    waiting: str = ""
    """What is waited for, in words, where workers are jobs in a queue."""


Event = Compiled | Done | Found | SetAside | Elsewhere | Failed | Unavailable | Crashed | Staffed
