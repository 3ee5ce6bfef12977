"""The kernel beside the loops: numbers of one cell, compilation aside and included."""

from contextlib import ExitStack
from typing import Any

import numpy as np
from agreement import compare
from children import DEVICES, Child, script
from clock import Times, alternate
from contestant import FROZEN, JAX, OURS, TORCH
from session import Session
from table import Line, Ratio


def measure(session: Session) -> None:
    """Time every cell in every precision on every device."""
    for device in session.devices:
        for precision in session.scale.precisions:
            for cell in session.scale.kernel_cells:
                _one(session, cell, precision, device)


def _names(session: Session) -> list[str]:
    torch = [TORCH, *[FROZEN] * session.scale.spare] if session.torch else []
    return [OURS, *torch, JAX]


def _one(session: Session, cell: str, precision: str, device: str) -> None:
    case = session.case(cell, precision, device)
    files = {name: session.folder / f"{number}.npy" for number, name in enumerate(_names(session))}
    session.say(f"kernel: {case}")
    with ExitStack() as stack:
        children: dict[str, Child] = {}
        abouts: dict[str, dict[str, Any]] = {}
        for name, numbers in files.items():
            own = session.scale.overrides if name == OURS else ()
            arguments = script("contestant", name, session.work, cell, precision, numbers, *own)
            children[name] = stack.enter_context(Child(arguments, DEVICES[device]))
            # Ready, and quiet, before the next one compiles.
            abouts[name] = children[name].ask()
        rounds = {name: lambda child=child: child.ask("round")["seconds"] for name, child in children.items()}
        times = alternate(rounds, session.rounds)
        peaks = {name: child.end()[0].peak_bytes for name, child in children.items()}
    session.report.lines += _lines(case, times, peaks, abouts)
    _compare(session, case, cell, precision, files)


def _lines(case: str, times: dict[str, Times], peaks: dict[str, int], abouts: dict[str, Any]) -> list[Line]:
    """Return a line for each contestant, and another for those that compile, with compilation."""
    base = TORCH if TORCH in times else JAX
    lines = []
    for name, taken in times.items():
        against = None if name == base else Ratio(times[base], taken, f"{base} / this")
        lines.append(Line("kernel", case, name, taken, peaks[name], against, abouts[name]["version"]))
    for name, about in abouts.items():
        if "compile" in about:
            whole = Times(tuple(each + about["compile"] for each in times[name].seconds))
            note = f"{about['programs']} compilation(s), {about['compile']:.2f} s, taken once"
            against = Ratio(times[base], whole, f"{base} / this") if base != name else None
            lines.append(Line("kernel", case, f"{name}, compilation included", whole, None, against, note))
    return lines


def _compare(session: Session, case: str, cell: str, precision: str, files: dict[str, Any]) -> None:
    ours = np.load(files[OURS])
    with np.load(session.work) as work:
        hidden = work["c/0"].size
    for name in (TORCH, JAX):
        if name in files:
            session.judge(compare(case, name, ours, np.load(files[name]), precision, hidden))
