"""What the axes of a payload's arrays stand for, as the measure's ``columns`` say it.

A column's text begins with its shape in letters. Equal letters of one measure stand for one axis; the axis of the array
called ``lengths`` is that of sequence lengths.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gru_vanish.contracts import Measure, Payload, Program

Axes = tuple[str, ...]
SAMPLES = "B"
"""The letter of all samples; a measure that shows some of them names them otherwise."""


@dataclass(frozen=True)
class Lengths:
    """The axis of sequence lengths: its letter, empty where a record has none, and what stands on it."""

    letter: str
    values: np.ndarray

    @classmethod
    def of(cls, measure: Measure, program: Program, payload: Payload) -> "Lengths":
        """Return the lengths of a record; the longest one of the program where it has no such axis."""
        axes = axes_of(measure.columns, "lengths", 1)
        if "lengths" in payload and payload["lengths"].ndim == 1 and axes[0]:
            return cls(axes[0], payload["lengths"])
        return cls("", np.array([program.longest]))

    def along(self, axes: Axes) -> np.ndarray:
        """Return the lengths so that they broadcast against an array; their largest where it has no such axis."""
        return spread(self.values, (self.letter,), axes, np.max)


def axes_of(columns: Mapping[str, str], name: str, dimensions: int) -> Axes:
    """Return a letter for each axis of an array; empty ones where the columns do not tell.

    A column's name may hold a part in angle brackets, which stands for any word.
    """
    for column, text in columns.items():
        pattern = ".+".join(map(re.escape, re.split(r"<\w+>", column)))
        shape = re.match(r"\(([^)]*)\)", text)
        if shape and re.fullmatch(pattern, name):
            letters = tuple(letter.strip() for letter in shape[1].split(",") if letter.strip())
            if len(letters) == dimensions:
                return letters
    return ("",) * dimensions


def spread(values: np.ndarray, axes: Axes, onto: Axes, reduce: Callable[..., Any] = np.any) -> np.ndarray:
    """Return values that broadcast against an array with the axes ``onto``; what that lacks is reduced away."""
    missing = tuple(index for index, letter in enumerate(axes) if not letter or letter not in onto)
    reduced = np.asarray(reduce(values, axis=missing) if missing else values)
    left = [letter for letter in axes if letter and letter in onto]
    placed = [letter in left and letter not in onto[:index] for index, letter in enumerate(onto)]
    order = [left.index(letter) for letter, here in zip(onto, placed, strict=True) if here]
    sizes = iter(np.transpose(reduced, order).shape)
    return np.transpose(reduced, order).reshape([next(sizes) if here else 1 for here in placed])


def one_place_off(one: np.ndarray, other: np.ndarray, at: int) -> np.ndarray:
    """Whether each says what lies between what the other says at a place of an axis and at those beside it.

    At the last place one of the two is enough: what the other has there may stand beyond the end.
    """
    forth, back = _between_neighbours(one, other, at), _between_neighbours(other, one, at)
    is_last = np.arange(one.shape[at]) == one.shape[at] - 1
    is_last = is_last.reshape([-1 if index == at else 1 for index in range(one.ndim)])
    return np.asarray((forth & back) | (is_last & (forth | back)))


def _between_neighbours(one: np.ndarray, other: np.ndarray, at: int) -> np.ndarray:
    low = high = other
    for shift in (-1, 1):
        neighbours = np.clip(np.arange(other.shape[at]) + shift, 0, other.shape[at] - 1)
        beside = np.take(other, neighbours, axis=at)
        low, high = np.minimum(low, beside), np.maximum(high, beside)
    return np.asarray((low <= one) & (one <= high))
