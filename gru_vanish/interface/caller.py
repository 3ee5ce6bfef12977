"""A call from Python: in a script, in a notebook, in any thread; nothing is printed, and no signal is touched.

The work is done in a thread of its own, and the caller waits for it. So Ctrl-C, which Python raises in the caller,
never lands in the middle of an import or of a write, and a loop of asyncio in the caller's thread does no harm.
"""

import queue
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Literal

from gru_vanish.interface.host import Host, Result
from gru_vanish.interface.refusals import RefusalError, StoppedError

if TYPE_CHECKING:
    from gru_vanish.engine import Event
    from gru_vanish.interface.progress import Progress, Wish
    from gru_vanish.interface.tally import Tally

TICK = 0.1
"""Seconds between two looks."""
_OPTION = re.compile(r"(?<![\w-])--([a-z][a-z-]*)")
_ELSEWISE = {"all": "everything", "batch-first": "batch_first=True", "time-first": "batch_first=False"}
"""Options whose arguments have another name."""


class Caller(Host):
    """Python as the host: remarks are collected, events are handed to the thread that has called."""

    def __init__(self) -> None:
        super().__init__()
        self.remarks: list[str] = []
        self.news: queue.SimpleQueue[Progress | Literal["ended"]] = queue.SimpleQueue()
        self._leaving = threading.Event()

    def leave(self) -> None:
        """End what goes on, as soon as that can be done cleanly."""
        self._leaving.set()
        self.stop.set()

    @property
    def wants_to_leave(self) -> bool:
        """Whether the caller has asked to end."""
        return self._leaving.is_set()

    def check(self) -> None:
        """Raise `StoppedError` where the caller wants to end."""
        if self.wants_to_leave:
            raise StoppedError("stopped; what is done is kept, and the same call goes on from there")

    def say(self, remark: str) -> None:
        """Keep a remark for the result."""
        self.remarks.append(remark)

    def watched(self, tally: "Tally", events: "Iterable[Event]") -> "Iterator[Event]":
        """Count events and hand them on, to the caller too."""
        from gru_vanish.interface.progress import progress_of

        for event in events:
            tally.take(event)
            self.news.put(progress_of(event, tally))
            yield event

    def waited_for(self, call: Callable[[], Result]) -> Result:
        """Return what the call returns; the caller's own thread is the one that does not wait."""
        return call()


def asked(
    work: Callable[[Caller], Result],
    *,
    computes: bool,
    progress: "Wish" = False,
    stop: threading.Event | None = None,
) -> Result:
    """Return what the work gives, or raise what it raises; while it goes on, show it as wished and heed ``stop``.

    ``computes`` says that JAX is used. After Ctrl-C the work has ended, unless it comes twice.
    """
    caller = Caller()
    results: list[Result] = []
    faults: list[BaseException] = []

    def run() -> None:
        try:
            with _settings(computes):
                results.append(work(caller))
        except BaseException as fault:
            faults.append(fault)
        finally:
            caller.news.put("ended")

    thread = threading.Thread(target=run, name="gru-vanish", daemon=True)
    thread.start()
    try:
        _wait(caller, progress, stop)
    except BaseException:
        caller.leave()
        thread.join()
        raise
    if not faults:
        return results[0]
    fault = faults[0]
    if isinstance(fault, RefusalError):
        raise type(fault)(fault.code, in_python(fault.sentence)) from fault
    raise fault


def in_python(sentence: str) -> str:
    """Return a sentence with the options of the command line as the arguments of a call."""
    return _OPTION.sub(lambda found: _ELSEWISE.get(found[1], found[1].replace("-", "_")), sentence)


def _wait(caller: Caller, progress: "Wish", stop: threading.Event | None) -> None:
    from gru_vanish.interface.progress import shown

    with shown(progress) as show:
        while True:
            if stop is not None and stop.is_set():
                caller.leave()
            try:
                news = caller.news.get(timeout=TICK)
            except queue.Empty:
                continue
            if news == "ended":
                return
            show(news)


def _settings(computes: bool) -> AbstractContextManager[None]:
    if not computes:
        return nullcontext()
    from gru_vanish.interface import settings

    return settings.kept()
