"""The article's GRU with uniform weights ±1/√n, n = 128, 32 normal inputs and b_z = 0, at T = 100."""

import numpy as np
import pytest

from gru_vanish.cells import GRU
from tests.flow import settings, units

GIVEN = settings.setting(GRU(hidden=128), (100,), init=GRU.Init(), precision="float32", size=32)


@pytest.fixture(scope="module")
def shares() -> dict[str, np.ndarray]:
    return units.payload("path_shares", GIVEN)


@pytest.fixture(scope="module")
def products() -> dict[str, np.ndarray]:
    return units.payload("path_products", GIVEN)


def test_four_fifths_come_by_the_leak(shares: dict[str, np.ndarray]) -> None:
    assert shares["total_leak"].mean() / 100 == pytest.approx(0.80, abs=0.02)
    assert shares["visits"].mean() == pytest.approx(20, abs=2)
    rest = sum(shares[f"total_{path}"].mean() for path in ("update", "candidate", "reset")) / 100
    assert rest == pytest.approx(0.20, abs=0.02)


def test_neither_the_leak_alone_nor_the_rest_alone_is_the_gradient(products: dict[str, np.ndarray]) -> None:
    """Relative to the gradient the leak alone is e^−21 and everything but the leak e^−146: products mislead."""
    whole = products["ln_h0_gradient"]
    assert (products["ln_alone_leak"] - whole).mean() == pytest.approx(-20.9, abs=1.0)
    assert (products["ln_without_leak"] - whole).mean() == pytest.approx(-146, abs=4.0)
