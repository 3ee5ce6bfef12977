"""Lyapunov spectra, against closed forms, NumPy's QR with hand-derived Jacobians, mean-field theory and the adjoint."""

import itertools
from typing import Any

import jax
import numpy as np
import pytest
from scipy.special import digamma

from gru_vanish.cells import RNN
from gru_vanish.contracts import Program, Setting
from gru_vanish.flow import MEASURES, lyapunov
from gru_vanish.flow.network import Network
from gru_vanish.flow.wide import Jacobians
from gru_vanish.inputs import INITIAL_STATES
from tests.flow import settings, shared, units
from tests.flow.henon import Henon
from tests.flow.random_matrices import RandomMatrices
from tests.oracle import numpy_gradients

LENGTHS = (100, 700)
"""The last is longer than the pilot, and no multiple of anything."""
LENGTH = LENGTHS[-1]
SAMPLES = 2


def setting(name: str, init: Any = None, **changed: Any) -> Setting:
    cell = settings.CELLS[name]
    drawn = None if init is None else cell.Init.model_validate(init)
    gaussian = INITIAL_STATES["gaussian"](scale=changed.pop("h0", 1.0))
    return settings.setting(cell, LENGTHS, init=drawn, batch=SAMPLES, h0=gaussian, **changed)


def step_jacobians(given: Setting, seed: int = 0) -> np.ndarray:
    """Give J_t of every step and sample, (T, B, n, n), by hand-derived formulas in NumPy."""
    params, xs, h0, _ = settings.drawn(given, seed)
    network = settings.oracle(given.cell, params)
    hs = numpy_gradients.forward(network, xs, h0)
    pairs = zip(hs[:-1], xs, strict=True)
    return np.stack([np.sum(list(network.use_jacobians(h, x).values()), axis=0) for h, x in pairs])


def first_frame(given: Setting, seed: int = 0) -> np.ndarray:
    """Give Q_0."""
    measure, program = MEASURES["lyapunov"], Program.of(given, "lyapunov")
    network = Network(program, measure.data(given, seed, measure.draw(given, seed)))
    return np.asarray(lyapunov.begin(Jacobians(network), 1, 1).frame[0])


def numpy_growth(jacobians: np.ndarray, frame: np.ndarray) -> np.ndarray:
    """Give ln|R_ii| of every step, (T, n), by LAPACK's QR at every step."""
    grown = []
    for matrix in jacobians:
        frame, r = np.linalg.qr(matrix @ frame)
        grown.append(np.log(np.abs(np.diag(r))))
    return np.stack(grown)


def test_against_a_qr_at_every_step() -> None:
    """The same frame by LAPACK and by hand-derived Jacobians, block by block; here the steps between QRs are longer."""
    given = setting("gru before keeps")
    payload, jacobians = units.payload("lyapunov", given), step_jacobians(given)
    assert payload["gap"] >= 4
    warm, ends = int(payload["warm_up"]), np.cumsum([payload["warm_up"], *payload["steps"]])
    assert (warm, ends[-1], len(ends)) == (140, LENGTH, 11)
    for sample in range(SAMPLES):
        grown = numpy_growth(jacobians[:, sample], first_frame(given))
        whole = grown[warm:].mean(axis=0)
        order = np.argsort(-whole)
        np.testing.assert_allclose(payload["exponents"][sample], whole[order], rtol=0, atol=1e-9)
        blocks = np.stack([grown[a:b].mean(axis=0) for a, b in itertools.pairwise(ends)])
        np.testing.assert_allclose(payload["block_exponents"][:, sample], blocks[:, order], rtol=0, atol=1e-8)
        error = blocks[:, order].std(axis=0, ddof=1) / np.sqrt(10)
        np.testing.assert_allclose(payload["error"][sample], error, rtol=1e-6)
        determinants = np.linalg.slogdet(jacobians[warm:, sample])[1].mean()
        assert payload["sum"][sample] == pytest.approx(determinants, abs=1e-11)
    assert payload["rounding"].max() < 1e-7


def test_every_array_has_its_dtype_and_shape() -> None:
    given = setting("gru before keeps")
    payload = units.payload("lyapunov", given)
    assert set(payload) == set(MEASURES["lyapunov"].columns)
    shapes = {"warm_up": (), "steps": (10,), "gap": (), "block_exponents": (10, SAMPLES, 6)}
    shapes |= dict.fromkeys(("exponents", "error", "rounding"), (SAMPLES, 6))
    shapes |= dict.fromkeys(("dimension", "entropy_bound", "sum"), (SAMPLES,))
    assert {name: values.shape for name, values in payload.items()} == shapes
    counts = ("warm_up", "steps", "gap")
    assert {name: values.dtype.name for name, values in payload.items()} == {
        name: "int64" if name in counts else "float64" for name in shapes
    }


