"""Holm's correction for several claims judged at once."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Corrected:
    """An adjusted p-value, and the number by which the p-value itself was multiplied."""

    p: float
    multiplier: int


def holm(values: Sequence[float]) -> list[Corrected]:
    """Return the p-values adjusted by Holm's step-down method, in the order in which they were given.

    p̃_(i) = max over j ≤ i of min(1, (m − j + 1) p_(j)), with p_(1) ≤ … ≤ p_(m).  Where every true hypothesis is
    rejected at p̃ ≤ α, the probability of one wrong rejection or more is at most α, however the tests depend.

    Source: Holm 1979, Scandinavian Journal of Statistics 6, 65.
    """
    order = sorted(range(len(values)), key=lambda index: values[index])
    found: list[Corrected] = [Corrected(1.0, 1)] * len(values)
    largest = 0.0
    for rank, index in enumerate(order):
        multiplier = len(values) - rank
        largest = max(largest, min(1.0, multiplier * values[index]))
        found[index] = Corrected(largest, multiplier)
    return found
