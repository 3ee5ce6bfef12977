"""The gradient on the way, against a NumPy adjoint, `jax.grad`, finite differences and the headline."""

from typing import Any

import jax
import numpy as np
import pytest

from gru_vanish.cells import RNN
from gru_vanish.contracts import Setting, Status
from gru_vanish.inputs import INITIAL_STATES
from tests.flow import settings, shared, units
from tests.flow.plain_networks import check_plain_zeros, plain_flow, plain_gradients, plain_norms
from tests.oracle import numpy_gradients

LENGTHS = settings.SHORT
MANY = (7, 256, 257, 1500)
H0: Any = INITIAL_STATES["gaussian"](scale=0.5)  # type: ignore[call-arg]
CELLS = ("rnn tanh", "rnn relu", "gru before replaces")
every_cell = pytest.mark.parametrize("name", CELLS)


def setting(name: str, lengths: tuple[int, ...] = LENGTHS, **changed: Any) -> Setting:
    return settings.setting(settings.CELLS[name], lengths, **{"h0": H0, **changed})


def samples(setting: Setting, **how: Any) -> np.ndarray:
    """Give ln‖dL_T/dh_t‖ of every sample, (G, L, B), the lengths ascending."""
    return np.asarray(units.outputs("flow_map", setting, **how)["ln"])[:, ::-1]


def expected(setting: Setting) -> np.ndarray:
    """Give the same by NumPy, (T_max + 1, L, B), NaN for t > T."""
    params, xs, h0, cotangent = settings.drawn(setting)
    network = settings.oracle(setting.cell, params)
    hs = numpy_gradients.forward(network, xs, h0)
    found = np.full((setting.lengths[-1] + 1, len(setting.lengths), len(h0)), np.nan)
    for column, length in enumerate(setting.lengths):
        found[: length + 1, column] = numpy_gradients.ln_flow(network, hs, xs, cotangent, length)
    return found


@every_cell
def test_every_sample_agrees_with_numpy(name: str) -> None:
    true = expected(setting(name))
    shown = np.where(np.isnan(true), np.nan, samples(setting(name)))
    np.testing.assert_allclose(shown, true, rtol=0, atol=1e-12 * 50)


@every_cell
def test_the_payload_tells_the_samples(name: str) -> None:
    true, payload = expected(setting(name)), units.payload("flow_map", setting(name))
    assert payload["times"].tolist() == list(range(51))
    exists = payload["times"][:, None] <= payload["lengths"]
    zeros = np.isneginf(true).sum(axis=-1)
    np.testing.assert_array_equal(payload["statuses"][..., Status.exact_zero], zeros)
    np.testing.assert_array_equal(payload["statuses"].sum(axis=-1), np.where(exists, 4, 0))
    for at in zip(*np.nonzero(exists), strict=True):
        values = true[at][np.isfinite(true[at])]
        if values.size:
            np.testing.assert_allclose(payload["ln_gradient"][at], values.mean(), rtol=0, atol=1e-10)
            spread = values.std(ddof=1) if values.size > 1 else np.nan
            np.testing.assert_allclose(payload["ln_spread"][at], spread, rtol=0, atol=1e-10)
            squares = np.exp(2 * values).sum() / 4
            np.testing.assert_allclose(payload["ln_rms"][at], 0.5 * np.log(squares), rtol=0, atol=1e-10)
        else:
            assert np.isnan([payload[column][at] for column in ("ln_gradient", "ln_spread", "ln_rms")]).all()
    for column in ("ln_gradient", "ln_spread", "ln_rms", "ln_direct", "plain_zero"):
        assert np.isnan(payload[column][~exists]).all()


@every_cell
def test_jax_grad(name: str) -> None:
    given = setting(name)
    shown = np.exp(samples(given))
    for column, (by_state, _) in enumerate(plain_flow(given)):
        norms = np.linalg.norm(np.asarray(by_state), axis=-1)
        np.testing.assert_allclose(shown[1 : len(norms) + 1, column], norms, rtol=1e-11)


@every_cell
def test_finite_differences(name: str) -> None:
    given = setting(name)
    params, xs, h0, cotangent = settings.drawn(given)
    network, shown = settings.oracle(given.cell, params), np.exp(samples(given))
    hs = numpy_gradients.forward(network, xs, h0)
    for t in (0, 2, 6):
        moved = numpy_gradients.finite_difference_h0_gradient(network, xs[t:7], hs[t], cotangent)
        np.testing.assert_allclose(shown[t, 0], np.linalg.norm(moved, axis=1), rtol=0, atol=1e-9)