@pytest.mark.parametrize("gain", [0.5, -1.05])
def test_a_linear_orthogonal_network_has_equal_exponents(gain: float) -> None:
    init = {"recurrent": {"kind": "orthogonal", "gain": gain}}
    payload = units.payload("lyapunov", setting("rnn identity", init))
    np.testing.assert_allclose(payload["exponents"], np.log(abs(gain)), rtol=0, atol=1e-13)
    assert payload["error"].max() < 1e-13
    assert payload["gap"] == 64
    grows = abs(gain) > 1
    assert (payload["dimension"] == (7 if grows else 0)).all()
    np.testing.assert_allclose(payload["entropy_bound"], 7 * np.log(1.05) if grows else 0.0, atol=1e-12)


def test_a_linear_network_has_the_moduli_of_its_eigenvalues() -> None:
    """λ_i = ln|μ_i|: what any frame converges to. Complex pairs turn, so the last digits stay open at finite T."""
    given = setting("rnn identity", {"recurrent": {"kind": "gaussian"}})
    payload = units.payload("lyapunov", given)
    moduli = np.abs(np.linalg.eigvals(settings.drawn(given)[0].recurrent))
    np.testing.assert_allclose(payload["exponents"][0], np.sort(np.log(moduli))[::-1], rtol=0, atol=0.02)
    assert payload["sum"][0] == pytest.approx(np.log(moduli).sum(), abs=1e-10)


def test_a_gru_of_biases_alone() -> None:
    """J = diag(k): λ_i = ln k_i, each to the last digit, since the warm-up has sorted the directions."""
    init = {"recurrent": "zeros", "input": "zeros", "update_bias": "logit_uniform"}
    given = setting("gru before keeps", init, h0=0.0)
    payload = units.payload("lyapunov", given, seed=3)
    biases = settings.oracle(given.cell, settings.drawn(given, 3)[0]).weights.b_z
    np.testing.assert_allclose(payload["exponents"][0], np.sort(-np.logaddexp(0.0, -biases))[::-1], rtol=1e-9)


@pytest.mark.parametrize("gain", [1.0, 1.4])
def test_products_of_gaussian_matrices(gain: float) -> None:
    """λ_i = ln g + ½[ψ((n − i + 1)/2) − ln(n/2)], i = 1 … n (Newman 1986): the whole spectrum in closed form."""
    size, length, samples = 5, 3000, 4
    cell = RandomMatrices(hidden=size)
    given = settings.setting(
        cell, (length,), init=cell.Init(gain=gain), size=size**2, batch=samples, h0=INITIAL_STATES["gaussian"]()
    )
    payload = units.payload("lyapunov", given)
    expected = np.log(gain) + 0.5 * (digamma((size - np.arange(size)) / 2) - np.log(size / 2))
    exponents = payload["exponents"]
    # The steps are independent, so the blocks tell the error; four of them over the samples.
    error = np.sqrt((payload["error"] ** 2).mean(axis=0) / samples)
    assert (np.abs(exponents.mean(axis=0) - expected) < 4 * error).all()
    assert error.max() < 0.02
    assert (np.abs(exponents.std(axis=0, ddof=1)) < 4 * payload["error"].mean(axis=0)).all()
    dimension = lyapunov.kaplan_yorke(expected)
    assert np.abs(payload["dimension"] - dimension).max() < 0.15
    assert (dimension > 1) == (gain > 1)


CHAOTIC = [(2.0, 0.1547, 0.128, 0.018), (3.0, 0.3103, 0.283, 0.009), (5.0, 0.5324, 0.488, 0.007)]
"""Gain; λ_1 = ½ ln(g² E[sech⁴(√q z)]) for n = ∞; its mean and deviation over 40 networks of n = 100.

The finite network comes from a loop over one tangent vector in NumPy, 1500 steps after 200; it gives .1445, .2968,
.5104 at n = 200 and .1505, .3055, .5216 at n = 500.
"""


def chaotic(gain: float, recurrent: str = "gaussian") -> Setting:
    """Give h ← J tanh(h), J_ij ~ N(0, g²/n), h_0 ~ N(0, 1)."""
    cell = RNN(hidden=100)
    weights = {"kind": "gaussian", "gain": gain} if recurrent == "gaussian" else recurrent
    init = cell.Init.model_validate({"recurrent": weights, "input": "zeros"})
    h0 = INITIAL_STATES["gaussian"]()
    return settings.setting(cell, (120, 600), init=init, size=1, scale=0.0, batch=1, h0=h0, precision="float32")


