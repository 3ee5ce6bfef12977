"""The singular values of ∂h_T/∂h_0, against explicit products, decimal arithmetic and closed forms."""

from typing import Any

import numpy as np
import pytest

from gru_vanish.contracts import Program, Setting, Status
from gru_vanish.flow import MEASURES, jacobian
from gru_vanish.inputs import INITIAL_STATES
from tests.flow import settings, shared, units
from tests.oracle import decimal_products, numpy_gradients

LENGTHS = (1, 4, 60, 300)
"""The last is beyond one stretch of steps."""
SAMPLES = 2


def setting(name: str, init: Any = None, **changed: Any) -> Setting:
    cell = settings.CELLS[name]
    drawn = None if init is None else cell.Init.model_validate(init)
    gaussian = INITIAL_STATES["gaussian"](scale=changed.pop("h0", 1.0))
    return settings.setting(cell, LENGTHS, init=drawn, batch=SAMPLES, h0=gaussian, **changed)


def linear(recurrent: Any) -> Setting:
    """Give a linear network in float32: J_t are its weights, as they were cast."""
    return setting("rnn identity", {"recurrent": recurrent}, precision="float32")


def step_jacobians(given: Setting, seed: int = 0) -> np.ndarray:
    """Give J_t of every step and sample, (T, B, n, n), by hand-derived formulas in NumPy."""
    params, xs, h0, _ = settings.drawn(given, seed)
    network = settings.oracle(given.cell, params)
    hs = numpy_gradients.forward(network, xs, h0)
    return np.stack([np.sum(list(network.use_jacobians(h, x).values()), axis=0) for h, x in zip(hs, xs)])  # noqa: B905


def check_against_decimals(payload: dict[str, np.ndarray], jacobians: np.ndarray, atol: float) -> None:
    for row, length in enumerate(LENGTHS):
        for sample in range(SAMPLES if length < 100 else 1):
            exact = decimal_products.ln_singular_values(jacobians[:length, sample], 60 + 3 * length)
            np.testing.assert_allclose(payload["ln_singular_values"][row, sample], exact, rtol=0, atol=atol)
            assert payload["ln_determinant"][row, sample] == pytest.approx(exact.sum(), abs=atol)


@pytest.mark.parametrize("name", ["rnn tanh", "gru before keeps"])
def test_against_explicit_products(name: str) -> None:
    given = setting(name)
    payload, jacobians = units.payload("jacobian", given), step_jacobians(given)
    check_against_decimals(payload, jacobians, 1e-10)
    assert payload["resolved"].all()
    assert payload["uncertainty"].max() < 1e-10
    assert (payload["status"] == Status.ok).all()
    # At T = 300 it spans far more than float64 has digits for.
    assert np.ptp(payload["ln_singular_values"][-1], axis=-1).min() > 100
    for row, length in enumerate(LENGTHS[:2]):
        whole = np.stack([numpy_product(jacobians[:length, sample]) for sample in range(SAMPLES)])
        sigma = np.linalg.svd(whole, compute_uv=False)
        np.testing.assert_allclose(np.exp(payload["ln_singular_values"][row]), sigma, rtol=1e-9)
        frobenius = np.sqrt((whole**2).sum(axis=(1, 2)))
        np.testing.assert_allclose(np.exp(payload["ln_frobenius"][row]), frobenius, rtol=1e-12)
        shares = sigma / sigma.sum(axis=1, keepdims=True)
        rank = np.exp(-(shares * np.log(shares)).sum(axis=1))
        np.testing.assert_allclose(payload["effective_rank"][row], rank, rtol=1e-9)


def numpy_product(matrices: np.ndarray) -> np.ndarray:
    return np.linalg.multi_dot([*matrices[::-1], np.eye(matrices.shape[-1])])


