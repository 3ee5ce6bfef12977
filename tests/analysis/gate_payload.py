"""A record of `gate_statistics` whose levels are known: every gate sits at σ(its bias), its units spread evenly."""

from collections.abc import Mapping
from typing import Any

import numpy as np

STEPS = np.asarray([1, 2, 5, 10, 50, 200], np.int64)
LEVELS = np.asarray([0.05, 0.25, 0.5, 0.75, 0.95])
SPREAD = 0.02
SHIFT = 0.001  # from seed to seed


def level(bias: Any) -> float:
    """The gate's median; a bias that is no number counts as 0."""
    return float(1 / (1 + np.exp(-float(bias)))) if isinstance(bias, int | float) else 0.5


def gate_statistics(setting: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    shift = SHIFT * (seed - 1)
    steps = STEPS.size
    settled = 1 - np.exp(-STEPS / 5.0)
    found = {
        "times": STEPS,
        "levels": LEVELS,
        "finite": np.full(steps, 16, np.int32),
        "chaotic": np.zeros(steps, np.int32),
        "state_mean": shift * settled,
        "state_rms": 0.5 * settled,
        "state_quantiles": settled[:, None] * (LEVELS - 0.5)[None],
    }
    init = setting["cell"]["init"]
    gates = {"candidate": 0.0} | ({"update": init["update_bias"], "reset": 0.0} if "update_bias" in init else {})
    for name, bias in gates.items():
        middle = level(bias) + shift
        found[f"gate_{name}_mean"] = np.full(steps, middle)
        found[f"gate_{name}_quantiles"] = np.tile(middle + SPREAD * (LEVELS - 0.5), (steps, 1))
        found[f"gate_{name}_saturated"] = np.tile([0.25, 0.125], (steps, 1))
    return found
