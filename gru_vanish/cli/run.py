"""``run CONFIG``: from a YAML file to numbers and figures, resuming where an earlier run has stopped."""

from typing import NoReturn

from gru_vanish.cli.conclude import tell_json, tell_text
from gru_vanish.cli.exits import Exit
from gru_vanish.cli.output import say
from gru_vanish.cli.signals import BY_SIGNAL, Signals, leave_now
from gru_vanish.interface.carry_out import Options, Ran, as_json, carried_out, unexpected_claims
from gru_vanish.interface.conclude import Conclusion


def run(config: str, options: Options, strict: bool, as_text: bool, signals: Signals) -> int:
    """Compute what is missing, write tables and figures, tell the result; return the exit code."""
    ran, conclusion = to_the_end(carried_out(config, options, signals), as_text, signals)
    code = claimed(conclusion, ran.code, strict)
    if as_text:
        tell_text(conclusion, [ran.path])
    else:
        tell_json(as_json(ran, code))
    return code


def to_the_end(ran: Ran, as_text: bool, signals: Signals) -> tuple[Ran, Conclusion]:
    """Return a run that has come to its end; one that was cut short leaves the process instead."""
    if ran.conclusion is None:
        left_early(ran, as_text, signals)
    return ran, ran.conclusion


def claimed(conclusion: Conclusion, code: Exit, strict: bool) -> Exit:
    """Return the exit code with that of the claims; with ``--strict`` each has to come out as the config expects."""
    unexpected = unexpected_claims(conclusion)
    if code is not Exit.done or not strict or unexpected is None:
        return code
    say(unexpected)
    return Exit.damaged


def left_early(ran: Ran, as_text: bool, signals: Signals) -> NoReturn:
    """Tell what is done, and leave without waiting for computations that nobody wants any more."""
    code = int(ran.code)
    if signals.received is not None and ran.code is Exit.failed:
        code = BY_SIGNAL + signals.received
    say(f"stopped with {ran.tally.stored} of {ran.tally.total} units done; the same command resumes")
    if not as_text:
        tell_json(as_json(ran, code))
    leave_now(code)
