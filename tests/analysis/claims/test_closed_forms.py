"""Every closed form against another way to its number: quadrature, sums written out, or networks drawn in NumPy."""

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import integrate

from gru_vanish.analysis.claims.closed_forms import CLOSED_FORMS, Given
from gru_vanish.analysis.claims.forms.matrices import LARGEST, RADIUS
from gru_vanish.analysis.claims.quantities import Index, NotMeasuredError

ORACLES: dict[str, Callable[[], None]] = {}
"""By the closed form's name; a test sees that none is left out."""

Setting = dict[str, Any]
ZEROS = {"kind": "zeros"}
SILENT = {"kind": "zeros", "size": 1, "batch": 1}
ALL_RATES = ("transport", "decay_rate")


def gaussian(gain: float = 1.0) -> Setting:
    return {"kind": "gaussian", "gain": gain}


def identity(gain: float = 1.0) -> Setting:
    return {"kind": "identity", "gain": gain}


def number(value: float) -> Setting:
    return {"kind": "constant", "value": value}


def setting(
    cell: Setting, inputs: Setting = SILENT, lengths: tuple[int, ...] = (1, 10, 20, 40), **more: Any
) -> Setting:
    cell = {"hidden": 8, **cell, "init": {"bias": ZEROS, "input": ZEROS, **cell["init"]}}
    base = {"h0": ZEROS, "loss": {"kind": "projection"}, "lengths": list(lengths), "precision": "float64"}
    return {**base, "cell": cell, "inputs": inputs, **more}


def value(name: str, of: Setting, metric: str = "transport", index: Index = (), **beside: Any) -> float:
    """The form's number of seed 0, for a setting that it fits; δ_T has the norm e^0.25."""
    form = CLOSED_FORMS[name]
    assert form.misfit(of) is None
    assert metric in form.metrics
    curve = SimpleNamespace(seed=0, typical=np.array([np.nan, 1.25]), transport=np.array([np.nan, 1.0]))
    headline = SimpleNamespace(series=[SimpleNamespace(curves=(curve,))])
    tables = {measure: SimpleNamespace(series=[SimpleNamespace(seeds={0: known})]) for measure, known in beside.items()}
    part = "recurrent" if metric == "lag_shares.ln_gradient" else None
    quantities: Any = SimpleNamespace(headline=lambda: headline, of=tables.__getitem__)
    return form.sample(Given(of, 0, quantities, (0,)), metric, index, part).values[0]


def at(length: int, **more: int) -> Index:
    return (("length", length), *more.items())


def by_quadrature(of: Callable[[float], float]) -> float:
    """E of(z), z ~ N(0, 1)."""
    whole = integrate.quad(lambda z: of(z) * math.exp(-z * z / 2), -12, 12, points=[0.0], limit=300, epsabs=1e-12)
    return float(whole[0]) / math.sqrt(2 * math.pi)


