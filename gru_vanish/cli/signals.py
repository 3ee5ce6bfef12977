"""SIGINT and SIGTERM: the first asks a command to end, the second ends it at once."""

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from gru_vanish.cli.output import say, show_cursor
from gru_vanish.interface.host import Host, Result

if TYPE_CHECKING:
    from gru_vanish.engine import Event
    from gru_vanish.interface.tally import Tally

WATCHED = (signal.SIGINT, signal.SIGTERM)
BY_SIGNAL = 128
TICK = 0.1
"""Seconds between two looks."""


class Interrupted(BaseException):
    """A signal came, and the command can be left at this point."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Signals(Host):
    """The command line as the host of one command, and the command's signals while it is used as a context.

    The first signal sets ``stop`` and is remembered; `check` raises `Interrupted` at a point of the command's
    own choice. Only within `prompt` does the signal itself raise: an import of compiled code does not survive
    an exception out of nowhere. A signal that the shell tells us to ignore stays ignored.
    """

    def __init__(self) -> None:
        super().__init__()
        self.received: int | None = None
        self._prompt = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Signals":
        for number in WATCHED:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @property
    def wants_to_leave(self) -> bool:
        """Whether a signal has come."""
        return self.received is not None

    @property
    def ends_with_command(self) -> bool:
        """After a signal nobody waits for what is left."""
        return self.received is not None

    def check(self) -> None:
        """Raise `Interrupted` where a signal has come."""
        if self.received is not None:
            raise Interrupted(self.received)

    @contextmanager
    def prompt(self) -> Iterator[None]:
        """Let a signal raise at once: for plain Python that may take long and imports nothing."""
        self.check()
        self._prompt = True
        try:
            yield
        finally:
            self._prompt = False

    def say(self, remark: str) -> None:
        """Write a remark to stderr."""
        say(remark)

    def watched(self, tally: "Tally", events: "Iterable[Event]") -> "Iterator[Event]":
        """Show the events of a run while they are handed on."""
        from gru_vanish.cli.progress import Shown

        with Shown(tally, self.stop) as shown:
            for event in events:
                shown.take(event)
                yield event

    def waited_for(self, call: Callable[[], Result]) -> Result:
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
            if self.received is not None:
                say("interrupted")
                leave_now(BY_SIGNAL + self.received)
        if faults:
            raise faults[0]
        return results[0]

    def _handle(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self.received is not None:
            leave_now(BY_SIGNAL + number)
        self.received = number
        self.stop.set()
        # Nothing is printed here: the signal may have come in the middle of a print.
        if self._prompt:
            raise Interrupted(number)


def leave_now(code: int) -> NoReturn:
    """Leave at once: threads may be deep in a computation, which the ordinary way out would wait for.

    Nothing is flushed here, since a terminal that is held would hold this too; ``tell`` and ``say`` did it.
    """
    show_cursor()
    os._exit(code)
