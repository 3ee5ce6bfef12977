"""IRNN, orthogonal RNN, antisymmetric RNN, coRNN, LEM and LRU through the headline: NumPy, and what paper knows."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from gru_vanish.cells import IRNN, LEM, LRU, Antisymmetric, CoRNN, OrthogonalRNN
from gru_vanish.cells.lru import LRUInit
from gru_vanish.contracts import Cell, Setting, Status, Streams
from gru_vanish.inputs import INITIAL_STATES
from tests.cells.references import reference
from tests.flow import settings, shared
from tests.oracle import numpy_gradients
from tests.oracle.numpy_gradients import normalise

LENGTHS = (7, 100, 2000)
BY_LOOP = 2
"""So many of them are short enough for the NumPy loop."""
CELLS: dict[str, Cell] = {
    "irnn": IRNN(hidden=5),
    "orthogonal": OrthogonalRNN(hidden=5, activation="identity"),
    "antisymmetric": Antisymmetric(hidden=5),
    "cornn": CoRNN(hidden=5),
    "cornn implicit": CoRNN(hidden=5, damping="implicit"),
    "lem": LEM(hidden=5),
    "lru": LRU(hidden=5),
}
DAMPED = ("cornn", "cornn implicit")
ROUNDING = {"float32": 2e-7, "float64": 1e-12}
"""What one step may cost in nats."""
PRECISIONS = ["float32", "float64"]


def setting(name: str, init: dict[str, Any], h0: float = 0.5, **changed: Any) -> Setting:
    cell = CELLS[name]
    start: Any = INITIAL_STATES["gaussian"](scale=h0)  # type: ignore[call-arg]
    return settings.setting(cell, LENGTHS, init=cell.Init.model_validate(init), h0=start, **changed)


def at_rest(name: str, init: dict[str, Any], **changed: Any) -> Setting:
    """No input and h_0 = 0: a cell without constant forces stays there, where it is linear."""
    return setting(name, init, h0=0.0, scale=0.0, **changed)


def weights(given: Setting, seed: int = 0) -> tuple[Any, np.ndarray]:
    """Give the weights and c as the program holds them, in float64."""
    unit = settings.data(given, seed)
    params = type(unit["params"])(*(np.asarray(leaf, np.float64) for leaf in unit["params"]))
    return params, np.asarray(unit["loss"]["c"], np.float64)


def sequences(name: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Give (xs, h0), which depend on the size of the state alone: one program for each size."""
    alike = "irnn" if CELLS[name].state_size == 5 else "cornn"
    _, xs, h0, _ = settings.drawn(setting(alike, {}), seed)
    return xs[: LENGTHS[BY_LOOP - 1]], h0


def close(payload: dict[str, np.ndarray], column: str, expected: Any, precision: str = "float64") -> None:
    """Compare (L,) or (L, B) expectations with all samples, to what rounding may have cost."""
    values = payload[column]
    wanted = np.broadcast_to(np.reshape(expected, (len(LENGTHS), -1)), values.shape)
    allowed = ROUNDING[precision] * np.maximum(50, np.array(LENGTHS))[:, None]
    assert (np.abs(values - wanted) <= allowed).all(), np.abs(values - wanted).max(axis=1)


def powers(jacobian: np.ndarray, cotangent: np.ndarray) -> np.ndarray:
    """(Jᵀ)^T c at every length as (direction, ln size) rows: (L, state + 1), the size kept apart."""
    vector, size, found = cotangent[None], 0.0, []
    for length in range(LENGTHS[-1] + 1):
        vector, grown = normalise(vector)
        size += float(grown[0])
        if length in LENGTHS:
            found.append([*vector[0], size])
        vector = vector @ jacobian
    return np.array(found)


