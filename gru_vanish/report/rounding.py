"""Numbers of the page: four digits say all that a screen can show, and keep the file small."""

import math
from collections.abc import Iterable

DIGITS = 4


def rounded(value: float | None) -> float | int | None:
    """Return the number to four digits, whole ones as integers; None for what is no number, as JSON has none."""
    if value is None or not math.isfinite(value):
        return None
    short = float(f"{value:.{DIGITS}g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def column(values: Iterable[float | None]) -> list[float | int | None]:
    """Return the rounded values."""
    return [rounded(value) for value in values]
