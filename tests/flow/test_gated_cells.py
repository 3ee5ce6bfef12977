"""LSTM, MGU, UGRNN, minimalRNN and minGRU through the headline: against NumPy, and networks known on paper."""

import math
from typing import Any

import numpy as np
import pytest

from gru_vanish.cells import LSTM, MGU, UGRNN, MinGRU, MinimalRNN
from gru_vanish.contracts import Cell, Setting, Status
from gru_vanish.inputs import INITIAL_STATES
from tests.cells.references import reference
from tests.flow import settings, shared
from tests.oracle import numpy_gradients

LENGTHS = (1, 7, 100)
CELLS: dict[str, Cell] = {
    "lstm": LSTM(hidden=5),
    "mgu": MGU(hidden=6),
    "mgu flax": MGU(hidden=6, reset="after", forget_gate="keeps", candidate_bias="both"),
    "ugrnn": UGRNN(hidden=6),
    "minimal_rnn": MinimalRNN(hidden=6),
    "min_gru": MinGRU(hidden=6),
}
every_cell = pytest.mark.parametrize("name", CELLS)
ONE_STATE = [name for name in CELLS if name != "lstm"]
MEMORY = {"lstm": "forget_bias", "mgu": "forget_bias", "mgu flax": "forget_bias"}
"""The bias of the gate that keeps or replaces; `update_bias` if not said otherwise."""
KEEPS = {"lstm", "mgu flax", "ugrnn", "minimal_rnn"}


def setting(
    name: str, init: dict[str, Any], h0: float = 0.5, lengths: tuple[int, ...] = LENGTHS, **changed: Any
) -> Setting:
    cell = CELLS[name]
    start: Any = INITIAL_STATES["gaussian"](scale=h0)  # type: ignore[call-arg]
    return settings.setting(cell, lengths, init=cell.Init.model_validate(init), h0=start, **changed)


def drawn_biases(name: str) -> dict[str, Any]:
    """Give an init in which every bias is drawn, so that none can be forgotten unseen."""
    found: dict[str, Any] = {}
    for field in type(CELLS[name]).Init.model_fields:
        if field == "bias" or field.endswith("_bias"):
            found[field] = True if field == "mirror_forget_bias" else "uniform"
    return {**found, "recurrent": {"kind": "gaussian", "gain": 1.4}} if name != "min_gru" else found


def without_weights(name: str, **biases: Any) -> dict[str, Any]:
    matrices = {"recurrent", "input", "latent"} & set(type(CELLS[name]).Init.model_fields)
    return {**dict.fromkeys(matrices, "zeros"), **biases}


def of_state(cell: Cell, c: np.ndarray) -> np.ndarray:
    """Give the cotangent of h as one of the whole state: nothing reads what follows h."""
    return np.concatenate([c, np.zeros(cell.state_size - cell.hidden)])


@every_cell
def test_numpy(name: str) -> None:
    """Weights and biases all drawn; the adjoint is a NumPy loop over Jacobians by complex steps."""
    given = setting(name, drawn_biases(name))
    payload = shared.measured(given, seed=2)
    params, xs, h0, c = settings.drawn(given, seed=2)
    network, cell = reference(given.cell, params), given.cell
    hs = numpy_gradients.forward(network, xs, h0)
    passes = [numpy_gradients.reverse_pass(network, hs, xs, of_state(cell, c), length) for length in LENGTHS]
    sizes = np.stack([numpy_gradients.sum_over_steps(each.ln_growths) for each in passes])
    assert (payload["status"] == Status.ok).all()
    np.testing.assert_allclose(payload["ln_h0_gradient"], sizes, rtol=0, atol=1e-10)
    np.testing.assert_allclose(payload["ln_transport"], sizes - np.log(np.linalg.norm(c)), rtol=0, atol=1e-10)
    for part, rows in cell.parts.items() if len(cell.parts) > 1 else ():
        of_part = np.stack([np.log(np.linalg.norm(each.direction[:, rows], axis=1)) for each in passes])
        np.testing.assert_allclose(payload[f"ln_h0_gradient_{part}"], sizes + of_part, rtol=0, atol=1e-10)


@pytest.mark.parametrize("bias", [-3.0, 3.0])
@pytest.mark.parametrize("name", ONE_STATE)
def test_nothing_but_the_bias_of_the_gate(name: str, bias: float) -> None:
    """T ln σ(b) where the gate keeps, T ln σ(−b) where it replaces."""
    payload = shared.measured(setting(name, without_weights(name, **{MEMORY.get(name, "update_bias"): bias})))
    per_step = -math.log1p(math.exp(-bias if name in KEEPS else bias))
    expected = np.broadcast_to(np.array(LENGTHS)[:, None] * per_step, payload["status"].shape)
    np.testing.assert_allclose(payload["ln_transport"], expected, rtol=0, atol=1e-12 * 100)


