"""Moments, bounds and orthogonality of every matrix initialiser."""

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from gru_vanish.contracts import Streams
from gru_vanish.initializers import MATRICES, Matrix

ROWS, COLUMNS, HIDDEN = 300, 200, 100
SHAPES = [(ROWS, COLUMNS), (COLUMNS, ROWS), (COLUMNS, COLUMNS)]


def draw(kind: str, rows: int = ROWS, columns: int = COLUMNS, seed: int = 0, **fields: Any) -> np.ndarray:
    rng = Streams(seed)("weights")
    return MATRICES[kind](**fields).matrix(rng, rows, columns, HIDDEN)


def test_the_table_names_each_by_its_kind_and_the_union_knows_all() -> None:
    for kind, initializer in MATRICES.items():
        assert initializer.model_fields["kind"].default == kind
        by_name, by_mapping = (TypeAdapter(Matrix).validate_python(value) for value in (kind, {"kind": kind}))
        assert by_name == by_mapping == initializer()


@pytest.mark.parametrize("kind", MATRICES)
def test_draws_are_float64_finite_and_repeatable(kind: str) -> None:
    for rows, columns in SHAPES:
        drawn = draw(kind, rows, columns)
        assert (drawn.shape, drawn.dtype) == ((rows, columns), np.float64)
        assert np.isfinite(drawn).all()
        np.testing.assert_array_equal(drawn, draw(kind, rows, columns))


@pytest.mark.parametrize("kind", sorted(set(MATRICES) - {"zeros"}))
def test_the_gain_multiplies_every_entry(kind: str) -> None:
    np.testing.assert_array_equal(draw(kind, gain=-2.0), -2.0 * draw(kind))
    assert not draw(kind, gain=0.0).any()


BOUNDS = {"uniform": HIDDEN**-0.5, "glorot": (6 / (ROWS + COLUMNS)) ** 0.5}


@pytest.mark.parametrize("kind", BOUNDS)
def test_uniform_distributions_fill_their_interval_evenly(kind: str) -> None:
    scaled = draw(kind) / BOUNDS[kind]
    assert np.abs(scaled).max() <= 1
    counts, _ = np.histogram(scaled, bins=10, range=(-1, 1))
    # 60,000 entries: a bin holds 6,000 ± 73.
    assert np.abs(counts - scaled.size / 10).max() < 5 * 73


@pytest.mark.parametrize(
    ("kind", "variance"),
    [
        ("uniform", 1 / (3 * HIDDEN)),
        ("glorot", 2 / (ROWS + COLUMNS)),
        ("gaussian", 1 / COLUMNS),
        ("lecun", 1 / COLUMNS),
    ],
)
def test_mean_and_variance(kind: str, variance: float) -> None:
    drawn = draw(kind)
    assert drawn.mean() == pytest.approx(0, abs=5 * (variance / drawn.size) ** 0.5)
    assert drawn.var() == pytest.approx(variance, rel=0.03)


def test_gaussian_has_the_tails_of_a_normal_and_lecun_has_none() -> None:
    gaussian, cut = draw("gaussian") * COLUMNS**0.5, draw("lecun") * COLUMNS**0.5
    assert np.mean(gaussian**4) == pytest.approx(3.0, rel=0.05)
    # Cut at two standard deviations of the uncut normal, 2 / 0.8796 of its own.
    assert 2.2 < np.abs(cut).max() <= 2 / 0.879625


@pytest.mark.parametrize(("rows", "columns"), SHAPES)
def test_orthogonal_columns_or_rows(rows: int, columns: int) -> None:
    q = draw("orthogonal", rows, columns)
    gram = q.T @ q if rows >= columns else q @ q.T
    np.testing.assert_allclose(gram, np.eye(min(rows, columns)), atol=1e-13)


def test_orthogonal_prefers_no_direction() -> None:
    """Haar: traces of 3×3 rotations have mean 0 and variance 1; QR without its signs has mean −1.4 or so."""
    rng = np.random.default_rng(0)
    initializer = MATRICES["orthogonal"]()
    matrices = np.stack([initializer.matrix(rng, 3, 3, 3) for _ in range(2000)])
    traces = np.trace(matrices, axis1=1, axis2=2)
    assert traces.mean() == pytest.approx(0, abs=5 / 2000**0.5)
    assert traces.var() == pytest.approx(1, abs=0.15)
    assert np.mean(np.linalg.det(matrices) > 0) == pytest.approx(0.5, abs=0.06)


def test_identity_and_zeros() -> None:
    for rows, columns in SHAPES:
        np.testing.assert_array_equal(draw("identity", rows, columns, gain=0.5), 0.5 * np.eye(rows, columns))
        assert not draw("zeros", rows, columns).any()


@pytest.mark.parametrize(
    "value",
    [
        "unifrom",
        {"kind": "uniform", "gian": 1.0},
        {"kind": "uniform", "gain": float("nan")},
        {"gain": 1.0},
        3.0,
    ],
)
def test_what_is_not_known_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Matrix).validate_python(value)
