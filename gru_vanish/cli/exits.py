"""Exit codes, and how every way out of a command becomes one of them."""

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from typing import NoReturn

from gru_vanish.cli.output import flush, say
from gru_vanish.cli.signals import BY_SIGNAL, Interrupted, Signals
from gru_vanish.interface.refusals import Exit as Exit
from gru_vanish.interface.refusals import RefusalError as RefusalError


def finish(action: Callable[[Signals], int]) -> NoReturn:
    """Do what a command does, and leave with its exit code, or with that of what went wrong."""
    with Signals() as signals:
        code = exit_code(action, signals)
    flush()
    sys.exit(code)


def exit_code(action: Callable[[Signals], int], signals: Signals) -> int:
    """Return the action's code, or the one of the exception that ended it, after saying what it was."""
    try:
        return int(action(signals))
    except RefusalError as refusal:
        say(refusal.sentence)
        return refusal.code
    except Interrupted as fault:
        say("interrupted")
        return BY_SIGNAL + fault.number
    except Exception as fault:  # the last net: no traceback ever reaches the user
        code, sentence = judged(fault)
        say(sentence)
        return code


def judged(fault: Exception) -> tuple[Exit, str]:
    """Return the code and the sentence of an exception that no command has dealt with."""
    from gru_vanish.store import errors as store

    if is_about_config(fault):
        return Exit.usage, f"nothing was started\n{fault}"
    if isinstance(fault, store.DamagedManifest | store.DamagedRecord):
        return Exit.damaged, f"damaged: {fault}"
    if isinstance(fault, store.MissingManifest):
        return Exit.usage, str(fault)
    if isinstance(fault, store.StoreUnavailable):
        return Exit.environment, str(fault)
    if isinstance(fault, MemoryError):
        return Exit.environment, "out of memory: close other programs, or choose a smaller study"
    if isinstance(fault, ModuleNotFoundError) and not str(fault.name).startswith("gru_vanish"):
        return Exit.environment, f"a package is missing: {fault}; install gru-vanish again"
    if isinstance(fault, OSError):
        return Exit.environment, f"the system refuses: {fault}"
    return Exit.bug, bug_report(fault)


def is_about_config(fault: Exception) -> bool:
    """Whether it is all that is wrong with a config. (Whoever has raised one has loaded its room.)"""
    room = sys.modules.get("gru_vanish.config.errors")
    return room is not None and isinstance(fault, room.ConfigError)


def bug_report(fault: Exception) -> str:
    """Write the traceback to a temporary file; return the line that names fault and file."""
    trace = "".join(traceback.format_exception(fault))
    first = (str(fault).strip().splitlines() or [""])[0]
    line = f"internal error: {type(fault).__name__}: {first}"
    try:
        handle, path = tempfile.mkstemp(prefix="gru-vanish-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"command: {sys.argv}\n{trace}")
    except OSError:
        return f"{line}\n{trace}"
    return f"{line}; the traceback is in {path}"
