"""Whether two contestants have measured the same thing."""

import math
from dataclasses import dataclass

import numpy as np

TOLERANCE = 1e-3
"""Largest relative difference of two norms that are called equal."""
TINY = {"float32": 2.0**-126, "float64": 2.0**-1022}


@dataclass(frozen=True)
class Agreement:
    """Plain norms beside ours, over all seeds, lengths and samples."""

    case: str
    other: str
    values: int
    zeros: int
    """Their values that are exactly 0."""
    near_floor: int
    """Not zero, but so small that their norm has lost squares, and with them its accuracy."""
    worst: float
    """Largest relative difference of the others."""
    worst_near_floor: float

    @property
    def holds(self) -> bool:
        """Whether all values that can be compared are equal within `TOLERANCE`."""
        return self.worst <= TOLERANCE

    def sentence(self) -> str:
        """Return the finding."""
        compared = self.values - self.zeros - self.near_floor
        floor = ""
        if self.near_floor:
            floor = f" ({self.near_floor} more, where its squares underflow: {self.worst_near_floor:.1g})"
        return (
            f"{self.case}: {'agrees' if self.holds else 'DOES NOT AGREE'} with the {self.other}, largest "
            f"relative difference {self.worst:.1e} over {compared} of {self.values} values{floor}; "
            f"it shows exactly 0 for {self.zeros}"
        )


def floor(precision: str, hidden: int) -> float:
    """Return the norm below which a plain norm may be off by more than `TOLERANCE`.

    A component whose square is below the smallest normal number ``tiny`` is lost: up to n · tiny of ‖δ‖².
    That moves the norm by less than the tolerance τ where n · tiny < 2 τ ‖δ‖².
    """
    return math.sqrt(hidden * TINY[precision] / (2 * TOLERANCE))


def compare(case: str, other: str, ln_ours: np.ndarray, theirs: np.ndarray, precision: str, hidden: int) -> Agreement:
    """Return how norms agree with logarithms of ours; both (seed, length, sample)."""
    theirs = theirs.astype(np.float64)
    shown = theirs != 0
    sound = theirs >= floor(precision, hidden)
    # A missing or infinite number must not pass for an equal one.
    apart = np.nan_to_num(np.abs(np.expm1(ln_ours[shown] - np.log(theirs[shown]))), nan=math.inf)
    near = ~sound[shown]
    return Agreement(
        case=case,
        other=other,
        values=theirs.size,
        zeros=int(np.sum(~shown)),
        near_floor=int(np.sum(near)),
        worst=float(np.max(apart[~near], initial=0.0)),
        worst_near_floor=float(np.max(apart[near], initial=0.0)),
    )
