"""A record of `plain_reading` whose truth is known: float32 reads 0 from T = 100 on, bfloat16 is off from T = 10 on."""

from collections.abc import Mapping
from typing import Any

import numpy as np

LENGTHS = np.asarray([1, 5, 10, 50, 100, 200], np.int64)
SAMPLES = 3


def plain_reading(setting: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    """The gradient falls by e in every step."""
    del setting
    ln = -LENGTHS[:, None].astype(np.float64) + 0.01 * seed + np.linspace(-0.1, 0.1, SAMPLES)
    exact = np.where(LENGTHS[:, None] >= 100, 0.0, np.exp(ln))
    return {
        "lengths": LENGTHS,
        "ln_h0_gradient": ln,
        "plain_float32": exact * (1 + 1e-6),
        "plain_bfloat16": exact * np.where(LENGTHS[:, None] >= 10, 1.25, 1.004),
        "status": np.zeros(ln.shape, np.uint8),
    }