@pytest.mark.parametrize("name", CELLS)
def test_numpy(name: str) -> None:
    """Everything drawn; the adjoint is a NumPy loop over Jacobians by complex steps."""
    drawn: dict[str, Any] = {"bias": "uniform"} if name != "lru" else {"max_phase": 1.0}
    if name.startswith("cornn"):
        drawn |= {"step": 0.2, "recurrent": {"kind": "gaussian", "gain": 1.4}}
    if name == "lem":
        drawn |= {"step": 0.7, "step_z_bias": "uniform", "step_y_bias": 0.3}
    given = setting(name, drawn)
    payload = shared.measured(given, seed=2)
    params, c = weights(given, seed=2)
    network, cell = reference(given.cell, params), given.cell
    xs, h0 = sequences(name, seed=2)
    hs = numpy_gradients.forward(network, xs, h0)
    cotangent = np.concatenate([c, np.zeros(cell.state_size - cell.hidden)])
    for index, length in enumerate(LENGTHS[:BY_LOOP]):
        direction, growths = numpy_gradients.reverse_pass(network, hs, xs, cotangent, length)
        size = numpy_gradients.sum_over_steps(growths)
        np.testing.assert_allclose(payload["ln_h0_gradient"][index], size, rtol=0, atol=1e-10)
        for part, rows in cell.parts.items() if len(cell.parts) > 1 else ():
            with np.errstate(divide="ignore"):
                of_part = size + np.log(np.linalg.norm(direction[:, rows], axis=1))
            np.testing.assert_allclose(payload[f"ln_h0_gradient_{part}"][index], of_part, rtol=0, atol=1e-10)


# --- plain networks by the way they are drawn -------------------------------------------------------


@pytest.mark.parametrize("gain", [1.0, 0.9, 1.01])
def test_an_irnn_whose_units_stay_active_multiplies_by_the_gain(gain: float) -> None:
    """T ln g: with g = 1 the gradient is constant, to the bit."""
    init = {"recurrent": {"kind": "identity", "gain": gain}, "input": "zeros", "bias": 0.1}
    payload = shared.measured(setting("irnn", init, h0=0.0))
    close(payload, "ln_transport", np.array(LENGTHS) * math.log(gain))
    assert (payload["ln_transport"] == 0).all() == (gain == 1.0)


def test_an_irnn_is_drawn_as_the_identity_and_a_silent_one_passes_nothing() -> None:
    params, _ = weights(setting("irnn", {}))
    np.testing.assert_array_equal(params.recurrent, np.eye(5))
    assert not params.bias.any()
    payload = shared.measured(setting("irnn", {"input": "zeros", "bias": -0.1}, h0=0.0))
    assert (payload["status"] == Status.exact_zero).all()


@pytest.mark.parametrize("gain", [0.9, 1.05])
def test_a_linear_orthogonal_network_multiplies_by_the_gain(gain: float) -> None:
    """T ln g, whatever the inputs."""
    payload = shared.measured(setting("orthogonal", {"recurrent": {"kind": "orthogonal", "gain": gain}}))
    close(payload, "ln_transport", np.array(LENGTHS) * math.log(gain))


# --- the antisymmetric RNN --------------------------------------------------------------------------


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize(("step", "diffusion"), [(0.01, 0.0), (0.1, 0.0), (0.1, 0.5), (1.0, 0.3)])
def test_euler_steps_of_a_turn(step: float, diffusion: float, precision: str) -> None:
    """W − Wᵀ = U diag(iω) U*: ‖δ_0‖² = Σ |⟨u_k, c⟩|² ((1 − εγ)² + ε²ω_k²)^T."""
    init = {"step": step, "diffusion": diffusion, "recurrent": "gaussian"}
    given = at_rest("antisymmetric", init, precision=precision)
    payload = shared.measured(given)
    params, c = weights(given)
    frequencies, directions = np.linalg.eigh(1j * (params.recurrent - params.recurrent.T))
    ln_growth = 0.5 * np.log((1 - params.step * params.diffusion) ** 2 + (params.step * frequencies) ** 2)
    terms = np.array(LENGTHS)[:, None] * ln_growth + np.log(np.abs(directions.conj().T @ c))
    close(payload, "ln_h0_gradient", 0.5 * np.logaddexp.reduce(2 * terms, axis=1), precision)
    if diffusion == 0.0:
        largest = 0.5 * math.log1p((step * np.abs(frequencies).max()) ** 2)
        assert (payload["ln_transport"] > -1e-5).all()
        assert (payload["ln_transport"] <= np.array(LENGTHS)[:, None] * largest + 1e-3).all()


