"""What every series has, whatever was measured of it: enough to name it, to group it and to say what is missing."""

from collections.abc import Mapping
from typing import Any, Protocol

from gru_vanish.analysis.names import SeriesName


class Named(Protocol):
    """One series of a study."""

    @property
    def label(self) -> str:
        """The cell's label in the config."""

    @property
    def name(self) -> SeriesName:
        """Its names for people."""

    @property
    def swept(self) -> Mapping[str, Any]:
        """The swept values by path."""

    @property
    def setting(self) -> Mapping[str, Any]:
        """The resolved setting."""

    @property
    def missing(self) -> tuple[int, ...]:
        """The planned seeds without a record."""

    @property
    def progress(self) -> str:
        """The seeds that are there, as ``k of N``."""
