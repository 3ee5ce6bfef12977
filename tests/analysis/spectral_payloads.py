"""Records of `jacobian`, `lyapunov` and `lag_shares` whose numbers are known on paper."""

from collections.abc import Mapping
from typing import Any

import numpy as np

LENGTHS = np.asarray([1, 3, 10, 30, 100], np.int64)
SIZE = 6
SAMPLES = 2
SHIFT = 0.01
"""What a rate differs by from seed to seed."""
LAGS = np.asarray([0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 99], np.int64)
HALVING = np.log(2.0)


def growth(setting: Mapping[str, Any], seed: int) -> np.ndarray:
    """The growth rates of all directions, nats per step: one grows where there is no gate bias."""
    leading = 0.1 if "update_bias" not in setting["cell"]["init"] else -0.1
    return leading - 0.2 * np.arange(SIZE) + SHIFT * (seed - 1)


def jacobian(setting: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    """σ_i = e^(λ_i T); the last one is lost to rounding at T = 100, and that before is exactly 0 in one sample."""
    rates = growth(setting, seed)
    ln = np.repeat(LENGTHS[:, None, None] * rates, SAMPLES, axis=1)
    uncertainty = np.full(ln.shape, 1e-14)
    uncertainty[-1, :, -1] = 2.0
    ln[-1, 0, -2] = -np.inf
    size = np.exp(ln - ln[:, :, :1])
    shares = size / size.sum(axis=-1, keepdims=True)
    entropy = -np.sum(shares * np.log(np.where(shares > 0, shares, 1.0)), axis=-1)
    return {
        "lengths": LENGTHS,
        "ln_singular_values": ln,
        "uncertainty": uncertainty,
        "resolved": (uncertainty < 1e-3).astype(np.uint8),
        "ln_frobenius": ln[:, :, 0] + 0.5 * np.log((size**2).sum(axis=-1)),
        "ln_determinant": ln.sum(axis=-1),
        "effective_rank": np.exp(entropy),
        "status": np.zeros(ln.shape[:2], np.uint8),
    }


def lyapunov(setting: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    """Exponents with two blocks of equal distance to the mean."""
    rates = np.tile(growth(setting, seed), (SAMPLES, 1))
    sums = np.cumsum(rates[0])
    count = int((sums >= 0).sum())
    dimension = count + sums[count - 1] / -rates[0, count] if count else 0.0
    return {
        "warm_up": np.asarray(20, np.int64),
        "steps": np.asarray([40, 40], np.int64),
        "gap": np.asarray(8, np.int64),
        "exponents": rates,
        "block_exponents": np.stack([rates - SHIFT, rates + SHIFT]),
        "error": np.full(rates.shape, SHIFT),
        "rounding": np.where(np.arange(SIZE) == SIZE - 1, 0.5, 1e-15) + np.zeros_like(rates),
        "dimension": np.full(SAMPLES, dimension),
        "entropy_bound": np.where(rates > 0, rates, 0.0).sum(axis=1),
        "sum": rates.sum(axis=1),
    }


def lag_shares(setting: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    """P(k) halves with every lag; a gated cell has a weight that takes no part."""
    weights = {"recurrent": 0.0, "input": 1.0, "all": 0.5}
    if "update_bias" in setting["cell"]["init"]:
        weights |= {"update": -1.0, "inner_bias": -np.inf}
    found: dict[str, np.ndarray] = {"length": np.asarray(100, np.int64), "lags": LAGS}
    for name, ln in weights.items():
        unused = np.isneginf(ln)
        share = np.full(LAGS.size, np.nan) if unused else np.exp(-HALVING * LAGS) + 0.1 * SHIFT * seed * (LAGS == 1)
        found |= {
            f"share_{name}": share,
            f"tail_{name}": np.sqrt(share),
            f"ln_part_{name}": ln - HALVING / 2 * LAGS,
            f"ln_noise_{name}": (ln if not unused else np.nan) - 3.0 - HALVING / 4 * LAGS,
            f"ln_gradient_{name}": np.asarray(ln),
        }
        lags = {"rounding": 48.0 + seed, "noise": 100.0 if name == "input" else 17.0, "epsilon": 53.0}
        found |= {f"{kind}_lag_{name}": np.asarray(np.nan if unused else lag) for kind, lag in lags.items()}
    return {**found, "chaotic": np.asarray(0, np.int64), "nonfinite": np.asarray(0, np.int64)}
