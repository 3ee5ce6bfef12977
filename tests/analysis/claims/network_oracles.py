"""Closed forms of linear, random and driven networks by another way: quadrature, or networks drawn in NumPy."""

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gru_vanish.analysis.claims.forms.matrices import LARGEST, RADIUS
from gru_vanish.analysis.claims.quantities import NotMeasuredError
from tests.analysis.claims.asked import Setting, at, by_quadrature, gaussian, identity, setting, value


def a_scaled_rotation() -> None:
    """Singular values of a product of 5 random rotations times 0.9."""
    q = np.linalg.qr(np.random.default_rng(1).standard_normal((8, 8)))[0]
    spread = np.log(np.linalg.svd(np.linalg.matrix_power(0.9 * q, 5), compute_uv=False))
    one = setting({"kind": "rnn", "activation": "identity", "init": {"recurrent": {"kind": "orthogonal", "gain": 0.9}}})
    ln = value("linear_orthogonal", one, "jacobian.entries.ln_singular_value", at(5, rank=3))
    np.testing.assert_allclose(spread, ln, rtol=1e-12)
    assert value("linear_orthogonal", one, "decay_rate") == pytest.approx(-math.log(0.9))
    assert value("linear_orthogonal", one, "jacobian.largest_per_step") == pytest.approx(math.log(0.9))


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


def a_bound_of_the_matrix() -> None:
    known = SimpleNamespace(ln_bound_per_step=math.log(1.7))
    one = setting({"kind": "rnn", "activation": "tanh", "init": {"recurrent": gaussian()}})
    found = value("pascanu_bound", one, "transport", at(3), recurrent_spectrum=known)
    assert found == pytest.approx(3 * math.log(1.7))


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


def an_autonomous_network() -> None:
    one = tanh_network(2.0, h0={"kind": "gaussian", "scale": 1.0})
    q = 4.0
    for _ in range(200):
        q = 4.0 * by_quadrature(lambda z, q=q: math.tanh(math.sqrt(q) * z) ** 2)
    exponent = 0.5 * math.log(4.0 * by_quadrature(lambda z: math.cosh(math.sqrt(q) * z) ** -4))
    assert value("random_network_exponent", one, "lyapunov.largest") == pytest.approx(exponent, abs=1e-8)
    assert value("random_network_exponent", one, "decay_rate") == pytest.approx(-exponent, abs=1e-8)


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


def walks_above_zero() -> None:
    """400 000 walks of 12 steps, whose steps are uniform: the chance is the same for every symmetric distribution."""
    steps = np.random.default_rng(9).uniform(-1, 1, (400_000, 12))
    share = float((np.cumsum(steps, axis=1) > 0).all(axis=1).mean())
    inputs = {"kind": "uniform", "size": 3, "scale": 1.0, "batch": 4}
    one = setting({"kind": "irnn", "init": {"recurrent": identity(), "input": gaussian()}}, inputs)
    assert value("identity_walk", one, "ln_rms", at(12)) == pytest.approx(0.25 + 0.5 * math.log(share), abs=5e-3)
    late = value("identity_walk", one, "ln_rms", at(100_000))
    assert late == pytest.approx(0.25 - 0.25 * math.log(math.pi * 100_000), abs=1e-5)


NETWORKS: dict[str, Callable[[], None]] = {
    "linear_orthogonal": a_scaled_rotation,
    "gaussian_first_step": a_gaussian_matrix,
    "linear_sensitivity": linear_units,
    "plain_zero": a_norm_that_squares,
    "pascanu_bound": a_bound_of_the_matrix,
    "spectral_edges": random_matrices,
    "random_network_exponent": an_autonomous_network,
    "driven_network_exponent": a_driven_network,
    "identity_walk": walks_above_zero,
}
