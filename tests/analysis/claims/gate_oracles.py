"""Closed forms of gates, leaks and diagonal recurrences by another way: quadrature, by hand, or drawn in NumPy."""

import math
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import integrate

from tests.analysis.claims.asked import ZEROS, Setting, at, by_quadrature, gaussian, identity, number, setting, value


def a_gru_of_gates() -> None:
    cell = {"kind": "gru", "update_gate": "replaces", "init": {"recurrent": ZEROS, "update_bias": number(1.5)}}
    assert value("gru_zero_weights", setting(cell), "transport", at(7)) == pytest.approx(
        7 * math.log(1 / (1 + math.e**1.5))
    )


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


def a_product_of_forget_gates() -> None:
    one = setting({"kind": "lstm", "init": {"recurrent": gaussian(), "input": gaussian(), "forget_bias": number(1.0)}})
    assert value("forget_gates", one, "decay_rate") == pytest.approx(0.31326168751)


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


def euler_steps() -> None:
    """Eigenvalues of an antisymmetric matrix of 400 rows; the matrix itself, not the semicircle."""
    w = 0.9 * np.random.default_rng(7).standard_normal((400, 400)) / math.sqrt(400)
    omega = np.linalg.eigvalsh(1j * (w - w.T))
    powers = ((1 - 0.1 * 0.3) ** 2 + (0.1 * omega) ** 2) ** 25
    init = {"recurrent": gaussian(0.9), "step": 0.1, "diffusion": 0.3}
    one = setting({"kind": "antisymmetric", "init": init})
    ln = value("antisymmetric_at_rest", one, "transport", at(25))
    assert ln == pytest.approx(0.5 * math.log(powers.mean()), abs=0.01)


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


def powers_of_a_diagonal() -> None:
    kept = np.array([0.9, 0.5, 0.2])
    known = SimpleNamespace(lengths=np.array([2, 5]), ln=np.array([2 * np.log(kept), [0, 0, 0]]))
    one = setting({"kind": "lru", "init": {"r_min": 0.1, "r_max": 0.9}})
    norm = np.linalg.norm(np.linalg.matrix_power(np.diag(kept), 5))
    found = value("diagonal_powers", one, "jacobian.entries.ln_frobenius", at(5, rank=1), jacobian=known)
    assert found == pytest.approx(math.log(norm))
    second = value("diagonal_powers", one, "jacobian.entries.ln_singular_value", at(5, rank=2), jacobian=known)
    assert second == pytest.approx(5 * math.log(0.5))


def a_ring_of_eigenvalues() -> None:
    for low, high in ((0.0, 1.0), (0.4, 0.95)):
        one = setting({"kind": "lru", "init": {"r_min": low, "r_max": high}})
        mean = integrate.quad(lambda s: s**9 / (high**2 - low**2), low**2, high**2)[0]  # noqa: B023
        assert value("lru_ring", one, "transport", at(9)) == pytest.approx(0.5 * math.log(mean), rel=1e-9)


def gate_of_noise() -> Setting:
    inputs = {"kind": "gaussian", "size": 1, "scale": 0.5, "batch": 10}
    init = {"input": identity(3.0), "update_bias": number(0.4)}
    return setting({"kind": "min_gru", "hidden": 1, "init": init}, inputs)


def a_typical_gate() -> None:
    mean = by_quadrature(lambda z: -math.log1p(math.exp(1.5 * z + 0.4)))
    assert value("random_gate_typical", gate_of_noise(), "transport", at(6)) == pytest.approx(6 * mean, abs=1e-9)


def a_mean_gate() -> None:
    square = by_quadrature(lambda z: (1 + math.exp(1.5 * z + 0.4)) ** -2)
    found = value("random_gate_mean", gate_of_noise(), "ln_rms", at(6))
    assert found == pytest.approx(0.25 + 3 * math.log(square), abs=1e-9)
    assert found - 0.25 > value("random_gate_typical", gate_of_noise(), "transport", at(6)) + 0.5


GATES: dict[str, Callable[[], None]] = {
    "gru_zero_weights": a_gru_of_gates,
    "lstm_zero_weights": an_lstm_of_gates,
    "forget_gates": a_product_of_forget_gates,
    "gru_at_rest": powers_of_two_terms,
    "antisymmetric_at_rest": euler_steps,
    "time_scales": gates_of_many_scales,
    "diagonal_powers": powers_of_a_diagonal,
    "lru_ring": a_ring_of_eigenvalues,
    "random_gate_typical": a_typical_gate,
    "random_gate_mean": a_mean_gate,
}
