"""Training beside what one would write: one Adam step of a cell with its readout, per step and seed."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from agreement import compare
from children import DEVICES, Child, finished, script
from clock import Times, alternate
from session import Session
from table import Line, Ratio
from training_contestant import JAX, OURS, THREADS, TORCH


def measure(session: Session) -> None:
    """Time every cell at every length, on the CPU."""
    for cell in session.scale.train_cells:
        for length in session.scale.train_lengths:
            _one(session, cell, length)


def _names(session: Session) -> list[str]:
    torch = [TORCH, *[THREADS] * session.scale.spare] if session.torch else []
    return [OURS, *torch, JAX]


def _one(session: Session, cell: str, length: int) -> None:
    scale = session.scale
    case = f"{cell} float32, T = {length}"
    session.say(f"training: {case}")
    work = session.folder / f"training-{cell}-{length}.npz"
    finished(script("training_prepare", work, cell, scale.train_hidden, scale.train_batch, length), DEVICES["cpu"])
    steps = max(2, scale.train_work // length)
    files = {name: session.folder / f"training-{number}.npy" for number, name in enumerate(_names(session))}
    with ExitStack() as stack:
        children: dict[str, Child] = {}
        abouts: dict[str, dict[str, Any]] = {}
        for name, numbers in files.items():
            arguments = script("training_contestant", name, work, cell, steps, numbers)
            children[name] = stack.enter_context(Child(arguments, DEVICES["cpu"]))
            # Ready, and quiet, before the next one compiles.
            abouts[name] = children[name].ask()
        rounds = {name: lambda child=child: child.ask("round")["seconds"] for name, child in children.items()}
        times = alternate(rounds, session.rounds)
        peaks = {name: child.end()[0].peak_bytes for name, child in children.items()}
    of_step = {name: _per(taken, steps * abouts[name]["seeds"]) for name, taken in times.items()}
    session.report.lines += _lines(case, of_step, peaks, abouts)
    _compare(session, case, files)


def _per(times: Times, count: int) -> Times:
    return Times(tuple(each / count for each in times.seconds))


def _lines(case: str, times: dict[str, Times], peaks: dict[str, int], abouts: dict[str, Any]) -> list[Line]:
    base = TORCH if TORCH in times else JAX
    lines = []
    for name, taken in times.items():
        against = None if name == base else Ratio(times[base], taken, f"{base} / this")
        about = abouts[name]
        compiled = f"; compiled in {about['compile']:.1f} s" if "compile" in about else ""
        note = f"one step of one seed, {about['seeds']} seeds at once; {about['version']}{compiled}"
        lines.append(Line("training", case, name, taken, peaks[name], against, note))
    return lines


def _compare(session: Session, case: str, files: dict[str, Path]) -> None:
    """Compare the norms of the gradients by every weight, of one batch and all seeds."""
    ours = np.load(files[OURS])
    for name in (TORCH, JAX):
        if name in files:
            theirs = np.load(files[name])
            session.judge(compare(f"gradients of {case}", name, np.log(ours), theirs, "float32", ours.shape[-1]))