@pytest.mark.parametrize("name", ONE_STATE)
def test_time_scales_that_are_drawn(name: str) -> None:
    """δ_0 has components c_i k_i^T, k_i the share that the drawn bias keeps; its scale lies within those asked for."""
    chrono = {"kind": "chrono", "t_min": 3.0, "t_max": 40.0}
    given = setting(name, without_weights(name, **{MEMORY.get(name, "update_bias"): chrono}))
    params, _, _, c = settings.drawn(given, seed=4)
    biases = params.bias[0]
    kept = 1 / (1 + np.exp(-biases if name in KEEPS else biases))
    scales = 1 / (1 - kept)
    assert ((scales > 3.0) & (scales < 40.0)).all()
    assert len(np.unique(scales)) == 6
    terms = np.array(LENGTHS)[:, None] * np.log(kept) + np.log(np.abs(c))
    expected = 0.5 * np.logaddexp.reduce(2 * terms, axis=1)[:, None]
    values = shared.measured(given, seed=4)["ln_h0_gradient"]
    np.testing.assert_allclose(values, np.broadcast_to(expected, values.shape), rtol=0, atol=1e-12 * 100)


def test_a_min_gru_is_a_product_of_its_gates() -> None:
    """δ_0 = c ∗ ∏ (1 − z_t), and z_t reads x_t alone."""
    given = setting("min_gru", drawn_biases("min_gru"))
    params, xs, _, c = settings.drawn(given)
    ln_kept = -np.logaddexp(0.0, xs @ params.input[0].T + params.bias[0])
    for row, length in zip(shared.measured(given)["ln_h0_gradient"], LENGTHS, strict=True):
        terms = ln_kept[:length].sum(axis=0) + np.log(np.abs(c))
        np.testing.assert_allclose(row, 0.5 * np.logaddexp.reduce(2 * terms, axis=1), rtol=0, atol=1e-12 * 100)


# --- the LSTM, whose state has two parts ------------------------------------------------------------


def test_the_cell_of_an_lstm_without_weights_forgets_by_its_bias_alone() -> None:
    """dL/dc_0 = c ∗ ½ sech²(c_T) ∗ σ(b_f)^T and dL/dh_0 = 0; c_T = σ(b_f)^T c_0 is known too."""
    for bias in (-1.0, 1.0, 6.0):
        given = setting("lstm", without_weights("lstm", forget_bias=bias))
        payload = shared.measured(given)
        _, _, h0, c = settings.drawn(given)
        ln_kept = -math.log1p(math.exp(-bias)) * np.array(LENGTHS)[:, None]
        last = np.exp(ln_kept)[..., None] * h0[:, 5:]
        through = np.log(np.linalg.norm(c * 0.5 / np.cosh(last) ** 2, axis=-1))
        np.testing.assert_allclose(payload["ln_h0_gradient_c"], ln_kept + through, rtol=0, atol=1e-11)
        np.testing.assert_array_equal(payload["ln_h0_gradient"], payload["ln_h0_gradient_c"])
        assert np.isneginf(payload["ln_h0_gradient_h"]).all()
        assert (payload["status"] == Status.ok).all()


def test_small_weights_and_a_forget_bias_of_one() -> None:
    """The first steps multiply the gradient of the cell by σ(1) = 0.731."""
    small = {"kind": "uniform", "gain": 1e-3}
    init = {"recurrent": small, "input": small, "forget_bias": 1.0}
    payload = shared.measured(setting("lstm", init, h0=0.01))
    lost = payload["ln_h0_gradient_c"][1] - payload["ln_h0_gradient_c"][0]
    np.testing.assert_allclose(np.exp(lost / (LENGTHS[1] - LENGTHS[0])), 0.7310585786, rtol=1e-3)


def test_an_lstm_at_rest_is_linear() -> None:
    """At h = c = 0 without biases i = f = o = ½, g = 0: ∂(h, c)/∂(h, c) = [[¼ W_g, ¼ I], [½ W_g, ½ I]]."""
    given = setting("lstm", {"recurrent": "gaussian"}, h0=0.0, scale=0.0)
    payload = shared.measured(given)
    params, _, _, c = settings.drawn(given)
    of_cell = np.concatenate([0.5 * params.candidate, 0.5 * np.eye(5)], axis=1)
    jacobian = np.concatenate([0.5 * of_cell, of_cell])
    for index, length in enumerate(LENGTHS):
        delta = of_state(given.cell, c) @ np.linalg.matrix_power(jacobian, length)
        for name, part in {"": delta, "_h": delta[:5], "_c": delta[5:]}.items():
            expected = math.log(np.linalg.norm(part))
            np.testing.assert_allclose(payload[f"ln_h0_gradient{name}"][index], expected, rtol=0, atol=1e-10)
