"""Claims on work: who computes a unit, said without a server and without anything that ages.

A claim is a lock on one byte of one file, at an offset made from the key. The kernel frees it the moment its
owner dies, however it dies; a process that is merely stopped keeps it. No claim survives a restart, none has
to be cleaned up, and no date is compared.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gru_vanish.store.claim_files import CLAIM_FILES
from gru_vanish.store.home import Home
from gru_vanish.store.keys import require_key

_OFFSETS = 2**62  # the largest file offset is 2⁶³ − 1
_LONGEST_PAUSE = 0.25  # seconds between two looks while waiting


class Claims:
    """The claims of this process on the keys of one store.

    They belong to the process: any thread may release what another acquired. Acquiring creates the file;
    StoreUnavailable is raised where the file system has no record locks or does not serve, or its folder has vanished.
    """

    def __init__(self, path: Path, home: Home | None = None):
        self.path = path
        self._home = home or Home(path.parent)

    def acquire(self, key: str) -> bool:
        """Claim the key at once or not at all; False where another process or thread has it."""
        self._home.require()
        return CLAIM_FILES.lock(self.path, _offset(key))

    def release(self, key: str) -> None:
        """Give the claim back. Without a claim, as in the child of a fork, nothing happens."""
        CLAIM_FILES.unlock(self.path, _offset(key))

    @contextmanager
    def held(self, key: str) -> Iterator[bool]:
        """Hold the claim within a `with` block, whose value says whether it was to be had."""
        acquired = self.acquire(key)
        try:
            yield acquired
        finally:
            if acquired:
                self.release(key)

    def elsewhere(self, keys: Iterable[str]) -> frozenset[str] | None:
        """Say which of the keys another process holds at this moment; None where the system does not tell.

        Nothing is created, locked or waited for; a claim of this process is not one of another.
        """
        offsets = {key: _offset(key) for key in keys}
        held = CLAIM_FILES.locked_elsewhere(self.path, set(offsets.values()))
        return None if held is None else frozenset(key for key, offset in offsets.items() if offset in held)

    def wait(self, key: str, timeout: float | None = None) -> bool:
        """Wait until nobody holds the key, at most `timeout` seconds; say whether it came free.

        The key is not held afterwards. Look at the store then; where the record is still missing its owner
        died, and whoever acquires the key next computes it. Each look takes the claim for an instant, so an
        `acquire` elsewhere may be refused then: whoever is refused has to wait in turn, never to give up.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        pause = 0.01
        while not self.acquire(key):
            left = pause if deadline is None else deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(pause, left))
            pause = min(2 * pause, _LONGEST_PAUSE)
        self.release(key)
        return True


def _offset(key: str) -> int:
    return int(require_key(key)[:16], 16) % _OFFSETS
