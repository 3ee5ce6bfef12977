"""One slider for every swept axis: its positions, and at which of them every series stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gru_vanish.analysis import Named
from gru_vanish.analysis.axes import is_number
from gru_vanish.analysis.axis_words import axis_name, label_of, own_path
from gru_vanish.analysis.names import initialiser_text, number

UNTOUCHED = -1
"""The position of a series that an axis does not move."""


@dataclass(frozen=True)
class Slider:
    """An axis, or several that move as one; numbers ascend, words stand in the order of the sweep."""

    paths: tuple[str, ...]
    title: str
    labels: tuple[str, ...]
    """The labels of the cells that it moves; none: it moves all."""
    words: tuple[str, ...]
    """Every position in words."""
    numbers: tuple[float, ...]
    """The same as numbers; empty where a value is none."""
    places: tuple[int, ...]
    """The position of every series, `UNTOUCHED` where the axis does not move it."""

    @property
    def start(self) -> int:
        """The position that the page opens with."""
        return len(self.words) // 2

    @property
    def quantity(self) -> str:
        """What is swept, equal for the same number of several cells."""
        return own_path(self.paths[0])


def sliders(series: Sequence[Named]) -> tuple[Slider, ...]:
    """Return a slider for every axis with more than one value; axes that always move together share one."""
    paths = dict.fromkeys(path for one in series for path in one.swept)
    together: dict[tuple[int, ...], list[str]] = {}
    for path in paths:
        values = ordered([one.swept[path] for one in series if path in one.swept])
        if len(values) > 1:
            together.setdefault(first_seen(series, path), []).append(path)
    return tuple(slider(series, found) for found in together.values())


def first_seen(series: Sequence[Named], path: str) -> tuple[int, ...]:
    """Return which series share a value, as numbers in the order of their first appearance."""
    seen: dict[str, int] = {}
    return tuple(
        seen.setdefault(repr(one.swept[path]), len(seen)) if path in one.swept else UNTOUCHED for one in series
    )


def slider(series: Sequence[Named], paths: Sequence[str]) -> Slider:
    """Return the slider of axes that move together, in the order of the first one's values."""
    first = paths[0]
    values = ordered([one.swept[first] for one in series if first in one.swept])
    index = {repr(value): place for place, value in enumerate(values)}
    places = tuple(index[repr(one.swept[first])] if first in one.swept else UNTOUCHED for one in series)
    beside: dict[int, Mapping[str, Any]] = {}
    for one, place in zip(series, places, strict=True):
        beside.setdefault(place, one.swept)
    labels = dict.fromkeys(label for path in paths if (label := label_of(path)) is not None)
    return Slider(
        paths=tuple(paths),
        title=", ".join(axis_name(path).plain for path in paths),
        labels=tuple(labels),
        words=tuple(", ".join(value_words(beside[place][path]) for path in paths) for place in range(len(values))),
        numbers=tuple(map(float, values)) if all(map(is_number, values)) else (),
        places=places,
    )


def ordered(values: Sequence[Any]) -> list[Any]:
    """Return every value once: numbers ascending, else as they come."""
    once = list({repr(value): value for value in values}.values())
    return sorted(once) if all(map(is_number, once)) else once


def value_words(value: Any) -> str:
    """Return a swept value: a number to four digits, a word, an initialiser."""
    return number(float(f"{float(value):.4g}")) if is_number(value) else initialiser_text(value)
