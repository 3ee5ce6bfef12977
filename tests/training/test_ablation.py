"""The test loss with a gate held at its mean, against a GRU written out in NumPy."""

import jax
import numpy as np

from gru_vanish.cells import GRU
from gru_vanish.training.ablation import ablated_score
from gru_vanish.training.evaluation import score
from tests.training import settings

GATES = ("reset", "update", "candidate")


def walked(w: object, x: np.ndarray, h0: np.ndarray, held: dict[str, np.ndarray]) -> tuple[np.ndarray, dict]:
    """h_T, and every gate of every step; held ones are what they are said to be."""
    state, seen = h0, {name: [] for name in GATES}
    for each in x:
        drive = [each @ w.input[k].T + w.bias[k] for k in range(3)]
        r = held.get("reset", 1 / (1 + np.exp(-(state @ w.reset.T + drive[0]))))
        z = held.get("update", 1 / (1 + np.exp(-(state @ w.update.T + drive[1]))))
        new = held.get("candidate", np.tanh((r * state) @ w.candidate.T + drive[2]))
        for name, value in zip(GATES, (r, z, new), strict=True):
            seen[name].append(np.broadcast_to(value, state.shape))
        state = (1 - z) * state + z * new
    return state, {name: np.stack(values) for name, values in seen.items()}


def test_each_gate_held_at_its_mean() -> None:
    given = settings.setting(settings.adding(7), {"ablate": GATES}, GRU(hidden=4))
    program, unit = settings.program(given), settings.data(given)
    weights, (batch, _) = settings.weights_of(unit), settings.drawn_test(given)

    @settings.jit
    def scores(weights: object, batch: object) -> object:
        free = score(program, program.cell, weights, batch)
        return free, [ablated_score(program, held, weights, batch) for held in program.ablated]

    free, ablated = scores(weights, batch)
    params = jax.tree.map(lambda leaf: np.asarray(leaf, np.float64), weights)
    x, target, h0 = (np.asarray(each, np.float64) for each in batch)
    w, readout = params.cell, params.readout

    def loss(held: dict[str, np.ndarray]) -> float:
        answers = walked(w, x, h0, held)[0] @ readout.weight.T + readout.bias
        return float(np.mean((answers - target[0]) ** 2))

    np.testing.assert_allclose(free.loss, loss({}), rtol=1e-12)
    _, seen = walked(w, x, h0, {})
    for gate, own in zip(GATES, ablated, strict=True):
        expected = loss({gate: seen[gate].mean(axis=(0, 1))})
        np.testing.assert_allclose(own.loss, expected, rtol=1e-12)
        assert abs(expected - free.loss) > 1e-6 * free.loss, "or nothing is seen"
