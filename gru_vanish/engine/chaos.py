"""Where a record is chaotic: from there on two machines may say what they like, and nothing is judged.

Chaos sets in where rounding errors, doubled again and again, pass a threshold. From one rounding unit to 1e-4 they grow
by 7 e-folds in float32 and by 28 in float64, and two machines begin with other errors. So the length from which on a
sample is chaotic may differ by a factor of 2, or by one place in the list of lengths. Errors that rise up to the
threshold and fall again may pass it on one machine and not on the other: farther apart the two may be only where a
rounding unit of the weights moves the numbers of that sample beyond their bounds here, too.
"""

from dataclasses import dataclass

import numpy as np

from gru_vanish.contracts import STATUSES, Measure, Payload, Status
from gru_vanish.engine.named_axes import Axes, Lengths, axes_of

FACTOR = 2


@dataclass(frozen=True)
class Chaos:
    """Where one or the other of two records is chaotic, by one of their arrays."""

    name: str
    axes: Axes
    reached: np.ndarray
    """over ``axes``: from chaos on"""
    disputed: np.ndarray
    """over ``axes``, one length: the onsets are too far apart for rounding alone"""


def is_codes(name: str, values: np.ndarray) -> bool:
    """Whether an array holds the status of single samples."""
    return (name == "status" or name.startswith("status_")) and values.dtype.kind in "ui"


def is_counts(name: str, values: np.ndarray) -> bool:
    """Whether an array holds how many samples have each status, its last axis."""
    return name == "statuses" and values.dtype.kind in "ui" and values.shape[-1:] == (len(STATUSES),)


def chaos(measure: Measure, lengths: Lengths, stored: Payload, again: Payload) -> list[Chaos]:
    """Return where two records of equal names and shapes are chaotic, by each of their arrays of statuses."""
    found = []
    for name, values in stored.items():
        axes = axes_of(measure.columns, name, values.ndim)
        pair = [values, again[name]]
        if is_codes(name, values):
            seen = [each == Status.chaotic for each in pair]
        elif is_counts(name, values):
            seen, axes = [each[..., Status.chaotic] > 0 for each in pair], axes[:-1]
        else:
            continue
        at = axes.index(lengths.letter) if lengths.letter in axes else None
        if at is None:
            found.append(Chaos(name, axes, seen[0] | seen[1], np.zeros(seen[0].shape, bool)))
        else:
            seen = [np.logical_or.accumulate(each, axis=at) for each in seen]
            found.append(Chaos(name, axes, seen[0] | seen[1], _far_apart(lengths.values, seen[0], seen[1], at)))
    return found


def _far_apart(lengths: np.ndarray, one: np.ndarray, other: np.ndarray, at: int) -> np.ndarray:
    """Whether the one becomes chaotic too long before the other; the axis of lengths is kept, with one place."""
    first = [
        np.where(each.any(axis=at, keepdims=True), each.argmax(axis=at, keepdims=True), len(lengths))
        for each in (one, other)
    ]
    # What never becomes chaotic may do so right after the longest length.
    whens = [np.append(lengths, lengths[-1] + 1)[places] for places in first]
    near = (np.abs(first[0] - first[1]) <= 1) | (np.maximum(*whens) <= FACTOR * np.minimum(*whens))
    return ~near
