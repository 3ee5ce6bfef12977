"""``doctor``: whether this machine tells the truth, with numbers."""

from pathlib import Path

from gru_vanish.cli.exits import Exit
from gru_vanish.cli.output import bold, tell
from gru_vanish.cli.signals import Signals
from gru_vanish.interface.doctor import facts, verdicts
from gru_vanish.interface.prepare import prepare_device

WIDTH = 25


def doctor(results: Path, signals: Signals) -> int:
    """Tell what is here and what every probe finds; 4 where one of them fails."""
    prepare_device(signals)
    for name, found in facts():
        tell(f"info  {name:<{WIDTH}}  {found}")
    failed = 0
    for verdict in verdicts(results, signals):
        tell(f"{'pass' if verdict.passed else bold('FAIL')}  {verdict.name:<{WIDTH}}  {verdict.found}")
        failed += not verdict.passed
    tell(f"{failed} probe{'' if failed == 1 else 's'} failed" if failed else "all probes passed")
    return Exit.environment if failed else Exit.done
