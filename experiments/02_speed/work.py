"""The shared weights and inputs, as a contestant reads them. NumPy alone."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np


class Unit(NamedTuple):
    """One seed's network with its inputs."""

    weights: dict[str, np.ndarray]
    """By the names of the equations."""
    xs: np.ndarray
    """(T, batch, size)"""
    c: np.ndarray
    """(hidden,), of the loss L_T = Σ over samples of c·h_T"""


class Work:
    """The file that ``prepare.py`` writes."""

    def __init__(self, path: str) -> None:
        self._arrays = np.load(path)
        self.facts: dict[str, Any] = json.loads(str(self._arrays["facts"]))
        self.lengths: list[int] = self.facts["lengths"]

    def kind(self, label: str) -> str:
        """Return ``rnn`` or ``gru``."""
        return str(self.facts["cells"][label])

    def units(self, label: str, precision: str) -> Iterator[Unit]:
        """Give the units of a cell, one for each seed, in this precision."""
        for seed in self.facts["seeds"]:
            start = f"{label}/{seed}/"
            names = [name for name in self._arrays.files if name.startswith(start)]
            weights = {name.removeprefix(start): self._arrays[name].astype(precision) for name in names}
            xs, c = (self._arrays[f"{name}/{seed}"].astype(precision) for name in ("inputs", "c"))
            yield Unit(weights, xs, c)


def side_by_side(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the weights as PyTorch packs them: the gates' rows below one another: r, z, candidate."""
    if "candidate" not in weights:
        packed = {
            "weight_ih": weights["input"],
            "weight_hh": weights["recurrent"],
            "bias_ih": weights["bias"],
        }
        return {**packed, "bias_hh": np.zeros_like(weights["bias"])}
    inner = weights["inner_bias"]
    zero = np.zeros_like(inner)
    return {
        "weight_ih": np.concatenate(list(weights["input"])),
        "weight_hh": np.concatenate([weights[name] for name in ("reset", "update", "candidate")]),
        "bias_ih": np.concatenate(list(weights["bias"])),
        # Of a gate's two biases only the sum matters; the candidate's inner one is inside the reset product.
        "bias_hh": np.concatenate([zero, zero, inner]),
    }
