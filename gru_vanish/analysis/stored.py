"""What is stored of one series and measure: the records that are there, and arrays of the shapes they must have."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.payload import Reader, RecordLike
from gru_vanish.store import MissingRecord


@dataclass(frozen=True)
class Arrays:
    """The arrays of one record; what does not fit raises ``ValueError`` with the record's key."""

    key: str
    payload: Mapping[str, NDArray[Any]]
    within: str = ""
    """What stands before the names in the record, where these are the arrays of a measure within another."""

    def take(self, **shapes: str) -> dict[str, NDArray[Any]]:
        """Return arrays by name, floats as float64 and integers as int64, with the shapes that letters give.

        ``take(lengths="L", ln_gradient="L B")`` asks that the one axis of ``lengths`` is as long as the first of
        ``ln_gradient``; a digit is a length itself, an empty text a number without axes.
        """
        sizes: dict[str, int] = {}
        return {name: self._taken(name, shape.split(), sizes) for name, shape in shapes.items()}

    def _taken(self, name: str, axes: Sequence[str], sizes: dict[str, int]) -> NDArray[Any]:
        if name not in self.payload:
            raise ValueError(f"record {self.key}: no array named {self.within}{name}")
        array = np.asarray(self.payload[name])
        fits = array.ndim == len(axes) and all(
            size == (int(axis) if axis.isdigit() else sizes.setdefault(axis, size))
            for axis, size in zip(axes, array.shape, strict=True)
        )
        if not fits:
            known = ", ".join(f"{axis} = {size}" for axis, size in sizes.items())
            told = f"{self.within}{name} has shape {array.shape}, not ({', '.join(axes)}) with {known}"
            raise ValueError(f"record {self.key}: {told}")
        if array.dtype.kind in "iu":
            return array.astype(np.int64)
        return array.astype(np.float64) if array.dtype.kind == "f" else array


def stored(
    entry: Mapping[str, Any], measure: str, seeds: Sequence[int], read: Reader
) -> Iterator[tuple[int, str, RecordLike]]:
    """Give (seed, key, record) of every seed that has a record; what ``read`` raises for damage passes through."""
    keys = entry["keys"][measure]
    for seed in seeds:
        key = keys[str(seed)]
        try:
            record = read(key)
        except (MissingRecord, KeyError):  # KeyError: a plain dict of records serves as well
            continue
        yield seed, key, record