def test_every_array_has_its_dtype_and_shape() -> None:
    given = setting("rnn tanh")
    payload = units.payload("jacobian", given)
    assert set(payload) == set(MEASURES["jacobian"].columns)
    shapes = {name: values.shape for name, values in payload.items()}
    size = given.cell.state_size
    each = ("ln_singular_values", "uncertainty", "resolved")
    assert shapes == {"lengths": (4,)} | {
        name: (4, SAMPLES, size) if name in each else (4, SAMPLES) for name in shapes if name != "lengths"
    }
    assert {payload[name].dtype.name for name in shapes if name not in ("lengths", "resolved", "status")} == {"float64"}


def test_the_h0_gradient_lies_between_the_smallest_and_the_largest() -> None:
    """σ_n ‖δ_T‖ ≤ ‖δ_0‖ ≤ σ_1 ‖δ_T‖, by another measure."""
    given = setting("rnn tanh")
    ln, transport = units.payload("jacobian", given)["ln_singular_values"], shared.measured(given)["ln_transport"]
    assert (transport <= ln[:, :, 0] + 1e-10).all()
    assert (transport >= ln[:, :, -1] - 1e-10).all()
    assert (transport[2:] > ln[2:, :, 1]).all()  # the first direction has won


@pytest.mark.parametrize("gain", [0.9, -1.05])
def test_a_linear_orthogonal_network_has_equal_singular_values(gain: float) -> None:
    """σ_i = |g|^T for all i: the effective rank is n at every T, but for the rounding of the weights to float32."""
    payload = units.payload("jacobian", linear({"kind": "orthogonal", "gain": gain}))
    expected = np.array(LENGTHS)[:, None, None] * np.log(abs(gain))
    assert (np.abs(payload["ln_singular_values"] - expected) <= 2e-7 * np.array(LENGTHS)[:, None, None]).all()
    np.testing.assert_allclose(payload["effective_rank"], 7.0, rtol=1e-8)


def test_float32_costs_the_trajectory_alone() -> None:
    """The product of the cast weights is as good as in float64."""
    given = linear({"kind": "gaussian"})
    payload = units.payload("jacobian", given)
    weights = settings.drawn(given)[0].recurrent
    jacobians = np.broadcast_to(weights, (LENGTHS[-1], SAMPLES, 7, 7))
    check_against_decimals(payload, jacobians, 1e-9)


def test_a_gru_of_biases_alone() -> None:
    """J = diag(k): σ_i = k_i^T, and the units themselves are the directions."""
    init = {"recurrent": "zeros", "input": "zeros", "update_bias": "logit_uniform"}
    given = setting("gru before keeps", init, h0=0.0)
    payload = units.payload("jacobian", given, seed=3)
    biases = settings.oracle(given.cell, settings.drawn(given, 3)[0]).weights.b_z
    expected = np.array(LENGTHS)[:, None] * np.sort(-np.logaddexp(0.0, -biases))[::-1]
    np.testing.assert_allclose(payload["ln_singular_values"][:, 0], expected, rtol=1e-13, atol=1e-13)


def test_saturated_units() -> None:
    """Slopes of 10⁻¹⁷ and less, which a QR that does not mind the rows would lose."""
    given = setting("rnn tanh", {"recurrent": {"kind": "gaussian", "gain": 12.0}, "bias": "uniform"}, h0=3.0)
    payload, jacobians = units.payload("jacobian", given, seed=1), step_jacobians(given, 1)
    row = LENGTHS.index(4)
    smallest = np.linalg.norm(jacobians[:4], axis=-1).min()
    assert smallest < 1e-15
    for sample in range(SAMPLES):
        exact = decimal_products.ln_singular_values(jacobians[:4, sample], 600)
        np.testing.assert_allclose(payload["ln_singular_values"][row, sample], exact, rtol=0, atol=1e-8)
    assert payload["resolved"][row].all()


def with_weights(recurrent: np.ndarray) -> dict[str, np.ndarray]:
    """Give the payload of a linear network with this recurrent matrix."""
    given = linear({"kind": "gaussian"})
    measure, program = MEASURES["jacobian"], Program.of(given, "jacobian")
    data = measure.data(given, 0, measure.draw(given, 0))
    data["params"] = data["params"]._replace(recurrent=recurrent.astype(np.float32))
    return measure.payload(program, units.compiled(program, 0)(data))


