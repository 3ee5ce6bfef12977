"""Records of `flow_map`, `input_gradient` and `recurrent_spectrum` whose truth is an exact exponential."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tests.analysis.synthetic import FLOAT32_NORM_FLOOR

SAMPLES = 16
RATES = {"rnn": 0.5, "gru": 0.25}
"""Decay per step back, in nats; a gate bias b makes it faster by the factor e^{b/2}."""
LEVELS = {"uniform": 0.6, "orthogonal": 1.0}


def rate(setting: Mapping[str, Any]) -> float:
    bias = setting["cell"]["init"].get("update_bias", 0.0)
    return RATES[setting["cell"]["kind"]] * float(np.exp(bias / 2 if isinstance(bias, int | float) else 0.0))


def on_grid(setting: Mapping[str, Any], seed: int, first: int) -> dict[str, np.ndarray]:
    """ln = 0.1·seed − rate·(T − t) at every length and t; each seed starts at a level of its own."""
    lengths = np.asarray(setting["lengths"], np.int64)
    ends = np.unique(np.round(np.logspace(0, 3, 40)).astype(np.int64))
    times = np.unique(np.concatenate([[first], lengths, ends, lengths[-1] - ends]))
    times = times[(times >= first) & (times <= lengths[-1])]
    lag = lengths - times[:, None]
    exists = lag >= 0
    ln = np.where(exists, 0.1 * seed - rate(setting) * lag, np.nan)
    zero = exists & (ln < FLOAT32_NORM_FLOOR)
    statuses = np.zeros((*ln.shape, 6), np.uint32)
    statuses[..., 0][exists & ~zero] = SAMPLES
    statuses[..., 1][zero] = SAMPLES
    return {
        "lengths": lengths,
        "times": times,
        "ln_gradient": ln,
        "ln_spread": np.where(exists, 0.3, np.nan),
        "ln_rms": ln + 0.1,
        "plain_zero": np.where(exists, zero.astype(float), np.nan),
        "statuses": statuses,
    }


def flow_map(setting: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    found = on_grid(setting, seed, 0)
    lag = found["lengths"] - found["times"][:, None]
    direct = np.where(lag == 0, found["ln_gradient"], np.where(lag > 0, -np.inf, np.nan))
    if setting["loss"].get("over") != "steps":
        return {**found, "ln_direct": direct}
    there = np.where(lag >= 0, 0.0, np.nan)
    direct = there + np.where(found["times"] == 0, -np.inf, 0.1 * seed)[:, None]
    return {**found, "ln_direct": direct, "ln_total": there + 0.5}


def input_gradient(setting: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    return on_grid(setting, seed, 1)


def recurrent_spectrum(setting: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    """Singular values fall evenly from g to 0.1 g, eigenvalues lie at half of them."""
    lengths = np.asarray(setting["lengths"], np.int64)
    recurrent = setting["cell"]["init"]["recurrent"]
    largest = recurrent["gain"] if isinstance(recurrent, dict) else LEVELS[recurrent]
    singular = (largest + 0.01 * seed) * np.linspace(1.0, 0.1, 8)
    rnn = setting["cell"]["kind"] == "rnn"
    found = {"lengths": lengths, "ln_transport_bound": lengths * (np.log(singular[0]) if rnn else np.nan)}
    for name in ("recurrent",) if rnn else ("reset", "update", "candidate"):
        found |= {f"eigenvalue_sizes_{name}": singular / 2, f"singular_values_{name}": singular}
    return found
