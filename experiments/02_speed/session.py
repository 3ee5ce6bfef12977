"""What all parts of a run share."""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agreement import Agreement
from children import finished, script
from clock import load
from scale import Scale
from table import Report


@dataclass(frozen=True)
class Session:
    """Sizes, shared work, and the report that grows."""

    scale: Scale
    rounds: int
    folder: Path
    """For what no reader needs."""
    work: Path
    facts: dict[str, Any]
    torch: bool
    report: Report

    @property
    def devices(self) -> list[str]:
        """The kinds of device that are measured: the CPU always, a GPU where JAX would compute on one."""
        return ["cpu"] if self.facts["device"] == "cpu" else ["cpu", "gpu"]

    @property
    def cells(self) -> list[str]:
        """The labels of the study."""
        return list(self.facts["cells"])

    def case(self, cell: str, precision: str, device: str) -> str:
        """Return the words for a piece of work."""
        return f"{cell} {precision}" + ("" if device == "cpu" else " on the GPU")

    def say(self, text: str) -> None:
        """Tell the user what goes on."""
        print(f"[{time.strftime('%H:%M:%S')}, load {load()}] {text}", file=sys.stderr, flush=True)

    def judge(self, found: Agreement) -> None:
        """Put an agreement, or its absence, into the report."""
        self.report.agreements.append(found.sentence())
        self.report.disagreed |= not found.holds
        self.say(found.sentence())


def begin(scale: Scale, rounds: int, folder: Path) -> Session:
    """Draw the work that is shared, and find out what this machine has."""
    path = folder / "work.npz"
    _, said = finished(script("prepare", path, *scale.overrides), {})
    facts = json.loads(said)
    session = Session(scale, rounds, folder, path, facts, facts["torch"] is not None, Report())
    session.report.notes.append(f"Machine: {session.facts['machine']}")
    if not session.torch:
        session.report.notes.append("Left out, as PyTorch is not installed here: its lines, and the check against it")
    return session
