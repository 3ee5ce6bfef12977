"""Biases: constants as written, distributions of time scales with the sign of the convention."""

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from gru_vanish.contracts import Streams
from gru_vanish.initializers import BIASES, Bias

MANY = 200_000
FIELDS: dict[str, dict[str, Any]] = {"constant": {"value": -2.5}, "chrono": {"t_max": 100.0}}


def draw(kind: str, hidden: int = MANY, keeps: bool = True, **fields: Any) -> np.ndarray:
    initializer = BIASES[kind](**(fields or FIELDS.get(kind, {})))
    return initializer.vector(Streams(3)("weights.update_bias"), hidden, keeps)


def kept_share(biases: np.ndarray, keeps: bool) -> np.ndarray:
    """σ(b) where the gate keeps, σ(−b) where it replaces."""
    return 1 / (1 + np.exp(-biases if keeps else biases))


def log10_rms_power(share: np.ndarray, length: int) -> float:
    """log10 of the rms over units of share^T."""
    return float(0.5 * np.log10(np.mean(np.exp(2 * length * np.log(share)))))


def test_the_table_names_each_by_its_kind_and_the_union_knows_all() -> None:
    for kind, initializer in BIASES.items():
        assert initializer.model_fields["kind"].default == kind
        fields = FIELDS.get(kind, {})
        assert TypeAdapter(Bias).validate_python({"kind": kind, **fields}) == initializer(**fields)
    assert TypeAdapter(Bias).validate_python(-2) == BIASES["constant"](value=-2.0)
    assert TypeAdapter(Bias).validate_python("uniform") == BIASES["uniform"]()


@pytest.mark.parametrize("kind", BIASES)
def test_draws_are_float64_and_repeatable(kind: str) -> None:
    drawn = draw(kind, 50)
    assert (drawn.shape, drawn.dtype) == ((50,), np.float64)
    np.testing.assert_array_equal(drawn, draw(kind, 50))


@pytest.mark.parametrize("kind", ["constant", "zeros", "uniform"])
def test_what_is_no_time_scale_is_taken_as_written(kind: str) -> None:
    np.testing.assert_array_equal(draw(kind, 9, keeps=True), draw(kind, 9, keeps=False))


def test_constant_zero_and_uniform() -> None:
    assert set(draw("constant", 5)) == {-2.5}
    assert not draw("zeros", 5).any()
    drawn = draw("uniform", 10_000)
    assert 0.0099 < np.abs(drawn).max() <= 0.01
    assert drawn.mean() == pytest.approx(0, abs=5 * 0.01 / 3**0.5 / 100)


@pytest.mark.parametrize("kind", ["chrono", "logit_uniform"])
def test_a_time_scale_turns_its_sign_with_the_convention(kind: str) -> None:
    keeps, replaces = draw(kind, 99, keeps=True), draw(kind, 99, keeps=False)
    np.testing.assert_array_equal(keeps, -replaces)
    np.testing.assert_array_equal(kept_share(keeps, True), kept_share(replaces, False))


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize(("t_min", "t_max"), [(2.0, 10.0), (2.0, 1000.0), (50.0, 60.0), (1.5, 1.5)])
def test_chrono_time_scales_fill_their_range(t_min: float, t_max: float, keeps: bool) -> None:
    """A kept share u/(1+u) forgets over 1/(1 − share) = 1 + u steps, u uniform in [t_min − 1, t_max − 1]."""
    drawn = draw("chrono", keeps=keeps, t_min=t_min, t_max=t_max)
    scales = 1 / (1 - kept_share(drawn, keeps))
    width = t_max - t_min
    assert t_min - 1e-9 < scales.min() < t_min + 0.001 * width + 1e-9
    assert t_max - 0.001 * width - 1e-9 < scales.max() < t_max + 1e-9
    assert scales.mean() == pytest.approx((t_min + t_max) / 2, abs=5 * width / (12 * MANY) ** 0.5 + 1e-9)
    assert ((drawn >= 0) == keeps).all() or t_min < 2


@pytest.mark.parametrize(
    ("t_max", "known"),
    [(10.0, (-0.71, -5.22, -46.9)), (100.0, (-0.118, -0.712, -5.03)), (1000.0, (-0.019, -0.120, -0.713))],
)
def test_chrono_is_flat_up_to_its_longest_scale_and_exponential_beyond(t_max: float, known: tuple[float, ...]) -> None:
    share = kept_share(draw("chrono", t_max=t_max), True)
    for length, expected in zip((10, 100, 1000), known, strict=True):
        assert log10_rms_power(share, length) == pytest.approx(expected, rel=0.02, abs=0.001)


@pytest.mark.parametrize("keeps", [True, False])
def test_logit_uniform_is_a_power_law(keeps: bool) -> None:
    share = kept_share(draw("logit_uniform", keeps=keeps), keeps)
    counts, _ = np.histogram(share, bins=10, range=(0, 1))
    assert np.abs(counts - MANY / 10).max() < 5 * (MANY * 0.09) ** 0.5
    for length in (1, 10, 100):
        assert log10_rms_power(share, length) == pytest.approx(-0.5 * np.log10(2 * length + 1), abs=0.02)
    assert np.isfinite(draw("logit_uniform")).all()


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "chrono"},
        {"kind": "chrono", "t_max": 1.0},
        {"kind": "chrono", "t_min": 20.0, "t_max": 10.0},
        {"kind": "constant"},
        True,
        "ones",
        float("inf"),
    ],
)
def test_what_is_not_known_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Bias).validate_python(value)
