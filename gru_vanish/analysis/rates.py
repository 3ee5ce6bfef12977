"""Decay rate and half-life, from the transport y(T), the mean over samples of ln‖δ_0‖ − ln‖δ_T‖.

rate = −[y(T_max) − y(T_0)] / (T_max − T_0), with T_0 the first length ≥ max(10, T_max/10): what happens
before T_0 belongs to the start, not to the decay.  Positive means that the gradient decays.  The same over
each half of the window tells whether one number describes the window at all.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gru_vanish.analysis.intervals import Estimate, student_interval
from gru_vanish.analysis.payload import FloatArray, IntArray

# Rounding that a product over T steps may leave in y, nats per step: the measurement's own promise.
ROUNDING = {"float32": 2e-7, "float64": 1e-12}

ONE = "one exponential"
NOT_ONE = "not one exponential"
NOT_JUDGED = "not judged"


@dataclass(frozen=True)
class Window:
    """Indices into the lengths: start T_0, middle (None where no length lies inside) and end T_max."""

    start: int
    middle: int | None
    end: int


@dataclass(frozen=True)
class SeedRate:
    """One seed's decay rate in nats per step; the halves are nan where the window has no middle."""

    whole: float
    first_half: float
    second_half: float


@dataclass(frozen=True)
class HalfLife:
    """Steps after which the gradient has halved; ``steps`` is None where there is none, ``note`` says why."""

    steps: float | None
    low: float | None
    high: float | None
    note: str


@dataclass(frozen=True)
class DecayRate:
    """The decay rate over seeds, its halves and their paired difference (first − second)."""

    whole: Estimate | None
    first_half: Estimate | None
    second_half: Estimate | None
    difference: Estimate | None
    shape: str
    half_life: HalfLife
    window: tuple[int, int] | None


def window_of(lengths: IntArray) -> Window | None:
    """Return the window T_0…T_max, or None where no length before T_max reaches max(10, T_max/10).

    The halves meet at the measured length nearest to the window's middle in T: a value between two lengths
    would have to assume the straight line that the halves are there to test.
    """
    end = int(lengths.size) - 1
    start = int(np.searchsorted(lengths, max(10.0, float(lengths[end]) / 10.0)))
    if start >= end:
        return None
    inside = np.arange(start + 1, end)
    if inside.size == 0:
        return Window(start, None, end)
    centre = (float(lengths[start]) + float(lengths[end])) / 2.0
    return Window(start, int(inside[np.argmin(np.abs(lengths[inside] - centre))]), end)


def slope(lengths: IntArray, transport: FloatArray, first: int, last: int) -> float:
    """Return −Δy/ΔT in nats per step, nan where an end has no finite sample."""
    return -float(transport[last] - transport[first]) / float(lengths[last] - lengths[first])


def seed_rate(lengths: IntArray, transport: FloatArray) -> SeedRate | None:
    """Return one seed's rate and its halves, or None where the lengths leave no window."""
    window = window_of(lengths)
    if window is None:
        return None
    whole = slope(lengths, transport, window.start, window.end)
    if window.middle is None:
        return SeedRate(whole, math.nan, math.nan)
    first = slope(lengths, transport, window.start, window.middle)
    return SeedRate(whole, first, slope(lengths, transport, window.middle, window.end))


def rounding_tolerance(lengths: IntArray, precision: str) -> float:
    """Return what rounding alone may put between the two halves, nats per step.

    y is known to ROUNDING · T; each half divides the errors of its two ends by its own width.
    """
    window = window_of(lengths)
    if window is None or window.middle is None:
        return 0.0
    start, middle, end = (float(lengths[index]) for index in (window.start, window.middle, window.end))
    error = ROUNDING.get(precision, ROUNDING["float32"])
    return error * ((start + middle) / (middle - start) + (middle + end) / (end - middle))


def half_life(rate: Estimate | None, shape: str) -> HalfLife:
    """Return ln 2 / rate, or none where one exponential is not what the seeds show."""
    if rate is None:
        return HalfLife(None, None, None, "no decay rate")
    if shape == NOT_ONE:
        return HalfLife(None, None, None, NOT_ONE)
    if rate.low is None or rate.high is None:
        if rate.mean <= 0.0:
            return HalfLife(None, None, None, "the rate is not positive (one seed: no interval)")
        return HalfLife(math.log(2.0) / rate.mean, None, None, "one seed: no interval")
    if rate.low <= 0.0:
        where = "is below 0" if rate.high < 0.0 else "contains 0"
        return HalfLife(None, None, None, f"the rate's interval {where}")
    two = math.log(2.0)
    return HalfLife(two / rate.mean, two / rate.high, two / rate.low, "")


def shape_of(difference: Estimate | None, tolerance: float) -> str:
    """Judge the halves: they differ where the interval of their paired difference excludes 0."""
    if difference is None or difference.low is None:
        return NOT_JUDGED
    return NOT_ONE if difference.excludes(0.0, tolerance) else ONE


def decay_rate(lengths: IntArray, rates: Mapping[int, SeedRate | None], precision: str) -> DecayRate:
    """Summarise the seeds' rates: means with 95 % Student t intervals, shape and half-life."""
    known = [rate for rate in rates.values() if rate is not None]
    whole = student_interval([rate.whole for rate in known])
    difference = student_interval([rate.first_half - rate.second_half for rate in known])
    shape = shape_of(difference, rounding_tolerance(lengths, precision))
    window = window_of(lengths)
    return DecayRate(
        whole=whole,
        first_half=student_interval([rate.first_half for rate in known]),
        second_half=student_interval([rate.second_half for rate in known]),
        difference=difference,
        shape=shape,
        half_life=half_life(whole, shape),
        window=None if window is None else ends(lengths, window),
    )


def ends(lengths: Sequence[int] | IntArray, window: Window) -> tuple[int, int]:
    """Return (T_0, T_max)."""
    return int(lengths[window.start]), int(lengths[window.end])