def test_a_small_step_nearly_keeps_the_gradient_under_inputs_too() -> None:
    """ε = 0.001 and T = 100: within 1 %, while a plain network of this size loses some 50 nats."""
    payload = shared.measured(setting("antisymmetric", {"step": 0.001, "diffusion": 0.0}))
    assert (np.abs(payload["ln_transport"][:2]) < 0.01).all()


# --- coRNN ------------------------------------------------------------------------------------------


def by_eigenvalues(matrix: np.ndarray, lengths: Sequence[int]) -> np.ndarray:
    """(Mᵀ)^T e_1 of a 2 × 2 matrix as (y, z, ln size) rows, M^T = (λ₊^T (M − λ₋) − λ₋^T (M − λ₊)) / (λ₊ − λ₋)."""
    half, det = matrix.trace() / 2, matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]
    root = np.sqrt(complex(half**2 - det))
    one, other = (half + root, half - root) if abs(half + root) >= abs(half - root) else (half - root, half + root)
    found = []
    for length in lengths:
        ratio = np.exp(length * (np.log(other) - np.log(one)))  # |other/one| ≤ 1, so nothing overflows
        turned = (matrix - other * np.eye(2) - ratio * (matrix - one * np.eye(2))) / (one - other)
        turned = turned * np.exp(1j * length * np.angle(one))
        found.append([*turned[0].real, length * math.log(abs(one))])
    return np.array(found)


def oscillator(name: str, step: float, stiffness: float, friction: float) -> np.ndarray:
    """The matrix that takes (y, z) one step on, of one oscillator at rest and without weights."""
    kept, taken = (1 - step * friction, 1.0) if name == "cornn" else (1 / (1 + step * friction),) * 2
    by_z = np.array([-taken * step * stiffness, kept])
    return np.stack([np.array([1.0, 0.0]) + step * by_z, by_z])


@pytest.mark.parametrize("name", DAMPED)
def test_oscillators_without_weights(name: str) -> None:
    """The eigenvalues of the step, below critical damping (|λ|² = κ) and above it (two real ones)."""
    for step, stiffness, friction in ((0.1, 2.0, 0.5), (0.042, 2.7, 4.7), (0.5, 1.0, 0.0)):
        init = {"step": step, "stiffness": stiffness, "friction": friction, "recurrent": "zeros"}
        given = at_rest(name, init)
        payload = shared.measured(given)
        params, c = weights(given)
        matrix = oscillator(name, float(params.step), float(params.stiffness), float(params.friction))
        y, z, ln_size = by_eigenvalues(matrix, LENGTHS).T
        whole = ln_size + np.log(np.hypot(y, z)) + np.log(np.linalg.norm(c))
        close(payload, "ln_h0_gradient", whole)
        if friction == 0.5:
            by_determinant = 0.5 * LENGTHS[2] * math.log(np.linalg.det(matrix))
            assert (np.abs(payload["ln_transport"][2] - by_determinant) < 2.0).all()


@pytest.mark.parametrize("name", DAMPED)
def test_coupled_oscillators_at_rest_are_linear(name: str) -> None:
    """z ← κ z + f Δt ((W − γ) y + 𝒲 z), y ← y + Δt z."""
    given = at_rest(name, {"step": 0.1, "friction": 0.5, "recurrent": "gaussian"})
    payload = shared.measured(given)
    params, c = weights(given)
    dt, lost, eye = float(params.step), float(params.step * params.friction), np.eye(5)
    kept, taken = (1 - lost, 1.0) if name == "cornn" else (1 / (1 + lost),) * 2
    by_y = taken * dt * (params.position - params.stiffness * eye)
    by_z = kept * eye + taken * dt * params.velocity
    jacobian = np.block([[eye + dt * by_y, dt * by_z], [by_y, by_z]])
    found = powers(jacobian, np.concatenate([c, np.zeros(5)]))
    close(payload, "ln_h0_gradient", found[:, -1])
    for part, rows in {"y": found[:, :5], "z": found[:, 5:10]}.items():
        close(payload, f"ln_h0_gradient_{part}", found[:, -1] + np.log(np.linalg.norm(rows, axis=1)))


