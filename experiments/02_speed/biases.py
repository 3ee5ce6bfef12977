"""A hundred values of the update-gate bias: one compilation, and a hundred times the work of one."""

import tempfile

from children import DEVICES, Child, script
from clock import alternate
from session import Session
from table import Line, Ratio


def measure(session: Session) -> None:
    """Time them on every device."""
    for device in session.devices:
        _one(session, device)


def _one(session: Session, device: str) -> None:
    count, case = session.scale.biases, session.case("GRU", "float32", device)
    session.say(f"biases: {case}")
    cache = tempfile.mkdtemp(prefix="cache-", dir=session.folder)
    programs: list[int] = []
    arguments = script("biases_run", count, session.folder, *session.scale.overrides)
    with Child(arguments, {**DEVICES[device], "XDG_CACHE_HOME": cache}) as child:
        cores = child.ask()["cores"]
        names = {
            "single": "1 bias, 1 worker",
            "one": f"{count} biases, 1 worker",
            "all": f"{count} biases, {cores} worker(s)",
        }

        def run(word: str) -> float:
            answer = child.ask(word)
            programs.append(answer["programs"])
            return float(answer["seconds"])

        times = alternate({word: lambda word=word: run(word) for word in names}, session.rounds)
        peak = child.end()[0].peak_bytes
    for word, name in names.items():
        hundred = Ratio(times[word], times["single"], f"this / {count} × 1 bias", 1 / count)
        ratio = None if word == "single" else hundred
        note = f"drawing, running and writing; at most {max(programs)} program(s) compiled, not timed"
        session.report.lines.append(Line("biases", case, name, times[word], peak, ratio, note))