def test_dead_units_are_exact_zeros() -> None:
    """Two rows of zeros: the other singular values are those of the live rows, at any T, and all are known."""
    weights = np.random.default_rng(3).normal(size=(7, 7)).astype(np.float32) / 7
    weights[[1, 4]] = 0.0
    payload = with_weights(weights)
    ln, live = payload["ln_singular_values"], [0, 2, 3, 5, 6]
    assert np.isneginf(ln[:, :, 5:]).all()
    assert np.isneginf(payload["ln_determinant"]).all()
    assert payload["resolved"].all()
    assert (payload["status"] == Status.ok).all()
    square = weights[np.ix_(live, live)].astype(np.float64)
    first = np.linalg.svd(weights[live].astype(np.float64), compute_uv=False)
    np.testing.assert_allclose(ln[0, 0, :5], np.log(first), rtol=0, atol=1e-12)
    # W^T = (live block)^(T − 1) · (live rows): all but the last step are square.
    determinant = (LENGTHS[2] - 1) * np.linalg.slogdet(square)[1] + np.log(first).sum()
    assert ln[2, 0, :5].sum() == pytest.approx(determinant, abs=1e-9)


def test_a_dead_network_has_status_exact_zero() -> None:
    payload = with_weights(np.zeros((7, 7)))
    assert (payload["status"] == Status.exact_zero).all()
    assert np.isneginf(payload["ln_singular_values"]).all()
    assert np.isneginf(payload["ln_frobenius"]).all()
    assert (payload["effective_rank"] == 0).all()
    assert payload["resolved"].all()


def test_an_overflown_state_withholds_everything() -> None:
    payload = units.payload("jacobian", linear({"kind": "orthogonal", "gain": 2.0}))
    overflown = np.array([False, False, False, True])
    assert ((payload["status"] == Status.nonfinite) == overflown[:, None]).all()
    for name in ("ln_singular_values", "ln_frobenius", "ln_determinant", "effective_rank"):
        assert (np.isnan(payload[name]) == overflown.reshape(-1, *(1,) * (payload[name].ndim - 1))).all()
    assert not payload["resolved"][-1].any()


def test_a_singular_matrix_of_full_size_is_not_called_resolved() -> None:
    """A matrix of sevenths: σ_1 = 1, all others 0, but no row of it is: rounding takes their place."""
    payload = with_weights(np.full((7, 7), 1 / 7))
    expected = np.array(LENGTHS) * np.log(7.0 * float(np.float32(1 / 7)))
    np.testing.assert_allclose(payload["ln_singular_values"][:, 0, 0], expected, rtol=0, atol=1e-12)
    assert payload["resolved"][:, :, 0].all()
    assert not payload["resolved"][:, :, 1:].any()


def test_effective_rank_and_frobenius_norm_of_known_spectra() -> None:
    flat, one = np.full(8, -3000.0), np.array([5.0, *[-np.inf] * 7])
    assert jacobian.effective_rank(flat) == pytest.approx(8.0)
    assert jacobian.effective_rank(one) == pytest.approx(1.0)
    assert jacobian.ln_frobenius(flat) == pytest.approx(-3000.0 + 0.5 * np.log(8.0))
    assert jacobian.ln_frobenius(one) == pytest.approx(5.0)
    halves = -np.log(2.0) * np.arange(60)
    # Σ p ln p of p_i = 2^−(i+1) is −2 ln 2.
    assert jacobian.effective_rank(halves) == pytest.approx(4.0, rel=1e-10)


def test_uncertainty_grows_along_the_spectrum() -> None:
    ln = np.array([[0.0, -1.0, -np.inf, -np.inf], [0.0, -1.5, -np.inf, -40.0]])
    rounding = np.array([[1e-15, 1e-9, 0.0, 0.0], [1e-15, 1e-8, 0.0, 0.0]])
    found = jacobian.uncertainty(ln, rounding)
    np.testing.assert_allclose(found, [1e-15, 0.5, 0.5, np.inf])
