"""``run CONFIG --dry-run``: what a run would compute and why, how long it would take, and what memory it would want."""

from gru_vanish.cli import plan, staffing
from gru_vanish.cli.conclude import tell_json
from gru_vanish.cli.exits import Exit
from gru_vanish.cli.output import tell
from gru_vanish.cli.signals import Signals
from gru_vanish.interface.carry_out import Options
from gru_vanish.interface.plan import planned


def dry_run(config: str, options: Options, strict: bool, as_json: bool, signals: Signals) -> int:
    """Tell what `run` with these options would do; return 4 where it would be refused for memory."""
    found = planned(config, options, strict, signals)
    if as_json:
        tell_json(found.as_json())
    else:
        tell("\n".join([*plan.lines(found), *staffing.lines(found.workers)]))
    return Exit.done if found.fits else Exit.environment
