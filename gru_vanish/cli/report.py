"""``report NAME``: one HTML page about a study, from the store alone; jax is not imported."""

from pathlib import Path

from gru_vanish.cli.conclude import tell_json
from gru_vanish.cli.exits import Exit
from gru_vanish.cli.output import say, tell
from gru_vanish.cli.signals import Signals
from gru_vanish.interface.report import reported
from gru_vanish.tables.layout import size

LARGE = 2_000_000
"""Bytes of a page that a reader may have to wait for."""


def report(name: str, results: Path, output: Path | None, as_json: bool, signals: Signals) -> int:
    """Write the page of a study, beside its manifest or where ``output`` says."""
    _, path, count, undrawn = reported(name, results, output, signals)
    for why in undrawn:
        say(why)
    if count > LARGE:
        say(f"the page has {size(count)}: a config with fewer figures or series makes it smaller")
    if as_json:
        tell_json({"name": name, "path": str(path), "bytes": count, "undrawn": undrawn})
    else:
        tell(f"wrote {path} ({size(count)})")
    return Exit.done
