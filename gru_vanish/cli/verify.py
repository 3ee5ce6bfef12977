"""``verify NAME``: whether the records of a study are whole, and whether this machine computes the same numbers."""

from collections.abc import Sequence
from pathlib import Path

from gru_vanish.cli import verification
from gru_vanish.cli.conclude import tell_json
from gru_vanish.cli.output import say, tell
from gru_vanish.cli.signals import BY_SIGNAL, Signals, leave_now
from gru_vanish.interface.refusals import StoppedError
from gru_vanish.interface.verification import as_json as json_of
from gru_vanish.interface.verify import verified


def verify(
    name: str,
    results: Path,
    everything: bool,
    sample: int | None,
    as_json: bool,
    signals: Signals,
    files: Sequence[Path] = (),
    allow_code: bool = False,
) -> int:
    """Check every record, compute some of them again, and tell how far off they are.

    ``files`` are folders, or files, in which those of the user's own are looked for that are not where they were.
    """
    try:
        found = verified(name, results, everything, sample, files, allow_code, signals)
    except StoppedError as stopped:
        say(str(stopped))
        leave_now(BY_SIGNAL + (signals.received or 0))
    if as_json:
        tell_json(json_of(found))
    else:
        tell("\n".join(verification.lines(found)))
    return found.code
