"""What gates and states do along the sequence, against a NumPy network and against gates that are known."""

import math
from typing import Any

import numpy as np
import pytest

from gru_vanish.cells import GRU, RNN
from gru_vanish.contracts import GateFunction, Setting
from gru_vanish.flow.gate_statistics import FLAT, LEVELS, THRESHOLDS
from gru_vanish.inputs import INITIAL_STATES
from tests.flow import settings, units
from tests.oracle import numpy_gradients, numpy_networks
from tests.oracle.numpy_networks import VanillaRNN, sech_squared, sigmoid

H0: Any = INITIAL_STATES["gaussian"](scale=0.5)  # type: ignore[call-arg]


def setting(name: str, lengths: tuple[int, ...] = (3, 300), **changed: Any) -> Setting:
    return settings.setting(settings.CELLS[name], lengths, **{"h0": H0, **changed})


def walked(setting: Setting) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Give the pre-activations of every step, (T, B, n) by the name of the gate, and h_t, by NumPy."""
    params, xs, h0, _ = settings.drawn(setting)
    network = settings.oracle(setting.cell, params)
    hs = numpy_gradients.forward(network, xs, h0)
    if isinstance(network, VanillaRNN):
        w = network.weights
        return {"candidate": np.stack([h @ w.W.T + x @ w.U.T + w.b for h, x in zip(hs, xs, strict=False)])}, hs[1:]
    assert isinstance(network, numpy_networks.GRU)
    points = [network._evaluate(h, x) for h, x in zip(hs, xs, strict=False)]
    gates = {"reset": "a_r", "update": "a_z", "candidate": "a_h", "inner": "product"}
    return {gate: np.stack([getattr(point, name) for point in points]) for gate, name in gates.items()}, hs[1:]


@pytest.mark.parametrize("name", ["rnn relu", "gru before replaces", "gru after keeps"])
def test_gates_and_states_of_a_numpy_network(name: str) -> None:
    given = setting(name, scale=3.0)
    payload, (gates, hs) = units.payload("gate_statistics", given), walked(given)
    at = payload["times"] - 1
    assert len(at) <= 255
    functions = {
        GateFunction.sigmoid: sigmoid,
        GateFunction.tanh: np.tanh,
        GateFunction.relu: lambda a: np.maximum(a, 0),
        GateFunction.identity: lambda a: a,
    }
    for gate, function in given.cell.gate_functions.items():
        a = gates[gate][at].reshape(len(at), -1)
        value = functions[function](a)
        close(payload[f"gate_{gate}_mean"], value.mean(axis=1))
        close(payload[f"gate_{gate}_quantiles"], np.quantile(value, LEVELS, axis=1).T)
        slope = {
            GateFunction.sigmoid: 4 * sigmoid(a) * sigmoid(-a),
            GateFunction.tanh: sech_squared(a),
            GateFunction.relu: (a > 0).astype(float),
            GateFunction.identity: np.ones_like(a),
        }[function]
        low, high = (((slope < FLAT) & side).mean(axis=1) for side in (a <= 0, a > 0))
        close(payload[f"gate_{gate}_saturated"], np.stack([low, high], axis=1))
    known = {"times", "levels", "finite", "chaotic", "state_mean", "state_rms", "state_quantiles"}
    parts = {f"gate_{gate}_{part}" for gate in given.cell.gate_functions for part in ("mean", "quantiles", "saturated")}
    assert set(payload) == known | parts
    h = hs[at].reshape(len(at), -1)
    close(payload["state_mean"], h.mean(axis=1))
    close(payload["state_rms"], np.sqrt((h**2).mean(axis=1)))
    close(payload["state_quantiles"], np.quantile(h, LEVELS, axis=1).T)
    assert (payload["finite"] == 4).all()
    assert (payload["chaotic"] == 0).all()


def close(shown: np.ndarray, true: np.ndarray) -> None:
    np.testing.assert_allclose(shown, true, rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    ("bias", "share"), [(5.98, (0, 0)), (5.99, (0, 1)), (-5.98, (0, 0)), (-5.99, (1, 0)), (400.0, (0, 1))]
)
def test_a_gate_that_is_held_by_its_bias(bias: float, share: tuple[int, int]) -> None:
    cell = GRU(hidden=6)
    init = cell.Init.model_validate({"recurrent": "zeros", "input": "zeros", "update_bias": bias})
    payload = units.payload("gate_statistics", setting("gru before replaces", init=init))
    np.testing.assert_allclose(payload["gate_update_mean"], 1 / (1 + math.exp(-bias)), rtol=1e-15)
    np.testing.assert_allclose(payload["gate_update_quantiles"], 1 / (1 + math.exp(-bias)), rtol=1e-15)
    assert (payload["gate_update_saturated"] == share).all()
    assert (payload["gate_reset_mean"] == 0.5).all()
    assert not payload["gate_candidate_mean"].any()


def test_the_thresholds_are_where_the_slope_is_one_percent_of_its_largest() -> None:
    (low, high), (flat, steep) = THRESHOLDS[GateFunction.sigmoid], THRESHOLDS[GateFunction.tanh]
    ends = np.array([low, high])
    np.testing.assert_allclose(sigmoid(ends) * sigmoid(-ends), 0.01 * 0.25, rtol=1e-14)
    np.testing.assert_allclose(sech_squared(np.array([flat, steep])), 0.01, rtol=1e-14)
    np.testing.assert_allclose(sigmoid(ends), [0.0025, 0.9975], atol=1e-5)


def test_samples_are_left_out_from_where_their_states_overflow() -> None:
    """Gain 10: 0.5·10^t passes 3e38 at t = 39 or so."""
    init = RNN.Init.model_validate({"recurrent": {"kind": "orthogonal", "gain": 10.0}})
    payload = units.payload("gate_statistics", setting("rnn identity", init=init, precision="float32"))
    counted = payload["finite"]
    assert counted[0] == 4
    assert counted[-1] == 0
    assert (np.diff(counted) <= 0).all()
    assert np.isnan(payload["state_rms"][counted == 0]).all()
    whole = payload["times"][counted == 4]
    growth = np.diff(np.log(payload["state_rms"][counted == 4])) / np.diff(whole)
    np.testing.assert_allclose(growth[5:], math.log(10), rtol=1e-5)


def test_chaotic_samples_are_counted_and_stay() -> None:
    cell = RNN(hidden=64)
    init = cell.Init.model_validate({"recurrent": {"kind": "gaussian", "gain": 3.0}})
    h0: Any = INITIAL_STATES["gaussian"](scale=1.0)  # type: ignore[call-arg]
    given = settings.setting(cell, (5, 200), init=init, precision="float32", h0=h0, scale=0.0)
    payload = units.payload("gate_statistics", given)
    assert payload["chaotic"][0] == 0
    assert payload["chaotic"][-1] == 4
    assert (payload["finite"] == 4).all()
