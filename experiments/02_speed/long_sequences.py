"""Sequences of a million steps: linear time, and memory that hardly grows."""

import json
from typing import Any

from children import DEVICES, finished, script
from clock import alternate
from session import Session
from table import Line, Ratio


def measure(session: Session) -> None:
    """Time both lengths of every cell in alternation, each run in a process of its own."""
    for device in session.devices:
        for cell in session.scale.long_cells:
            _one(session, cell, device)


def _one(session: Session, cell: str, device: str) -> None:
    case = f"{session.case(cell, 'float32', device)}, batch 4"
    short, long = session.scale.long_lengths
    found: dict[int, list[dict[str, Any]]] = {short: [], long: []}

    def run(length: int) -> float:
        session.say(f"long: {case}, T = {length:,}")
        points = f"lengths={{logspace: [1, {length}], num: {session.scale.long_points}}}"
        words = script("long_run", cell, *session.scale.overrides, points, "inputs.batch=4")
        ended, said = finished(words, DEVICES[device])
        found[length].append({**json.loads(said), "peak_bytes": ended.peak_bytes})
        return float(found[length][-1]["run"])

    contestants = {f"T = {length:,}": lambda length=length: run(length) for length in (short, long)}
    times = alternate(contestants, min(session.rounds, session.scale.long_rounds))
    first, last = times.values()
    for (name, taken), runs in zip(times.items(), found.values(), strict=True):
        ratio = Ratio(last, first, f"this / T = {short:,}") if taken is last else None
        peak = max(each["peak_bytes"] for each in runs)
        session.report.lines.append(Line("long", case, name, taken, peak, ratio, _note(runs[0])))


def _note(run: dict[str, Any]) -> str:
    beside = f"{run['programs']} program(s), compiled in {run['compile']:.1f} s beside it"
    return f"{beside}; mean log10 at the last T: {run['decades']:.0f}"
