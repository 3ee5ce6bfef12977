"""Networks whose gradient is known on paper."""

import math
from typing import Any

import numpy as np
import pytest

from gru_vanish.cells import GRU
from gru_vanish.contracts import Setting, Status
from gru_vanish.inputs import INITIAL_STATES
from tests.flow import settings, shared
from tests.oracle.numpy_gradients import normalise

LENGTHS = settings.LONG
ROUNDING = {"float32": 2e-7, "float64": 1e-12}
"""What one step may cost in nats."""
EMPTY = {"recurrent": "zeros", "input": "zeros"}
PRECISIONS = ["float32", "float64"]
CONVENTIONS = ["replaces", "keeps"]
GRUS = [name for name, cell in settings.CELLS.items() if isinstance(cell, GRU)]
NOTHING = INITIAL_STATES["gaussian"](scale=0.0)  # type: ignore[call-arg]
"""h_0 = 0 as a number, so that the tests share programs with those that draw it."""


def known(setting: Setting, seed: int = 0) -> tuple[dict[str, np.ndarray], Any, np.ndarray]:
    """Give the payload, the weights and c; with nothing withheld."""
    payload = shared.measured(setting, seed)
    assert np.isin(payload["status"], (Status.ok, Status.saturated)).all()
    params, _, _, cotangent = settings.drawn(setting, seed)
    return payload, params, cotangent


def allowed(setting: Setting) -> np.ndarray:
    return ROUNDING[setting.precision] * np.maximum(50, np.array(setting.lengths))[:, None]


def gate_only(convention: str, update_bias: Any, precision: str) -> Setting:
    """A GRU of which nothing is left but the bias of its update gate."""
    cell = settings.CELLS[f"gru before {convention}"]
    init = cell.Init.model_validate({**EMPTY, "update_bias": update_bias})
    return settings.setting(cell, LENGTHS, init=init, precision=precision, h0=NOTHING)


def ln_kept(biases: np.ndarray, convention: str) -> np.ndarray:
    """ln σ(b) where z keeps, ln σ(−b) where it replaces."""
    return -np.logaddexp(0.0, -biases if convention == "keeps" else biases)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("gain", [0.9, 1.05, -1.0])
def test_linear_orthogonal_rnn(gain: float, precision: str) -> None:
    """ln‖δ_0‖ = T ln g + ln‖c‖."""
    cell = settings.CELLS["rnn identity"]
    init = cell.Init.model_validate({"recurrent": {"kind": "orthogonal", "gain": gain}})
    setting = settings.setting(cell, LENGTHS, init=init, precision=precision, scale=0.0, h0=NOTHING)
    payload, _, cotangent = known(setting)
    expected = np.array(LENGTHS)[:, None] * math.log(abs(gain))
    assert (np.abs(payload["ln_transport"] - expected) <= allowed(setting)).all()
    assert (np.abs(payload["ln_h0_gradient"] - expected - np.log(np.linalg.norm(cotangent))) <= allowed(setting)).all()


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_gru_with_an_update_bias_alone(convention: str, precision: str) -> None:
    """T ln σ(−b_z) where z replaces, T ln σ(b_z) where z keeps."""
    for bias in (-6.0, 6.0):
        setting = gate_only(convention, bias, precision)
        payload, _, _ = known(setting)
        expected = np.array(LENGTHS)[:, None] * ln_kept(np.array(bias), convention)
        assert (np.abs(payload["ln_transport"] - expected) <= allowed(setting)).all()


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("kind", ["chrono", "logit_uniform"])
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_gru_with_a_distribution_of_time_scales(convention: str, kind: str, precision: str) -> None:
    """δ_0 has components c_i k_i^T: compared with the biases that were drawn."""
    bias = {"kind": kind, "t_max": 100.0} if kind == "chrono" else kind
    setting = gate_only(convention, bias, precision)
    payload, params, cotangent = known(setting, seed=3)
    biases = settings.oracle(setting.cell, params).weights.b_z
    terms = np.array(LENGTHS)[:, None] * ln_kept(biases, convention) + np.log(np.abs(cotangent))
    expected = 0.5 * np.logaddexp.reduce(2 * terms, axis=1)[:, None]
    assert (np.abs(payload["ln_h0_gradient"] - expected) <= allowed(setting)).all()
    assert len(np.unique(biases)) == 6


