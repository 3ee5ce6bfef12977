"""What a measured value is worth, one word per (sample, length)."""

from enum import IntEnum


class Status(IntEnum):
    """The standing of one value; where several apply, the highest number wins.

    ``ok``          nothing to say against it.
    ``saturated``   finite here, while plain autodiff in this dtype gives a gradient of exactly 0.
    ``chaotic``     a twin trajectory, moved by one rounding unit, is more than 1e-4 away (relative) at some
                    t ≤ T: only statistics over samples and seeds mean something from there on.
    ``underflow``   0 here but not in exact arithmetic: the slope of an activation itself is below the smallest
                    normal number of the dtype. The value is withheld.
    ``exact_zero``  0 in exact arithmetic: dead relu, zero weights, a stopped path.
    ``nonfinite``   a state or an adjoint is infinite or not a number. The value is withheld.
    """

    ok = 0
    saturated = 1
    chaotic = 2
    underflow = 3
    exact_zero = 4
    nonfinite = 5


STATUSES: tuple[str, ...] = tuple(status.name for status in Status)
"""The names in the order of their codes, as they are stored."""
