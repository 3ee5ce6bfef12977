"""Whether the ways agree: every pair of them on every quantity, before anything is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from gru_vanish.oracle.compute import Computed
from gru_vanish.oracle.networks import Drawn

TOLERANCE = 1e-12
"""Largest difference of two ways, as a share of the largest number of the same quantity at the same step."""
BY_STEP = ("gradient.states", "gradient.x", "jacobian.step")
"""Quantities whose first axis is time: small numbers far back are judged by their own size."""


@dataclass(frozen=True)
class Disagreement:
    """Two ways that say different things of one quantity."""

    quantity: str
    pair: str
    difference: float


class DisagreementError(Exception):
    """The ways do not agree on a network; its sentence says which of them stands alone, if one does."""

    def __init__(self, network: str, found: list[Disagreement]) -> None:
        super().__init__(network, found)
        self.network = network
        self.found = found

    def __str__(self) -> str:
        pairs = [set(one.pair.split(" − ")) for one in self.found]
        alone = set.intersection(*pairs)
        who = f"'{alone.pop()}' differs from all others" if len(alone) == 1 else "the ways differ"
        worst = max(self.found, key=lambda one: (one.difference, one.quantity))
        what = ", ".join(dict.fromkeys(one.quantity for one in self.found))
        return (
            f"{self.network}: {who} in {what}; {worst.pair} is off by {worst.difference:.1e} of the largest number in "
            f"{worst.quantity}, where {TOLERANCE:.0e} is allowed"
        )


def quantities(drawn: Drawn, computed: Computed, way: str) -> dict[str, np.ndarray]:
    """Return what one way says, under the names of the tensors."""
    found = computed.ways[way]
    weights = {f"gradient.{symbol.name}": symbol.of(found.weights) for symbol in drawn.symbols}
    return {
        "gradient.states": np.asarray(found.states),
        "gradient.x": np.asarray(found.x),
        **weights,
        "jacobian.step": np.asarray(found.step),
        "jacobian.whole": np.asarray(found.whole),
    }


def differences(said: Mapping[str, Mapping[str, np.ndarray]]) -> dict[str, dict[str, float]]:
    """Return quantity → pair of ways → their difference, as a share of the largest number."""
    return {quantity: dict(_of_quantity(quantity, said)) for quantity in next(iter(said.values()))}


def _of_quantity(quantity: str, said: Mapping[str, Mapping[str, np.ndarray]]) -> Iterator[tuple[str, float]]:
    for one, other in combinations(said, 2):
        yield f"{one} − {other}", share(quantity, said[one][quantity], said[other][quantity])


def share(quantity: str, one: np.ndarray, other: np.ndarray) -> float:
    """Return the largest difference as a share of the largest number, the worst of all steps; nan counts as inf."""
    if one.shape != other.shape:
        return float("inf")
    steps = len(one) if quantity in BY_STEP else 1
    first, second = one.reshape(steps, -1), other.reshape(steps, -1)
    apart = np.abs(first - second).max(axis=1)
    scale = np.maximum(np.abs(first), np.abs(second)).max(axis=1)
    shares = np.where(apart == 0.0, 0.0, apart / np.where(scale > 0.0, scale, 1.0))
    return float(shares.max()) if np.isfinite(shares).all() else float("inf")


def require_agreement(network: str, found: Mapping[str, Mapping[str, float]]) -> None:
    """Raise `DisagreementError` where a pair is further apart than `TOLERANCE`."""
    wrong = [
        Disagreement(quantity, pair, apart)
        for quantity, pairs in found.items()
        for pair, apart in pairs.items()
        if not apart <= TOLERANCE
    ]
    if wrong:
        raise DisagreementError(network, wrong)