# --- LEM --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [1.0, 0.4])
def test_a_lem_with_the_bias_of_its_step_alone(step: float) -> None:
    """T ln(1 − Δt σ(b_2)); nothing reads z, so it gets nothing."""
    for bias in (-4.0, 3.0):
        init = {"recurrent": "zeros", "input": "zeros", "step_y_bias": bias, "step": step}
        payload = shared.measured(setting("lem", init))
        close(payload, "ln_transport", np.array(LENGTHS) * math.log1p(-step / (1 + math.exp(-bias))))
        assert np.isneginf(payload["ln_h0_gradient_z"]).all()
        assert np.isin(payload["status"], (Status.ok, Status.saturated)).all()


def test_a_lem_at_rest_is_a_pair_of_leaks_that_feed_each_other() -> None:
    """Matrices g I at y = z = 0: z ← (1 − p) z + p g y, then y ← (1 − q) y + q g z, unit by unit."""
    gain, biases = 0.6, {"step_z_bias": -2.0, "step_y_bias": -1.0}
    given = at_rest("lem", {"recurrent": {"kind": "identity", "gain": gain}, "step": 0.8, **biases})
    payload = shared.measured(given)
    p, q = (0.8 / (1 + math.exp(-bias)) for bias in biases.values())
    by_z = np.array([p * gain, 1 - p])
    matrix = np.stack([np.array([1 - q, 0.0]) + q * gain * by_z, by_z])
    y, z, ln_size = by_eigenvalues(matrix, LENGTHS).T
    size = ln_size + np.log(np.linalg.norm(weights(given)[1]))
    close(payload, "ln_h0_gradient_y", size + np.log(np.abs(y)))
    close(payload, "ln_h0_gradient_z", size + np.log(np.abs(z)))


# --- LRU --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("precision", PRECISIONS)
def test_every_channel_of_an_lru_loses_its_own_rate(precision: str) -> None:
    """δ_0 = c_k λ_k^T in every channel, whatever inputs and states: parts |c λ^T| times cosine and sine of T θ."""
    given = setting("lru", {"r_min": 0.9, "r_max": 0.999, "max_phase": 0.3}, precision=precision)
    payload = shared.measured(given)
    params, c = weights(given)
    ln_rate, phase = -np.exp(params.nu_log), np.exp(params.theta_log)
    terms = np.array(LENGTHS)[:, None] * ln_rate + np.log(np.abs(c))
    close(payload, "ln_h0_gradient", 0.5 * np.logaddexp.reduce(2 * terms, axis=1), precision)
    assert (payload["status"] == Status.ok).all()
    if precision == "float64":
        for part, turned in (("real", np.cos), ("imaginary", np.sin)):
            of_part = terms + np.log(np.abs(turned(np.array(LENGTHS)[:, None] * phase)))
            close(payload, f"ln_h0_gradient_{part}", 0.5 * np.logaddexp.reduce(2 * of_part, axis=1))


def test_eigenvalues_fill_the_ring_evenly() -> None:
    """|λ|² uniform in [r_min², r_max²], the phase in (0, max_phase]; the input is scaled by √(1 − |λ|²)."""
    init = LRUInit(r_min=0.5, r_max=0.9, max_phase=1.5)
    params = LRU(hidden=20_000).draw(init, 2, Streams(3))
    squared, phase = np.exp(-2 * np.exp(params.nu_log)), np.exp(params.theta_log)
    places = (np.arange(20_000) + 0.5) / 20_000
    # Kolmogorov's statistic: 1.95 / √n is passed by one draw in a thousand.
    for drawn, low, high in ((squared, 0.25, 0.81), (phase, 0.0, 1.5)):
        assert np.abs((np.sort(drawn) - low) / (high - low) - places).max() < 1.95 / math.sqrt(20_000)
    np.testing.assert_allclose(np.exp(2 * params.gamma_log) + squared, 1.0, rtol=1e-13)
    assert abs(np.corrcoef(squared, phase)[0, 1]) < 0.03
    assert np.mean(params.input_real**2 + params.input_imaginary**2) == pytest.approx(0.5, rel=0.03)


def test_a_ring_next_to_the_circle_is_finite_and_an_impossible_one_is_refused() -> None:
    params = LRU(hidden=1000).draw(LRUInit(r_min=1 - 1e-13), 2, Streams(0))
    assert all(np.isfinite(leaf).all() for leaf in params)
    with pytest.raises(ValidationError, match="below r_min"):
        LRUInit(r_min=0.9, r_max=0.8)
