"""How far back inputs are felt, against a NumPy adjoint, `jax.grad`, finite differences and a closed form."""

from typing import Any

import numpy as np
import pytest

from gru_vanish.cells import RNN
from gru_vanish.contracts import Setting, Status
from gru_vanish.inputs import INITIAL_STATES
from tests.flow import settings, units
from tests.flow.plain_networks import check_plain_zeros, plain_flow
from tests.oracle import numpy_gradients

LENGTHS = settings.SHORT
MANY = (7, 256, 257, 1500)
H0: Any = INITIAL_STATES["gaussian"](scale=0.5)  # type: ignore[call-arg]
CELLS = ("rnn relu", "gru after keeps")
every_cell = pytest.mark.parametrize("name", CELLS)


def setting(name: str, lengths: tuple[int, ...] = LENGTHS, **changed: Any) -> Setting:
    return settings.setting(settings.CELLS[name], lengths, **{"h0": H0, **changed})


def samples(setting: Setting) -> np.ndarray:
    """Give ln‖dL_T/dx_t‖ of every sample, (G, L, B), the lengths ascending."""
    return np.asarray(units.outputs("input_gradient", setting)["ln"])[:, ::-1]


def expected(setting: Setting) -> np.ndarray:
    """Give the same by NumPy for t = 1 …, (T_max, L, B), NaN for t > T."""
    params, xs, h0, cotangent = settings.drawn(setting)
    network = settings.oracle(setting.cell, params)
    hs = numpy_gradients.forward(network, xs, h0)
    found = np.full((setting.lengths[-1], len(setting.lengths), len(h0)), np.nan)
    for column, length in enumerate(setting.lengths):
        found[:length, column] = numpy_gradients.ln_input_gradients(network, hs, xs, cotangent, length)
    return found


@every_cell
def test_every_sample_agrees_with_numpy(name: str) -> None:
    true, payload = expected(setting(name)), units.payload("input_gradient", setting(name))
    shown = np.where(np.isnan(true), np.nan, samples(setting(name)))
    np.testing.assert_allclose(shown, true, rtol=0, atol=1e-12 * 50)
    assert payload["times"].tolist() == list(range(1, 51))
    mean = np.where(np.isfinite(true), true, 0).sum(axis=-1) / np.maximum(np.isfinite(true).sum(axis=-1), 1)
    some = np.isfinite(true).any(axis=-1)
    np.testing.assert_allclose(payload["ln_gradient"][some], mean[some], rtol=0, atol=1e-10)
    assert np.isnan(payload["ln_gradient"][~some]).all()
    zeros = np.isneginf(true).sum(axis=-1)
    np.testing.assert_array_equal(payload["statuses"][..., Status.exact_zero], zeros)


@every_cell
def test_jax_grad(name: str) -> None:
    given = setting(name)
    shown = np.exp(samples(given))
    for column, (_, by_input) in enumerate(plain_flow(given)):
        norms = np.linalg.norm(np.asarray(by_input), axis=-1)
        np.testing.assert_allclose(shown[: len(norms), column], norms, rtol=1e-11)


@every_cell
def test_finite_differences(name: str) -> None:
    given = setting(name)
    params, xs, h0, cotangent = settings.drawn(given)
    network, shown = settings.oracle(given.cell, params), np.exp(samples(given))
    for t in (1, 5, 7):
        moved = numpy_gradients.finite_difference_input_gradient(network, xs[:7], h0, cotangent, t)
        np.testing.assert_allclose(shown[t - 1, 0], np.linalg.norm(moved, axis=1), rtol=0, atol=1e-9)


def test_long_sequences_at_the_steps_of_the_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    given = setting("rnn tanh", MANY, batch=2)
    payload = units.payload("input_gradient", given)
    assert len(payload["times"]) <= 255
    true, stored = expected(given)[payload["times"] - 1], samples(given)
    exists = ~np.isnan(true)
    np.testing.assert_allclose(stored[exists], true[exists], rtol=0, atol=1e-12 * 1500)
    monkeypatch.setattr("gru_vanish.flow.layout.STORED_BYTES", 0)
    for name, values in units.payload("input_gradient", given, afresh=True).items():
        np.testing.assert_allclose(values, payload[name], rtol=1e-12, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("gain", [0.9, 1.1])
def test_a_linear_network_in_closed_form(gain: float) -> None:
    """dL_T/dx_t = Uᵀ (Wᵀ)^(T−t) c, with W = g·orthogonal: the power of g stays outside."""
    cell = RNN(hidden=5, activation="identity")
    init = cell.Init.model_validate({"recurrent": {"kind": "orthogonal", "gain": gain}})
    given = settings.setting(cell, (100, 5000), init=init, batch=1, scale=0.0)
    params, _, _, cotangent = settings.drawn(given)
    payload = units.payload("input_gradient", given)
    turn = params.recurrent.T / gain
    for column, length in enumerate(payload["lengths"]):
        for t, shown in zip(payload["times"], payload["ln_gradient"][:, column], strict=True):
            if t > length:
                assert np.isnan(shown)
                continue
            turned = np.linalg.norm(params.input.T @ np.linalg.matrix_power(turn, length - t) @ cotangent)
            assert abs(shown - (length - t) * np.log(gain) - np.log(turned)) < 1e-10


def test_plain_code_shows_zero_where_it_is_said_to() -> None:
    """Large inputs saturate so firmly that plain slopes are 0: what plain code shows is computed."""
    given = setting("rnn tanh", (140,), scale=10.0, precision="float32")
    payload = units.payload("input_gradient", given)
    assert np.any(units.outputs("input_gradient", given)["slope_rounded"])
    ((_, by_input),) = plain_flow(given)
    check_plain_zeros(payload, samples(given), np.asarray(by_input), first=0)
    assert np.isfinite(payload["ln_gradient"]).all()


def test_inputs_that_do_not_enter_have_no_gradient() -> None:
    cell = settings.CELLS["gru after keeps"]
    given = settings.setting(cell, LENGTHS, init=cell.Init.model_validate({"input": "zeros"}), h0=H0)
    payload = units.payload("input_gradient", given)
    exists = payload["times"][:, None] <= payload["lengths"]
    assert (payload["statuses"][..., Status.exact_zero] == np.where(exists, 4, 0)).all()
    assert np.isnan(payload["ln_gradient"]).all()
