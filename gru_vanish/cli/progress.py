"""What a run shows while it goes on: a live bar on a terminal, a plain line now and then anywhere else."""

import sys
import threading
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TimeElapsedColumn
from rich.text import Text

from gru_vanish.cli.output import is_terminal, say
from gru_vanish.engine import Event
from gru_vanish.interface.tally import Tally

EVERY = 5.0
"""Seconds between two plain lines."""
QUEUED = 60.0
"""The same while no worker is there and nothing changes, which may take days."""


class Shown:
    """A tally that is shown while it is used as a context."""

    def __init__(self, tally: Tally, stop: threading.Event) -> None:
        self.tally = tally
        self._show: Bar | Lines = Bar(tally, stop) if is_terminal(sys.stderr) else Lines(tally)

    def __enter__(self) -> "Shown":
        self._show.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._show.end()

    def take(self, event: Event) -> None:
        """Count one event and show it."""
        self.tally.take(event)
        self._show.update()


class Lines:
    """A line on stderr every `EVERY` seconds, from a thread of its own: a long unit tells nothing itself."""

    def __init__(self, tally: Tally, every: float = EVERY) -> None:
        self._tally, self._every = tally, every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._speak, daemon=True)

    def start(self) -> None:
        """Begin to print."""
        self._thread.start()

    def update(self) -> None:
        """Nothing: the next line comes when it is time."""

    def end(self) -> None:
        """Print no more."""
        self._ended.set()
        self._thread.join(timeout=1.0)

    def _speak(self) -> None:
        last, at = "", 0.0
        while not self._ended.wait(self._every):
            line, now = f"{self._tally.stage()}: {self._tally.words()}", time.monotonic()
            if line == last and self._tally.has_no_workers and now - at < QUEUED:
                continue
            say(line)
            last, at = line, now


class Bar:
    """A live bar on stderr."""

    def __init__(self, tally: Tally, stop: threading.Event) -> None:
        self._tally = tally
        console = Console(stderr=True, markup=False, emoji=False, highlight=False)
        bar, elapsed = BarColumn(bar_width=24), TimeElapsedColumn()
        columns = (SpinnerColumn(), Stage(tally, stop), bar, Words(tally), elapsed)
        # stdout stays untouched: what is written there is the result, also while the bar is up.
        self._progress = Progress(*columns, console=console, transient=True, redirect_stdout=False)
        self._task = self._progress.add_task("", total=max(1, tally.total))

    def start(self) -> None:
        """Put the bar up."""
        self._progress.start()

    def update(self) -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=self._tally.settled)

    def end(self) -> None:
        """Take the bar away."""
        self._progress.stop()


class Stage(ProgressColumn):
    """What is going on, in a word."""

    def __init__(self, tally: Tally, stop: threading.Event) -> None:
        super().__init__()
        self._tally, self._stop = tally, stop

    def render(self, task: Task) -> Text:
        """Return the word."""
        return Text("stopping" if self._stop.is_set() else self._tally.stage())


class Words(ProgressColumn):
    """Counts and the time that is left; made anew at each refresh, since the time runs without events too."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self._tally = tally

    def render(self, task: Task) -> Text:
        """Return the words."""
        return Text(self._tally.words(), style="bold")
