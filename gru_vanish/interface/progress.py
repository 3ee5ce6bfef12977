"""How far a run has come, for whoever has called it."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from gru_vanish.engine import Event
    from gru_vanish.interface.tally import Tally

EVERY = 0.2
"""Seconds between two lines of the bar."""
CELLS = 24


@dataclass(frozen=True)
class Progress:
    """One event of a run, and how far it has come with it."""

    event: "Event"
    """What has happened: one of those in `gru_vanish.engine`, such as ``Compiled``, ``Done``, ``Failed``."""
    units: int
    """all that are to be settled"""
    computed: int
    found: int
    """read from the store"""
    failed: int
    seconds_left: float | None
    """an estimate, None where nothing can be said"""
    words: str

    @property
    def settled(self) -> int:
        """Units of which nothing more will be heard."""
        return self.computed + self.found + self.failed


Wish: TypeAlias = bool | Callable[[Progress], None]
"""No word about the progress, a bar on stderr, or a function that is called with each event."""


def progress_of(event: "Event", tally: "Tally") -> Progress:
    """Return how far a run has come."""
    counts = (tally.total, tally.computed, tally.found, len(tally.failed))
    return Progress(event, *counts, tally.seconds_left(), f"{tally.stage()}: {tally.words()}")


@contextmanager
def shown(wish: Wish) -> Iterator[Callable[[Progress], None]]:
    """Give what shows the progress as wished; a bar leaves its last state behind."""
    if callable(wish):
        yield wish
        return
    if not wish:
        yield lambda _: None
        return
    bar = Bar()
    try:
        yield bar.show
    finally:
        bar.end()


class Bar:
    """One line on stderr, written over itself: what a terminal and a notebook both can show."""

    def __init__(self) -> None:
        self._last: Progress | None = None
        self._at = -EVERY
        self._widest = 0

    def show(self, news: Progress) -> None:
        """Draw the bar, unless it was drawn a moment ago."""
        self._last = news
        if time.monotonic() - self._at >= EVERY:
            self._draw(news)

    def end(self) -> None:
        """Draw the last state and begin a new line."""
        if self._last is not None:
            self._draw(self._last)
            sys.stderr.write("\n")
            sys.stderr.flush()

    def _draw(self, news: Progress) -> None:
        full = CELLS * news.settled // max(1, news.units)
        line = f"{'█' * full}{'░' * (CELLS - full)} {news.words}"
        self._widest = max(self._widest, len(line))
        self._at = time.monotonic()
        sys.stderr.write(f"\r{line:<{self._widest}}")
        sys.stderr.flush()
