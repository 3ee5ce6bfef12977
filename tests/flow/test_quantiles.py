"""Quantiles of any numbers, against NumPy's."""

import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish.flow.quantiles import quantiles

LEVELS = (0.0, 0.05, 0.25, 0.5, 0.9, 1.0)
RNG = np.random.default_rng(2)
VALUES = {
    "normal": RNG.normal(size=(5, 7)),
    "negative": -RNG.exponential(size=(5, 7)),
    "zeros of both signs": RNG.choice([0.0, -0.0, 1.0, -1.0], (5, 7)),
    "all sizes": RNG.choice([-1, 1], (5, 7)) * 10.0 ** RNG.uniform(-37, 37, (5, 7)),
    "one": RNG.normal(size=(1, 1)),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", VALUES)
def test_all_rows(name: str, dtype: type) -> None:
    values = VALUES[name].astype(dtype)
    found = quantiles(jnp.asarray(values), jnp.ones(len(values), bool), LEVELS)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, np.quantile(values.astype(np.float64), LEVELS), rtol=1e-14, atol=0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("fill", [np.nan, np.inf, -np.inf])
def test_rows_that_do_not_count(dtype: type, fill: float) -> None:
    values = VALUES["normal"].astype(dtype)
    counted = np.array([True, False, True, True, False])
    values[~counted] = fill
    found = quantiles(jnp.asarray(values), jnp.asarray(counted), LEVELS)
    np.testing.assert_allclose(found, np.quantile(values[counted].astype(np.float64), LEVELS), rtol=1e-14)
    assert np.isnan(quantiles(jnp.asarray(values), jnp.zeros(5, bool), LEVELS)).all()
