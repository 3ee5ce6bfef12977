"""The arrays of one ``h0_gradient`` record, checked before anything is computed from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

MEASURE = "h0_gradient"
PART = "ln_h0_gradient_"
"""Before the name of a part of the state, the name of its array."""

# The same words in the same order as the measurement writes them: a status is stored as an index into
# this tuple.  Repeated here because this room works without jax; a test holds the two together.
STATUSES = ("ok", "saturated", "chaotic", "underflow", "exact_zero", "nonfinite")


class RecordLike(Protocol):
    """What analysis needs of a stored record."""

    @property
    def payload(self) -> Mapping[str, NDArray[Any]]:
        """The arrays by name."""

    @property
    def about(self) -> Mapping[str, Any]:
        """The provenance; not read here."""


class Reader(Protocol):
    """Gives the record of a key; raises ``KeyError`` or ``store.MissingRecord`` where there is none."""

    def __call__(self, key: str, /) -> RecordLike:
        """Return the record of this key."""


@dataclass(frozen=True)
class Payload:
    """One seed's measurement over L lengths and B samples, all in nats unless said otherwise."""

    lengths: IntArray  # T, shape (L,), ascending
    ln_h0_gradient: FloatArray  # (L, B): ln ||dL_T/dh_0||, -inf for an exact zero, nan where unknown
    ln_transport: FloatArray  # (L, B): ln ||delta_0|| - ln ||delta_T||
    plain_h0_gradient: FloatArray  # (L, B): the norm itself, as plain code in the config's dtype shows it
    status: NDArray[np.uint8]  # (L, B): index into STATUSES
    parts: Mapping[str, FloatArray]  # (L, B): ln of the norm over one part of h_0, by the part; often there are none

    @property
    def samples(self) -> int:
        """The number B of samples."""
        return int(self.ln_h0_gradient.shape[1])


def checked(record: RecordLike, key: str) -> Payload:
    """Return the record's arrays with their types; raise ``ValueError`` naming what does not fit."""
    arrays = record.payload
    names = ("lengths", "ln_h0_gradient", "ln_transport", "plain_h0_gradient", "status")
    absent = [name for name in names if name not in arrays]
    if absent:
        raise ValueError(f"record {key}: no array named {', '.join(absent)}")
    lengths = np.asarray(arrays["lengths"], np.int64)
    if lengths.ndim != 1 or lengths.size == 0 or np.any(np.diff(lengths) <= 0) or lengths[0] < 1:
        raise ValueError(f"record {key}: lengths must be one ascending row of integers from 1 on")
    shape = np.shape(arrays["ln_h0_gradient"])
    if len(shape) != 2 or shape[0] != lengths.size or shape[1] == 0:
        raise ValueError(f"record {key}: ln_h0_gradient has shape {shape}, not ({lengths.size}, B)")
    parts = [name for name in arrays if name.startswith(PART)]
    for name in (*names[2:], *parts):
        if np.shape(arrays[name]) != shape:
            raise ValueError(f"record {key}: {name} has shape {np.shape(arrays[name])}, expected {shape}")
    status = np.asarray(arrays["status"], np.uint8)
    if status.max() >= len(STATUSES):
        raise ValueError(f"record {key}: status {status.max()} is not one of {len(STATUSES)} known ones")
    return Payload(
        lengths,
        np.asarray(arrays["ln_h0_gradient"], np.float64),
        np.asarray(arrays["ln_transport"], np.float64),
        np.asarray(arrays["plain_h0_gradient"], np.float64),
        status,
        {name.removeprefix(PART): np.asarray(arrays[name], np.float64) for name in sorted(parts)},
    )
