"""Whoever has asked for something: how remarks reach them, and how they end what goes on.

The command line is one (its signals, its two streams), a call from Python the other.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from gru_vanish.engine import Event
    from gru_vanish.interface.tally import Tally

Result = TypeVar("Result")


class Host(ABC):
    """Who has asked.

    Laws: `check` raises where they want to leave, and so may anything within `prompt`; ``stop`` is set as soon as they
    want to, by them alone or at the end of a run.
    """

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._said: set[str] = set()

    @property
    @abstractmethod
    def wants_to_leave(self) -> bool:
        """Whether they have asked to end. (``stop`` is also set at every end.)"""

    @property
    def ends_with_command(self) -> bool:
        """Whether the process ends as soon as the command does, so that it need not clean up behind itself."""
        return False

    @abstractmethod
    def check(self) -> None:
        """Raise where they want to leave."""

    def prompt(self) -> AbstractContextManager[None]:
        """Let the wish to leave raise at once: for plain Python that may take long and imports nothing."""
        self.check()
        return nullcontext()

    @abstractmethod
    def say(self, remark: str) -> None:
        """Take a remark that is no part of the result."""

    def say_once(self, remark: str) -> None:
        """Take a remark, but not a second time."""
        if remark not in self._said:
            self._said.add(remark)
            self.say(remark)

    @abstractmethod
    def watched(self, tally: "Tally", events: "Iterable[Event]") -> "Iterator[Event]":
        """Count the events of a run, show them as they wish, and hand them on."""

    @abstractmethod
    def waited_for(self, call: Callable[[], Result]) -> Result:
        """Return what a long call into compiled code returns; the wish to leave does not wait for it."""
