"""Numbers from a to b: even steps, an even count, a geometric count; both ends are included in all three.

Ends and steps are taken as the decimals that were written, so a step of 0.1 from 0 reaches 0.3 and not
0.30000000000000004, and a geometric value is rounded to 12 digits, so it is the same number on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

MAX_VALUES = 100_000

Ends = tuple[Fraction, Fraction]


class FormRefusedError(ValueError):
    """A form that can not be written out: the sentence says why."""


def exact(value: int | float) -> Fraction:
    """The decimal that was written: the shortest one that reads as this float."""
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def by_step(ends: Ends, step: Fraction) -> list[int | float]:
    """a, a + s, a + 2s … up to b."""
    first, last = ends
    if step == 0 or (last - first) * step < 0:
        raise FormRefusedError("the step does not lead from a to b")
    count = (last - first) // step + 1
    _few_enough(count)
    return [_plain(first + index * step) for index in range(count)]


def evenly(ends: Ends, num: Fraction) -> list[int | float]:
    """n numbers, a + (b − a)·i/(n − 1)."""
    first, last = ends
    count = _several(ends, num)
    if count == 1:
        return [_plain(first)]
    return [_plain(first + (last - first) * index / (count - 1)) for index in range(count)]


def geometrically(ends: Ends, num: Fraction) -> list[int | float]:
    """n numbers, a·(b/a)^(i/(n − 1)), for a and b above 0."""
    if min(ends) <= 0:
        raise FormRefusedError("both ends must be above 0")
    count = _several(ends, num)
    logarithms = [math.log(end) for end in ends]
    inner = [_geometric(logarithms, index / (count - 1)) for index in range(1, count - 1)]
    return [_plain(ends[0]), *inner, _plain(ends[1])] if count > 1 else [_plain(ends[0])]


FORMS: dict[str, tuple[str, Callable[[Ends, Fraction], list[int | float]]]] = {
    "range": ("step", by_step),
    "linspace": ("num", evenly),
    "logspace": ("num", geometrically),
}
"""Each form with the key beside it and its function."""


def _geometric(logarithms: list[float], share: float) -> int | float:
    value = float(f"{math.exp(logarithms[0] * (1 - share) + logarithms[1] * share):.12g}")
    return int(value) if value.is_integer() and value < 1e15 else value


def _several(ends: Ends, num: Fraction) -> int:
    if num < 1 or (num == 1 and ends[0] != ends[1]):
        raise FormRefusedError("num must be at least 2")
    _few_enough(num)
    return int(num)


def _few_enough(count: int | Fraction) -> None:
    if count > MAX_VALUES:
        shown = f"{int(count):,}" if count < 10**15 else f"more than {10**15:,}"
        raise FormRefusedError(f"{shown} values; at most {MAX_VALUES:,}")


def _plain(number: Fraction) -> int | float:
    return int(number) if number.denominator == 1 else float(number)
