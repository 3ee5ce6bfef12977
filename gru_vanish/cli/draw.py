"""``draw NAME``: tables and figures again, for any venue, from the store alone; jax is not imported."""

from pathlib import Path

from gru_vanish.cli.conclude import tell_json, tell_text
from gru_vanish.cli.exits import Exit
from gru_vanish.cli.signals import Signals
from gru_vanish.interface.draw import Wanted, drawn


def draw(name: str, results: Path, wanted: Wanted, as_json: bool, signals: Signals) -> int:
    """Draw the figures of a study: those named, else its own, else all that there are."""
    conclusion, _ = drawn(name, results, wanted, signals)
    if as_json:
        summary = conclusion.findings.summary()
        told = {"undrawn": conclusion.undrawn, "remarks": conclusion.remarks}
        tell_json({"name": name, "paths": conclusion.paths(), **told, "summary": summary})
    else:
        tell_text(conclusion)
    return Exit.done
