"""A record of a training whose truths are known: the loss falls as 2^(−s/halving), and every group is a formula."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tests.analysis.gate_payload import gate_statistics
from tests.analysis.gate_payload import level as level
from tests.analysis.spectral_payloads import lag_shares

BASELINE, SHARE = 0.75, 0.06
BUDGET = 200
STEPS = np.arange(20, BUDGET + 1, 20)
EVALUATED = np.arange(0, BUDGET + 1, 25)
CHECKPOINTS = np.asarray([0, 20, 200])
LENGTHS = np.asarray([1, 5, 10, 20])
LENGTH = 20
SHIFT = 0.01  # from seed to seed
CLIP = 0.5
GROUPS = ("maths", "physics", "distractor")
PLANTED = {"maths": 1.0, "physics": 0.5, "distractor": 0.0}
FACTS = {
    "groups": list(GROUPS),
    "relevant": ["maths", "physics"],
    "planted": PLANTED,
    "steps": LENGTH,
    "loss": "mean_squared_error",
    "baseline": BASELINE,
    "solved_below": SHARE * BASELINE,
}


def halving(setting: Mapping[str, Any], seed: int) -> float:
    """Steps in which the loss halves: a GRU learns, the faster the further its gate is shut; others do not in time."""
    if setting["cell"]["kind"] == "rnn":
        return 400.0 + 10 * seed
    bias = setting["cell"]["init"].get("update_bias")
    return 20.0 * (1 + 0.1 * seed) * (1 + level(bias))


def diverged_at(setting: Mapping[str, Any], seed: int) -> int:
    """The second seed of a plain RNN goes at step 90."""
    return 90 if setting["cell"]["kind"] == "rnn" and seed == 1 else -1


def rate(setting: Mapping[str, Any], step: int) -> float:
    """Decay rate at a checkpoint, in nats per step: it falls as the network learns."""
    return 0.5 * (0.5 if setting["cell"]["kind"] == "gru" else 1.0) / (1 + step / 100)


def reach(setting: Mapping[str, Any], seed: int, step: int) -> float:
    """ln‖∂ŷ/∂x‖ at relevant steps."""
    return -rate(setting, step) * LENGTH + SHIFT * (seed - 1)


def training(setting: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    gone = diverged_at(setting, seed)
    found = {**curves(setting, seed, gone), **own_loss(setting, seed), **observed(setting, seed)}
    for index, name in enumerate(GROUPS):
        found |= group(setting, seed, index, name)
    for place, gate in enumerate(("update", "reset") if "update_bias" in setting["cell"]["init"] else ()):
        found[f"ablated_loss_{gate}"] = found["checkpoint_loss"] + 0.1 * place * (CHECKPOINTS > 0) + SHIFT * (seed - 1)
        found[f"ablated_accuracy_{gate}"] = np.full(CHECKPOINTS.size, 0.5)
    return found


def curves(setting: Mapping[str, Any], seed: int, gone: int) -> dict[str, np.ndarray]:
    last = gone if gone >= 0 else BUDGET + 1

    def loss(steps: np.ndarray) -> np.ndarray:
        return np.where(steps < last, BASELINE * 2.0 ** (-steps / halving(setting, seed)), np.nan)

    def accuracy(steps: np.ndarray) -> np.ndarray:
        return np.where(steps < last, 1 - 0.5 * 2.0 ** (-steps / halving(setting, seed)), np.nan)

    test = loss(EVALUATED)
    solved = np.flatnonzero(test <= SHARE * BASELINE)
    gradient = 10 * loss(STEPS)
    at = np.minimum(CHECKPOINTS, last - 1)
    return {
        "steps": STEPS,
        "curve_loss": loss(STEPS),
        "curve_accuracy": accuracy(STEPS),
        "curve_gradient": gradient,
        "curve_clipped": np.minimum(gradient, CLIP),
        "evaluations": EVALUATED,
        "evaluation_loss": test,
        "evaluation_accuracy": accuracy(EVALUATED),
        "baseline": np.asarray(BASELINE),
        "solved_below": np.asarray(SHARE * BASELINE),
        "solved_at": np.asarray(EVALUATED[solved[0]] if solved.size else -1),
        "status": np.asarray(gone >= 0, np.uint8),
        "diverged_at": np.asarray(gone),
        "checkpoints": CHECKPOINTS,
        "checkpoint_loss": loss(at),
        "checkpoint_accuracy": accuracy(at),
    }


def own_loss(setting: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    rates = np.asarray([rate(setting, step) for step in CHECKPOINTS])[:, None]
    found = {}
    for name, first in (("state_gradient", 0), ("input_gradient", 1)):
        ln = -rates * (LENGTH - np.arange(first, LENGTH + 1)) + SHIFT * (seed - 1)
        found |= {f"ln_{name}": ln, f"ln_{name}_rms": ln + 0.5, f"{name}_zero": np.zeros(ln.shape)}
    return found


def group(setting: Mapping[str, Any], seed: int, index: int, name: str) -> dict[str, np.ndarray]:
    """The sensitivity of a learner grows to the planted weight; its update gate opens for what counts."""
    shift, size = SHIFT * (seed - 1), CHECKPOINTS.size
    learnt = 1 - 2.0 ** (-CHECKPOINTS / halving(setting, seed))
    ln = np.asarray([reach(setting, seed, step) for step in CHECKPOINTS]) - 2.0 * (name == "distractor")
    found = {
        f"answer_gradient/{name}": PLANTED[name] * learnt + shift,
        f"ln_answer_gradient/{name}": ln,
        f"ln_answer_gradient_rms/{name}": ln + 0.5,
        f"answer_gradient_zero/{name}": np.zeros(size),
        f"ln_input_gradient/{name}": ln - 1.0,
        f"gate/candidate/{name}": np.full(size, shift),
    }
    if "update_bias" in setting["cell"]["init"]:
        shut = level(setting["cell"]["init"]["update_bias"])
        found[f"gate/update/{name}"] = shut + 0.3 * (1 - shut) * PLANTED[name] * learnt + shift
        found[f"gate/reset/{name}"] = np.full(size, 0.5 + shift)
        shares = {"leak": 0.9 - 0.4 * PLANTED[name] * learnt, "candidate": 0.1 + 0.4 * PLANTED[name] * learnt}
        found |= {f"path_share/{path}/{name}": share for path, share in shares.items()}
        found[f"path_share_counted/{name}"] = np.full(size, 1.0 - 0.1 * index)
    return found


def observed(setting: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    """Three of the measures as they are at every checkpoint."""
    rates = np.asarray([rate(setting, step) for step in CHECKPOINTS])
    transport = -rates[:, None, None] * LENGTHS[None, :, None] + 0.2 * np.asarray([-1.0, 1.0])
    h0 = {
        "lengths": np.tile(LENGTHS, (CHECKPOINTS.size, 1)),
        "ln_h0_gradient": transport + SHIFT * (seed - 1),
        "ln_transport": transport + SHIFT * (seed - 1),
        "plain_h0_gradient": np.exp(transport),
        "status": np.zeros(transport.shape, np.uint8),
    }
    found = {f"h0_gradient/{name}": values for name, values in h0.items()}
    for measure, payload in (("gate_statistics", gate_statistics), ("lag_shares", lag_shares)):
        for name, values in payload(setting, seed).items():
            found[f"{measure}/{name}"] = np.stack([values] * CHECKPOINTS.size)
    return found
