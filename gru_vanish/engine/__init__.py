"""Plan, pack, execute, resume."""

from gru_vanish.engine.device import prepare
from gru_vanish.engine.events import (
    Compiled,
    Crashed,
    Done,
    Elsewhere,
    Event,
    Failed,
    Found,
    SetAside,
    Staffed,
    Unavailable,
)
from gru_vanish.engine.executors.local import default_workers, execute
from gru_vanish.engine.manifest import manifest
from gru_vanish.engine.units import Unit, plan, unit

__all__ = [
    "Compiled",
    "Crashed",
    "Done",
    "Elsewhere",
    "Event",
    "Failed",
    "Found",
    "SetAside",
    "Staffed",
    "Unavailable",
    "Unit",
    "default_workers",
    "execute",
    "manifest",
    "plan",
    "prepare",
    "unit",
]
