"""The gradient cut apart by its steps off the leak, against NumPy, and where cancellation leaves nothing to tell."""

from typing import Any

import jax
import numpy as np
import pytest

from gru_vanish.contracts import Program, Setting, Status
from gru_vanish.flow import MEASURES
from gru_vanish.flow.leak_visits import VISITS, visit_kernel
from tests.flow import path_networks, settings, units
from tests.oracle import numpy_paths
from tests.oracle.numpy_paths import Visits

EMPTY = {"recurrent": "zeros", "input": "zeros"}
LENGTHS = (20, 70)


def setting(name: str, init: Any = None, precision: str = "float64", lengths: tuple[int, ...] = LENGTHS) -> Setting:
    return path_networks.setting(name, init, precision, lengths)


def payload(given: Setting) -> dict[str, np.ndarray]:
    return units.payload("leak_visits", given)


def expected(given: Setting, length: int) -> Visits:
    return numpy_paths.visits(*path_networks.numpy_given(given), length)


def test_numpy() -> None:
    given = setting("gru before replaces")
    found = payload(given)
    assert found["visits"].tolist() == list(range(VISITS))
    for row, length in enumerate(found["lengths"]):
        parts = expected(given, int(length))
        count = min(VISITS, int(length) + 1)
        np.testing.assert_allclose(found["ln_part"][row, :count], parts.ln_norms[:count], rtol=0, atol=1e-12 * length)
        assert np.isneginf(found["ln_part"][row, count:]).all()
        shares = numpy_paths.signed_shares(parts)
        told = ~found["cancelled"][row]
        loss = 20 * np.finfo(np.float64).eps * np.nan_to_num(found["cancellation"][row])[told]
        assert (np.abs(found["share_part"][row, :count] - shares[:count])[:, told] <= loss * length).all()
        further = shares[VISITS:].sum(axis=0)
        assert (np.abs(found["share_further"][row] - further)[told] <= loss * length).all()


def test_the_parts_add_up_to_the_gradient() -> None:
    """‖Σ_k δ^(k) − δ‖ ≤ 100 ε Σ_k ‖δ^(k)‖, also where the sum is all that is left of a cancellation."""
    found, eps = payload(setting("gru before replaces")), float(np.finfo(np.float64).eps)
    assert (found["residual"] <= 100 * eps).all()
    told = ~found["cancelled"]
    total = (found["share_part"].sum(axis=1) + found["share_further"])[told]
    slack = 100 * eps * found["cancellation"][told]
    assert (np.abs(total - 1) <= slack).all()


def test_shares_are_withheld_where_cancellation_leaves_no_digit() -> None:
    """κ of the whole list of parts, without a further one; some samples keep three digits in float32, some none."""
    given = setting("gru before replaces", lengths=(100,), precision="float32")
    member, program = MEASURES["leak_visits"], Program.of(given, "leak_visits")
    found = member.payload(program, jax.jit(visit_kernel(program, 101))(settings.data(given, 0)))
    kappa = numpy_paths.cancellation(expected(given, 100))
    np.testing.assert_allclose(found["cancellation"][0], kappa, rtol=1e-2)
    lost = kappa * np.finfo(np.float32).eps > 1e-3
    assert 0 < lost.mean() < 1
    np.testing.assert_array_equal(found["cancelled"][0], lost)
    np.testing.assert_array_equal(np.isnan(found["share_part"][0]).all(axis=0), lost)
    assert np.isfinite(found["ln_part"][0]).all()
    assert (found["residual"] <= 100 * np.finfo(np.float32).eps).all()


def test_recomputed_chunks_give_the_same_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    given = setting("gru before replaces")
    stored = payload(given)
    monkeypatch.setattr("gru_vanish.flow.layout.STORED_BYTES", 0)
    recomputed = units.payload("leak_visits", given, afresh=True)
    for name in ("ln_part", "ln_further", "ln_h0_gradient"):
        np.testing.assert_allclose(recomputed[name], stored[name], rtol=1e-12, atol=1e-10)


def test_a_gru_without_weights_visits_nothing_else() -> None:
    found = payload(setting("gru before replaces", {**EMPTY, "update_bias": 3.0}))
    np.testing.assert_allclose(found["share_part"][:, 0], 1.0, rtol=1e-12)
    np.testing.assert_array_equal(found["share_part"][:, 1:], 0.0)
    np.testing.assert_allclose(found["cancellation"], 1.0, rtol=1e-6)


def test_a_cell_without_a_leak_visits_at_every_step() -> None:
    found = payload(setting("rnn tanh", {"bias": "uniform"}, "float32"))
    short, long = LENGTHS
    assert short < VISITS < long
    np.testing.assert_allclose(found["share_part"][0, short], 1.0, rtol=1e-6)
    np.testing.assert_allclose(found["share_further"][1], 1.0, rtol=1e-6)
    assert (found["status"][1] != Status.exact_zero).all()
    np.testing.assert_allclose(found["cancellation"], 1.0, rtol=1e-6)