@pytest.mark.parametrize("activation", ["tanh", "relu", "identity"])
@pytest.mark.parametrize("recurrent", [{"kind": "gaussian"}, {"kind": "orthogonal", "gain": 1.02}])
def test_the_bound_of_pascanu_holds_at_every_point(activation: Any, recurrent: dict[str, Any]) -> None:
    """‖δ_0‖ ≤ σ_max(W)^T ‖δ_T‖; with equality for a linear orthogonal network, hence n·ε·T."""
    cell = settings.CELLS[f"rnn {activation}"]
    init = cell.Init.model_validate({"recurrent": recurrent, "bias": "uniform"})
    setting = settings.setting(cell, settings.SHORT, init=init, h0=INITIAL_STATES["gaussian"]())
    for seed in range(5):
        payload = shared.measured(setting, seed)
        largest = np.linalg.norm(settings.drawn(setting, seed)[0].recurrent, 2)
        bound = payload["lengths"][:, None] * np.log(largest)
        slack = 7 * np.finfo(np.float64).eps * payload["lengths"][:, None]
        assert (payload["ln_transport"] <= bound + 10 * slack).all()
        if activation == "tanh":
            assert (payload["ln_transport"] < bound).all()


def test_tanh_without_input_stays_at_the_origin_where_it_is_linear() -> None:
    """h = 0 is a fixed point with J = W: ln‖(Wᵀ)^T c‖."""
    cell = settings.CELLS["rnn tanh"]
    init = cell.Init.model_validate({"recurrent": "gaussian"})
    setting = settings.setting(cell, LENGTHS, init=init, scale=0.0, h0=NOTHING)
    payload, params, cotangent = known(setting)
    expected = powers(params.recurrent, cotangent, LENGTHS)
    assert (np.abs(payload["ln_h0_gradient"] - expected[:, None]) <= allowed(setting)).all()


@pytest.mark.parametrize("name", GRUS)
def test_gru_without_input_stays_at_the_origin_where_it_is_linear(name: str) -> None:
    """At h = 0 without biases r = z = ½: J = ½ I + ¼ W_h, in every convention."""
    cell = settings.CELLS[name]
    setting = settings.setting(cell, settings.SHORT, init=cell.Init(), scale=0.0, h0=NOTHING)
    payload, params, cotangent = known(setting)
    jacobian = 0.5 * np.eye(6) + 0.25 * settings.oracle(cell, params).weights.W_h
    expected = powers(jacobian, cotangent, setting.lengths)
    assert (np.abs(payload["ln_h0_gradient"] - expected[:, None]) <= allowed(setting)).all()


def powers(jacobian: np.ndarray, cotangent: np.ndarray, lengths: tuple[int, ...]) -> np.ndarray:
    """ln‖(Jᵀ)^T c‖ at every length, with the size kept apart."""
    vector, logarithms = cotangent[None], []
    for _ in range(lengths[-1] + 1):
        vector, grown = normalise(vector)
        logarithms.append(float(grown[0]))
        vector = vector @ jacobian
    return np.array([math.fsum(logarithms[: length + 1]) for length in lengths])


@pytest.mark.parametrize("bias", [20.0, 100.0])
def test_saturated_units_pass_what_their_slopes_say(bias: float) -> None:
    """h = tanh(w h + b), unit by unit: dh_T/dh_0 = ∏ w sech² a_t, though tanh a is 1 from a = 19."""
    cell = settings.CELLS["rnn tanh"]
    init = cell.Init.model_validate({"recurrent": {"kind": "identity", "gain": 0.5}, "input": "zeros", "bias": bias})
    setting = settings.setting(cell, LENGTHS, init=init, h0=NOTHING)
    payload, _, _ = known(setting)

    def ln_slope(a: float) -> float:
        return 2 * (math.log(2) - a - math.log1p(math.exp(-2 * a)))

    steps = np.array(LENGTHS)[:, None]
    expected = steps * math.log(0.5) + ln_slope(bias) + (steps - 1) * ln_slope(bias + 0.5)
    assert (np.abs(payload["ln_transport"] - expected) <= 1e-11 * np.maximum(50, steps)).all()
    assert (payload["status"][2] == Status.saturated).all()