@every_cell
def test_the_row_of_t_0_is_the_headline(name: str) -> None:
    """Both pass the same lanes back over the same steps; only in one of the programs a twin walks along."""
    given = setting(name)
    headline = shared.compiled(settings.Program.of(given, "h0_gradient"), 0)(settings.data(given, 0))
    np.testing.assert_allclose(samples(given)[0], np.asarray(headline["ln_first"])[::-1], rtol=1e-14)


@every_cell
def test_the_direct_derivative_is_zero_before_the_last_step_where_the_total_is_not(name: str) -> None:
    payload, true = units.payload("flow_map", setting(name)), expected(setting(name))
    before = payload["times"][:, None] < payload["lengths"]
    at_last = payload["times"][:, None] == payload["lengths"]
    assert np.isneginf(payload["ln_direct"][before]).all()
    np.testing.assert_allclose(payload["ln_direct"][at_last], true.mean(axis=-1)[at_last], rtol=0, atol=1e-13)
    # What differentiating by the stacked list gives in plain code.
    params, xs, h0, cotangent = settings.drawn(setting(name))
    hs = numpy_gradients.forward(settings.oracle(settings.CELLS[name], params), xs, h0)
    stacked = jax.grad(lambda hs: (hs[7] @ cotangent).sum())(hs[:8])
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(payload["ln_direct"][:8, 0], np.log(np.linalg.norm(stacked, axis=-1)).mean(axis=1))
    if name != "rnn relu":
        assert np.isfinite(payload["ln_gradient"][before]).all()


def test_long_sequences_at_the_steps_of_the_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    given = setting("rnn tanh", MANY, batch=2)
    steps = units.payload("flow_map", given)["times"]
    assert len(steps) <= 256
    true = expected(given)[steps]
    stored = samples(given)
    exists = ~np.isnan(true)
    np.testing.assert_allclose(stored[exists], true[exists], rtol=0, atol=1e-12 * 1500)
    monkeypatch.setattr("gru_vanish.flow.layout.STORED_BYTES", 0)
    recomputed = units.payload("flow_map", given, afresh=True)
    for name, values in units.payload("flow_map", given).items():
        np.testing.assert_allclose(recomputed[name], values, rtol=1e-12, atol=1e-9, err_msg=name)


@pytest.mark.parametrize(("scale", "computed"), [(1.0, False), (10.0, True)])
def test_plain_code_shows_zero_where_it_is_said_to(scale: float, computed: bool) -> None:
    """Derived where no slope was lost to rounding, computed where one was."""
    given = setting("rnn tanh", (140,), scale=scale, precision="float32")
    outputs, payload = units.outputs("flow_map", given), units.payload("flow_map", given)
    assert bool(np.any(outputs["slope_rounded"])) == computed
    ((by_state, _),) = plain_flow(given)
    check_plain_zeros(payload, samples(given), np.asarray(by_state), first=1)
    assert payload["plain_zero"][0].tolist() == (plain_norms(plain_gradients(given)) == 0).mean(axis=1).tolist() == [1]
    assert np.isfinite(payload["ln_gradient"]).all()


def test_a_linear_network_flows_at_its_gain() -> None:
    """W = g·orthogonal: ln‖dL_T/dh_t‖ = (T − t) ln g + ln‖c‖ at every step of a long way."""
    cell = RNN(hidden=5, activation="identity")
    init = cell.Init.model_validate({"recurrent": {"kind": "orthogonal", "gain": 0.9}})
    given = settings.setting(cell, (100, 20_000), init=init, scale=0.0, batch=1, precision="float32")
    payload, cotangent = units.payload("flow_map", given), settings.drawn(given)[3]
    passed = payload["lengths"] - payload["times"][:, None]
    known = np.where(passed >= 0, passed * np.log(np.float32(0.9)) + np.log(np.linalg.norm(cotangent)), np.nan)
    np.testing.assert_allclose(payload["ln_gradient"], known, rtol=0, atol=2e-7 * 20_000)
    np.testing.assert_array_equal(np.isnan(payload["ln_gradient"]), passed < 0)
    assert payload["plain_zero"][0].tolist() == [0, 1]