@pytest.mark.parametrize(("gain", "mean_field", "expected", "deviation"), CHAOTIC)
def test_a_chaotic_network_without_input(gain: float, mean_field: float, expected: float, deviation: float) -> None:
    """Against the mean field of Sompolinsky, Crisanti & Sommers 1988 and networks of this size."""
    payload = units.payload("lyapunov", chaotic(gain))
    largest = payload["exponents"][0, 0]
    # A third of the steps of the loop, so its deviation is allowed once more.
    assert largest == pytest.approx(expected, abs=4 * deviation)
    assert largest < mean_field + 2 * deviation
    # From h_0 = 0 it would be ln g.
    assert largest < np.log(gain) - 0.2
    assert 15 < payload["dimension"][0] < 35
    assert payload["entropy_bound"][0] > largest
    assert payload["rounding"].max() < 1e-10


def test_the_largest_exponent_is_that_of_the_adjoint() -> None:
    """Transport grows by λ_1 a step, forward or back; the ends cost a few nats, once."""
    given = chaotic(3.0)
    payload = units.payload("lyapunov", given)
    transport = shared.measured(given)["ln_transport"]
    warm, last = given.lengths
    assert payload["warm_up"] == warm
    rate = (transport[1] - transport[0]) / (last - warm)
    np.testing.assert_allclose(payload["exponents"][:, 0], rate, rtol=0, atol=5.0 / (last - warm))


def test_an_overflown_state_withholds_everything() -> None:
    payload = units.payload("lyapunov", setting("rnn identity", {"recurrent": {"kind": "orthogonal", "gain": 5.0}}))
    for name in ("exponents", "block_exponents", "error", "dimension", "entropy_bound", "sum"):
        assert np.isnan(payload[name]).all()


def test_a_lost_direction_has_minus_infinity() -> None:
    """W = 0: J_t = 0 exactly."""
    payload = units.payload("lyapunov", chaotic(0.0, "zeros"))
    assert np.isneginf(payload["exponents"]).all()
    assert (payload["dimension"] == 0).all()
    assert (payload["rounding"] == 0).all()


SPECTRA = [
    ([0.5, 0.0, -1.0], 2.5),
    ([0.5, -0.25, -1.0], 2.25),
    ([-0.1, -2.0], 0.0),
    ([0.3, 0.2], 2.0),
    ([0.3, -np.inf], 1.0),
    ([0.0, -1.0], 1.0),
]


@pytest.mark.parametrize(("exponents", "expected"), SPECTRA)
def test_kaplan_yorke_dimension_of_known_spectra(exponents: list[float], expected: float) -> None:
    assert lyapunov.kaplan_yorke(np.array(exponents)) == pytest.approx(expected)


def test_the_henon_map() -> None:
    """λ_1 = .4192 and D = 1.258 at a = 1.4, b = .3 (Grassberger & Procaccia 1983); the sum is ln b at every step."""
    cell, h0 = Henon(hidden=2), INITIAL_STATES["gaussian"](scale=0.1)
    given = settings.setting(cell, (20_000,), init=cell.Init(), size=1, batch=SAMPLES, h0=h0)
    payload = units.payload("lyapunov", given)
    np.testing.assert_allclose(payload["exponents"][:, 0], 0.4192, rtol=0, atol=0.012)
    assert (np.abs(payload["exponents"][:, 0] - 0.4192) < 4 * payload["error"][:, 0]).all()
    np.testing.assert_allclose(payload["sum"], np.log(0.3), rtol=1e-12)
    np.testing.assert_allclose(payload["dimension"], 1.258, rtol=0, atol=0.008)
    np.testing.assert_allclose(payload["entropy_bound"], payload["exponents"][:, 0])


@pytest.mark.parametrize("longest", [1, 2, 9, 255, 256, 257, 10_000])
def test_warm_up_and_blocks_fill_the_sequence(longest: int) -> None:
    ends = lyapunov.parts(longest)
    assert ends[-1] == longest
    assert ends[0] == int(0.2 * longest)
    assert (np.diff(ends) >= 1).all()
    assert np.ptp(np.diff(ends)) <= 1


def test_the_gap_follows_the_growth_rates() -> None:
    """Directions 1 nat a step apart: 16 steps. One bad window shortens it; a NaN or a zero leaves one step."""
    steady = np.broadcast_to(np.array([0.5, 0.0, -0.5]), (128, 1, 3)).copy()
    chosen = jax.jit(lyapunov.chosen_gap)
    assert chosen(steady) == 16
    assert chosen(0.01 * steady) == 64
    assert chosen(steady + 20.0) == 8  # 300 nats of common growth are the limit
    assert chosen(10 * steady) == 1
    once = steady.copy()
    once[50, 0, 2] = -7.0
    assert chosen(once) == 8
    for bad in (-np.inf, np.nan):
        once[50, 0, 2] = bad
        assert chosen(once) == 1