def oracle(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Say of which form a function is the oracle."""

    def listed(of: Callable[[], None]) -> Callable[[], None]:
        ORACLES[name] = of
        return of

    return listed


@oracle("gru_zero_weights")
def a_gru_of_gates() -> None:
    cell = {"kind": "gru", "update_gate": "replaces", "init": {"recurrent": ZEROS, "update_bias": number(1.5)}}
    assert value("gru_zero_weights", setting(cell), "transport", at(7)) == pytest.approx(
        7 * math.log(1 / (1 + math.e**1.5))
    )


@oracle("lstm_zero_weights")
def an_lstm_of_gates() -> None:
    """Forward and back by hand: c = σ(b_f) c, h = σ(b_o) tanh c around c = 0."""
    init = {"recurrent": ZEROS, "forget_bias": number(1.0), "output_bias": number(-0.5)}
    one = setting({"kind": "lstm", "init": init})
    sigma = [1 / (1 + math.exp(-b)) for b in (1.0, -0.5)]
    back = sigma[1]
    for _ in range(12):
        back *= sigma[0]
    assert value("lstm_zero_weights", one, "transport", at(12)) == pytest.approx(math.log(back), rel=1e-12)
    assert value("lstm_zero_weights", one, "decay_rate") == pytest.approx(-math.log(0.7310585786), rel=1e-9)


@oracle("forget_gates")
def a_product_of_forget_gates() -> None:
    one = setting({"kind": "lstm", "init": {"recurrent": gaussian(), "input": gaussian(), "forget_bias": number(1.0)}})
    assert value("forget_gates", one, "decay_rate") == pytest.approx(0.31326168751)


@oracle("linear_orthogonal")
def a_scaled_rotation() -> None:
    """Singular values of a product of 5 random rotations times 0.9."""
    q = np.linalg.qr(np.random.default_rng(1).standard_normal((8, 8)))[0]
    spread = np.log(np.linalg.svd(np.linalg.matrix_power(0.9 * q, 5), compute_uv=False))
    one = setting({"kind": "rnn", "activation": "identity", "init": {"recurrent": {"kind": "orthogonal", "gain": 0.9}}})
    ln = value("linear_orthogonal", one, "jacobian.entries.ln_singular_value", at(5, rank=3))
    np.testing.assert_allclose(spread, ln, rtol=1e-12)
    assert value("linear_orthogonal", one, "decay_rate") == pytest.approx(-math.log(0.9))
    assert value("linear_orthogonal", one, "jacobian.largest_per_step") == pytest.approx(math.log(0.9))


@oracle("gaussian_first_step")
def a_gaussian_matrix() -> None:
    """400 000 matrices of two rows: mean of ln, and beside it the mean square, which is not the same."""
    w = np.random.default_rng(2).standard_normal((400_000, 2)) * 1.3 / math.sqrt(2)
    square = (w**2).sum(axis=1)
    one = setting({"kind": "rnn", "hidden": 2, "activation": "identity", "init": {"recurrent": gaussian(1.3)}})
    ln = value("gaussian_first_step", one, "transport", at(1))
    assert ln == pytest.approx(0.5 * float(np.log(square).mean()), abs=4e-3)
    assert ln < 0.5 * math.log(float(square.mean())) - 0.28
    with pytest.raises(NotMeasuredError, match="T = 1 alone"):
        value("gaussian_first_step", one, "transport", at(2))


@oracle("linear_sensitivity")
def linear_units() -> None:
    """dh/dλ by the recursion d = h + λ d, of 3000 draws of 8 units; and the limit of long sequences."""
    rng, pole, steps = np.random.default_rng(3), 0.8, 60
    h, d = np.zeros((3000, 8)), np.zeros((3000, 8))
    for _ in range(steps):
        d = h + pole * d
        h = pole * h + 1.5 * rng.standard_normal(h.shape)
    inputs = {"kind": "gaussian", "size": 8, "scale": 1.5, "batch": 1}
    cell = {"kind": "rnn", "activation": "identity", "init": {"recurrent": identity(pole), "input": identity()}}
    one = setting(cell, inputs, (1, 10, steps))
    ln = value("linear_sensitivity", one, "lag_shares.ln_gradient")
    assert ln == pytest.approx(0.25 + 0.5 * float(np.log((d**2).sum(axis=1)).mean()), abs=0.015)
    square = 8 * 1.5**2 * (1 + pole**2) / (1 - pole**2) ** 3
    assert 0.5 * math.log((d**2).sum(axis=1).mean()) == pytest.approx(0.5 * math.log(square), abs=0.015)


@oracle("plain_zero")
def a_norm_that_squares() -> None:
    """NumPy's float32 keeps subnormal squares, so they are flushed by hand."""
    cell = {"kind": "rnn", "hidden": 2, "activation": "identity", "init": {"recurrent": identity(0.5)}}
    one = setting(cell, precision="float32")
    c = np.exp(0.25) * np.array([math.cos(0.3), math.sin(0.3)])
    seen = []
    for length in range(55, 75):
        square = (np.float32(0.5**length) * c.astype(np.float32)) ** 2
        flushed = np.where(square < np.finfo(np.float32).tiny, np.float32(0), square)
        said = value("plain_zero", one, "share_plain_zero", at(length))
        seen.append(said)
        assert math.isnan(said) or said == float(flushed.sum() == 0)
    assert {0.0, 1.0} <= set(seen)
    assert np.isnan(seen).sum() <= 1


@oracle("pascanu_bound")
def a_bound_of_the_matrix() -> None:
    known = SimpleNamespace(ln_bound_per_step=math.log(1.7))
    one = setting({"kind": "rnn", "activation": "tanh", "init": {"recurrent": gaussian()}})
    found = value("pascanu_bound", one, "transport", at(3), recurrent_spectrum=known)
    assert found == pytest.approx(3 * math.log(1.7))


@oracle("spectral_edges")
def random_matrices() -> None:
    """Matrices of 120 rows; a joint draw is the QR of a tall one, cut."""
    rng, n = np.random.default_rng(4), 120
    tall = {gates: np.linalg.qr(rng.standard_normal((gates * n, n)))[0][:n] for gates in (3, 4)}
    bound = math.sqrt(6 / (3 * n + n))
    for kind, cell, scope, matrix in (
        ("gaussian", "rnn", None, 1.4 * rng.standard_normal((n, n)) / math.sqrt(n)),
        ("uniform", "rnn", None, 1.4 * rng.uniform(-1, 1, (n, n)) / math.sqrt(n)),
        ("glorot", "gru", "joint", 1.4 * rng.uniform(-bound, bound, (n, n))),
        ("orthogonal", "gru", "joint", 1.4 * tall[3]),
        ("orthogonal", "lstm", "joint", 1.4 * tall[4]),
        ("orthogonal", "gru", "per_gate", 1.4 * np.linalg.qr(rng.standard_normal((n, n)))[0]),
    ):
        one = setting({"kind": cell, "hidden": n, "init": {"recurrent": {"kind": kind, "gain": 1.4}, "scope": scope}})
        radius, largest = np.abs(np.linalg.eigvals(matrix)).max(), np.linalg.norm(matrix, 2)
        assert value("spectral_edges", one, RADIUS) == pytest.approx(radius, rel=0.1), (kind, cell)
        assert value("spectral_edges", one, LARGEST) == pytest.approx(largest, rel=0.05), (kind, cell)


def tanh_network(gain: float, **more: Any) -> Setting:
    return setting(
        {"kind": "rnn", "activation": "tanh", "init": {"recurrent": gaussian(gain), **more.pop("init", {})}}, **more
    )


@oracle("random_network_exponent")
def an_autonomous_network() -> None:
    one = tanh_network(2.0, h0={"kind": "gaussian", "scale": 1.0})
    q = 4.0
    for _ in range(200):
        q = 4.0 * by_quadrature(lambda z, q=q: math.tanh(math.sqrt(q) * z) ** 2)
    exponent = 0.5 * math.log(4.0 * by_quadrature(lambda z: math.cosh(math.sqrt(q) * z) ** -4))
    assert value("random_network_exponent", one, "lyapunov.largest") == pytest.approx(exponent, abs=1e-8)
    assert value("random_network_exponent", one, "decay_rate") == pytest.approx(-exponent, abs=1e-8)


@oracle("driven_network_exponent")
def a_driven_network() -> None:
    """q by iteration with quadrature; and the gradient of one network of 600 units, by hand."""
    inputs = {"kind": "gaussian", "size": 300, "scale": 0.5, "batch": 1}
    one = tanh_network(1.5, init={"input": gaussian(2.0)}, inputs=inputs)
    q = 1.0
    for _ in range(100):
        q = 1.5**2 * by_quadrature(lambda z, q=q: math.tanh(math.sqrt(q) * z) ** 2) + 1.0
    exponent = 0.5 * math.log(1.5**2 * by_quadrature(lambda z: math.cosh(math.sqrt(q) * z) ** -4))
    found = value("driven_network_exponent", one, "decay_rate")
    assert found == pytest.approx(-exponent, abs=1e-8)
    rng, n, steps = np.random.default_rng(5), 600, 40
    w, u = 1.5 * rng.standard_normal((n, n)) / math.sqrt(n), 2.0 * rng.standard_normal((n, 300)) / math.sqrt(300)
    h, fields = np.zeros(n), []
    for _ in range(steps):
        fields.append(w @ h + u @ (0.5 * rng.standard_normal(300)))
        h = np.tanh(fields[-1])
    delta = rng.standard_normal(n)
    norms = [np.linalg.norm(delta)]
    for a in reversed(fields):
        delta = w.T @ (delta / np.cosh(a) ** 2)
        norms.append(np.linalg.norm(delta))
    assert found == pytest.approx(-math.log(norms[-1] / norms[0]) / steps, abs=0.03)


@oracle("gru_at_rest")
def powers_of_two_terms() -> None:
    """E‖((aI + bW)ᵀ)^T c‖² over 60 matrices of 200 rows."""
    rng, n, steps = np.random.default_rng(6), 200, 12
    init = {"recurrent": gaussian(1.2), "recurrent_bias": ZEROS, "update_bias": number(-1.0), "reset_bias": number(0.5)}
    one = setting({"kind": "gru", "update_gate": "replaces", "init": init})
    z, r = 1 / (1 + math.e), 1 / (1 + math.exp(-0.5))
    squares = []
    for _ in range(60):
        w = 1.2 * rng.standard_normal((n, n)) / math.sqrt(n)
        c = rng.standard_normal(n) / math.sqrt(n)
        for _ in range(steps):
            c = (1 - z) * c + z * r * (w.T @ c)
        squares.append((c**2).sum())
    ln = value("gru_at_rest", one, "transport", at(steps))
    assert ln == pytest.approx(0.5 * math.log(np.mean(squares)), abs=0.03)
    long = value("gru_at_rest", one, "transport", at(4000)) - value("gru_at_rest", one, "transport", at(3999))
    assert long == pytest.approx(math.log(1 - z + z * r * 1.2), abs=1e-4)


@oracle("antisymmetric_at_rest")
def euler_steps() -> None:
    """Eigenvalues of an antisymmetric matrix of 400 rows; the matrix itself, not the semicircle."""
    w = 0.9 * np.random.default_rng(7).standard_normal((400, 400)) / math.sqrt(400)
    omega = np.linalg.eigvalsh(1j * (w - w.T))
    powers = ((1 - 0.1 * 0.3) ** 2 + (0.1 * omega) ** 2) ** 25
    init = {"recurrent": gaussian(0.9), "step": 0.1, "diffusion": 0.3}
    one = setting({"kind": "antisymmetric", "init": init})
    ln = value("antisymmetric_at_rest", one, "transport", at(25))
    assert ln == pytest.approx(0.5 * math.log(powers.mean()), abs=0.01)


@oracle("time_scales")
def gates_of_many_scales() -> None:
    """Two million biases drawn; and the table of the chrono curve, in decades."""
    u = np.random.default_rng(8).uniform(1, 99, 2_000_000)
    chrono = {"kind": "chrono", "t_min": 2.0, "t_max": 100.0}
    one = setting({"kind": "min_gru", "init": {"update_bias": chrono}})
    for length, decades in ((10, -0.118), (100, -0.712), (1000, -5.03)):
        ln = value("time_scales", one, "transport", at(length))
        assert ln == pytest.approx(0.5 * math.log(np.mean((u / (1 + u)) ** (2 * length))), abs=5e-3)
        assert ln / math.log(10) == pytest.approx(decades, abs=6e-3)
    flat = setting({"kind": "min_gru", "init": {"update_bias": {"kind": "logit_uniform"}}})
    share = integrate.quad(lambda k: k**14, 0, 1)[0]
    assert value("time_scales", flat, "transport", at(7)) == pytest.approx(0.5 * math.log(share))


@oracle("diagonal_powers")
def powers_of_a_diagonal() -> None:
    kept = np.array([0.9, 0.5, 0.2])
    known = SimpleNamespace(lengths=np.array([2, 5]), ln=np.array([2 * np.log(kept), [0, 0, 0]]))
    one = setting({"kind": "lru", "init": {"r_min": 0.1, "r_max": 0.9}})
    norm = np.linalg.norm(np.linalg.matrix_power(np.diag(kept), 5))
    found = value("diagonal_powers", one, "jacobian.entries.ln_frobenius", at(5, rank=1), jacobian=known)
    assert found == pytest.approx(math.log(norm))
    second = value("diagonal_powers", one, "jacobian.entries.ln_singular_value", at(5, rank=2), jacobian=known)
    assert second == pytest.approx(5 * math.log(0.5))


@oracle("lru_ring")
def a_ring_of_eigenvalues() -> None:
    for low, high in ((0.0, 1.0), (0.4, 0.95)):
        one = setting({"kind": "lru", "init": {"r_min": low, "r_max": high}})
        mean = integrate.quad(lambda s: s**9 / (high**2 - low**2), low**2, high**2)[0]  # noqa: B023
        assert value("lru_ring", one, "transport", at(9)) == pytest.approx(0.5 * math.log(mean), rel=1e-9)


def gate_of_noise() -> Setting:
    inputs = {"kind": "gaussian", "size": 1, "scale": 0.5, "batch": 10}
    init = {"input": identity(3.0), "update_bias": number(0.4)}
    return setting({"kind": "min_gru", "hidden": 1, "init": init}, inputs)


@oracle("random_gate_typical")
def a_typical_gate() -> None:
    mean = by_quadrature(lambda z: -math.log1p(math.exp(1.5 * z + 0.4)))
    assert value("random_gate_typical", gate_of_noise(), "transport", at(6)) == pytest.approx(6 * mean, abs=1e-9)


@oracle("random_gate_mean")
def a_mean_gate() -> None:
    square = by_quadrature(lambda z: (1 + math.exp(1.5 * z + 0.4)) ** -2)
    found = value("random_gate_mean", gate_of_noise(), "ln_rms", at(6))
    assert found == pytest.approx(0.25 + 3 * math.log(square), abs=1e-9)
    assert found - 0.25 > value("random_gate_typical", gate_of_noise(), "transport", at(6)) + 0.5


@oracle("identity_walk")
def walks_above_zero() -> None:
    """400 000 walks of 12 steps, whose steps are uniform: the chance is the same for every symmetric distribution."""
    steps = np.random.default_rng(9).uniform(-1, 1, (400_000, 12))
    share = float((np.cumsum(steps, axis=1) > 0).all(axis=1).mean())
    inputs = {"kind": "uniform", "size": 3, "scale": 1.0, "batch": 4}
    one = setting({"kind": "irnn", "init": {"recurrent": identity(), "input": gaussian()}}, inputs)
    assert value("identity_walk", one, "ln_rms", at(12)) == pytest.approx(0.25 + 0.5 * math.log(share), abs=5e-3)
    late = value("identity_walk", one, "ln_rms", at(100_000))
    assert late == pytest.approx(0.25 - 0.25 * math.log(math.pi * 100_000), abs=1e-5)


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_a_closed_form_against_its_oracle(name: str) -> None:
    ORACLES[name]()


@pytest.mark.parametrize(
    "name", [name for name, form in CLOSED_FORMS.items() if form.curve and form.metrics[:2] == ALL_RATES]
)
def test_the_rate_of_a_curve_is_that_between_its_ends(name: str) -> None:
    """As `decay_rate` is measured: from T_0, the first length from max(10, T_max/10) on, to T_max."""
    inits: dict[str, Setting] = {
        "lstm_zero_weights": {"kind": "lstm", "init": {"recurrent": ZEROS, "forget_bias": number(2.0)}},
        "gru_at_rest": {
            "kind": "gru",
            "update_gate": "keeps",
            "init": {"recurrent": gaussian(), "update_bias": number(1.0), "reset_bias": number(0.0)},
        },
        "antisymmetric_at_rest": {
            "kind": "antisymmetric",
            "init": {"recurrent": gaussian(), "step": 0.1, "diffusion": 0.0},
        },
        "time_scales": {"kind": "min_gru", "init": {"update_bias": {"kind": "logit_uniform"}}},
        "lru_ring": {"kind": "lru", "init": {"r_min": 0.0, "r_max": 1.0}},
    }
    cell = inits[name]
    if cell["kind"] == "lstm":
        cell["init"]["output_bias"] = number(0.0)
    one = setting(cell)
    ends = [value(name, one, "transport", at(length)) for length in (10, 40)]
    assert value(name, one, "decay_rate") == pytest.approx(-(ends[1] - ends[0]) / 30)
