"""Records of `path_shares`, `path_products` and `leak_visits` whose numbers are known on paper."""

from collections.abc import Mapping
from typing import Any

import numpy as np

LENGTHS = np.asarray([2, 5, 8], np.int64)
ENDS = np.asarray([[1, 2, -1, -1], [1, 2, 3, 5], [2, 4, 6, 8]], np.int64)
SAMPLES = 3
SHIFT = 0.01
"""What a share differs by from seed to seed, and half of it from sample to sample."""
VISITS = 4


def paths(setting: Mapping[str, Any]) -> dict[str, float]:
    """The share of every path, per step; without a gate bias there is one path."""
    init = setting["cell"]["init"]
    if "update_bias" not in init:
        return {"recurrent": 1.0}
    bias = init["update_bias"]
    keep = float(1 / (1 + np.exp(float(bias)))) if isinstance(bias, int | float) else 0.5
    return {"leak": keep, "update": -0.1, "candidate": 1.1 - keep, "reset": 0.0}


def path_shares(setting: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    there, samples = ENDS > 0, np.arange(SAMPLES) - 1
    shares = paths(setting)
    found: dict[str, np.ndarray] = {}
    for path, share in shares.items():
        # What one path has more in a later seed, the candidate has less.
        drift = SHIFT * seed * {"leak": 1, "candidate": -1}.get(path, 0)
        own = SHIFT / 2 * samples * {"leak": 1, "candidate": -1}.get(path, 0)
        found[f"share_{path}"] = np.where(there, share + drift, np.nan)
        found[f"total_{path}"] = LENGTHS[:, None] * (share + drift + own)[None, :]
    leak = found.get("total_leak", np.zeros((LENGTHS.size, SAMPLES)))
    return {
        "lengths": LENGTHS,
        "bin_ends": ENDS,
        "counted": np.where(there, 1.0, np.nan),
        **found,
        "visits": LENGTHS[:, None] - leak,
        "alignment": np.full((LENGTHS.size, SAMPLES), 0.25),
        "cancelled": np.zeros((LENGTHS.size, SAMPLES), bool),
        "status": np.zeros((LENGTHS.size, SAMPLES), np.uint8),
    }


def path_products(setting: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    shape = LENGTHS.size, SAMPLES
    whole = -0.5 * LENGTHS[:, None] - SHIFT * np.arange(SAMPLES) - 1.0
    found = {"ln_h0_gradient": whole, "ln_last": np.full(shape, -1.0), "status": np.zeros(shape, np.uint8)}
    for place, path in enumerate(paths(setting)):
        alone = whole - (place + 1 + SHIFT * seed) * LENGTHS[:, None]
        dead = path == "reset"
        found[f"ln_alone_{path}"] = np.full(shape, -np.inf) if dead else alone
        found[f"status_alone_{path}"] = np.full(shape, 4 if dead else 0, np.uint8)
        found[f"ln_without_{path}"] = whole - 0.1 * place
        found[f"status_without_{path}"] = np.zeros(shape, np.uint8)
    return {"lengths": LENGTHS, **found}


def leak_visits(setting: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    shape = LENGTHS.size, SAMPLES
    whole = np.broadcast_to(-0.5 * LENGTHS[:, None], shape).copy()
    weights = np.asarray([0.5, 0.25, -0.25, 0.25]) + SHIFT * seed * np.asarray([1, -1, 0, 0])
    parts = np.broadcast_to(weights[None, :, None], (LENGTHS.size, VISITS, SAMPLES)).copy()
    ln_part = whole[:, None] + np.log(np.abs(parts))
    return {
        "lengths": LENGTHS,
        "visits": np.arange(VISITS, dtype=np.int64),
        "ln_part": ln_part,
        "ln_further": whole + np.log(0.25),
        "ln_h0_gradient": whole,
        "share_part": parts,
        "share_further": np.full(shape, 0.25),
        "cancellation": np.full(shape, 1.5),
        "residual": np.full(shape, 1e-8),
        "cancelled": np.zeros(shape, bool),
        "status": np.zeros(shape, np.uint8),
    }
