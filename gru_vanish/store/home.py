"""The folder that a store is at home in: made once, and never a second time.

A folder that vanishes in the middle of a run was moved, or its disk was unmounted. To make it anew would scatter the
records over two places, the second perhaps on another disk.
"""

import os
from pathlib import Path

from gru_vanish.store.files import make_folder, serving


class Home:
    """A folder that this process relies on from the first time that it was needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._relied_on = False

    def require(self) -> None:
        """Make the folder at the first call; raise StoreUnavailable where it is gone at a later one."""
        if not self._relied_on:
            make_folder(self.folder)
            self._relied_on = True
        with serving(self.folder):
            os.stat(self.folder)
