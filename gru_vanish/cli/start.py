"""``init [PATH]``: a commented config to begin with."""

from pathlib import Path

from gru_vanish.cli.exits import Exit
from gru_vanish.cli.output import say, tell
from gru_vanish.interface.start import init


def start(path: Path, force: bool) -> int:
    """Write the starter config; what stands there stays unless ``force``."""
    tell(str(init(path, force=force)))
    say(f"next: gru-vanish check {path}, then gru-vanish run {path}")
    return Exit.done
