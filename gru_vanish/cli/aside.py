"""A long call into compiled code, beside which signals are answered."""

import threading
from collections.abc import Callable
from typing import TypeVar

from gru_vanish.cli.output import say
from gru_vanish.cli.signals import BY_SIGNAL, Signals, leave_now

Result = TypeVar("Result")
TICK = 0.1
"""Seconds between two looks."""


def waited_for(call: Callable[[], Result], signals: Signals) -> Result:
    """Return what the call returns, or raise what it raises; leave the program at once where a signal comes before.

    The call runs in a thread of its own: compiled code can not be interrupted, but it can be left behind.
    """
    results: list[Result] = []
    faults: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(TICK)
        if signals.received is not None:
            say("interrupted")
            leave_now(BY_SIGNAL + signals.received)
    if faults:
        raise faults[0]
    return results[0]
