"""SIGINT and SIGTERM: the first asks a command to end, the second ends it at once."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

from gru_vanish.cli.output import show_cursor

WATCHED = (signal.SIGINT, signal.SIGTERM)
BY_SIGNAL = 128


class Interrupted(BaseException):
    """A signal came, and the command can be left at this point."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Signals:
    """The signals of one command, while it is used as a context.

    The first signal sets ``stop`` and is remembered; `check` raises `Interrupted` at a point of the command's
    own choice. Only within `prompt` does the signal itself raise: an import of compiled code does not survive
    an exception out of nowhere. A signal that the shell tells us to ignore stays ignored.
    """

    def __init__(self) -> None:
        self.stop = threading.Event()
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
