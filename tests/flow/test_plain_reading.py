"""What plain code shows in float32 and bfloat16: powers of two, which are exact, and a gate that rounds to 1."""

import math

import numpy as np

from gru_vanish.cells import GRU, RNN
from gru_vanish.contracts import Setting
from tests.flow import settings, units

LENGTHS = (4, 30, 100)


def read(setting: Setting) -> dict[str, np.ndarray]:
    return units.payload("plain_reading", setting)


def test_powers_of_two_are_read_exactly_until_their_squares_leave_the_range() -> None:
    """h ← h/2: ‖dL_T/dh_0‖ = 2^−T ‖c‖; both dtypes have the range of float32, and bfloat16 rounds c alone."""
    cell = RNN(hidden=5, activation="identity")
    init = cell.Init.model_validate({"recurrent": {"kind": "identity", "gain": 0.5}, "input": "zeros"})
    found = read(settings.setting(cell, LENGTHS, init=init, precision="float64", batch=2))
    ln = found["ln_h0_gradient"]
    np.testing.assert_allclose(ln - ln[:1], -math.log(2) * (np.asarray(LENGTHS)[:, None] - 4.0) + 0 * ln, atol=1e-12)
    for dtype, rounding in (("float32", 2e-7), ("bfloat16", 2.0**-8)):
        shown = found[f"plain_{dtype}"]
        np.testing.assert_allclose(shown[:2], np.exp(ln[:2]), rtol=3 * rounding)
        # (2^−100)² is below 2^−126, the smallest normal number
        assert not shown[2:].any()


def test_a_gate_that_rounds_to_one_stops_the_gradient_in_bfloat16_alone() -> None:
    """All weights 0, z replaces, b_z = 6.5: 1 − σ(6.5) = 1.5·10⁻³ is less than half of the last digit of 1."""
    cell = GRU(hidden=5)
    init = cell.Init.model_validate({"recurrent": "zeros", "input": "zeros", "update_bias": 6.5})
    found = read(settings.setting(cell, (1, 3), init=init, precision="float32", batch=2))
    slope = -math.log1p(math.exp(6.5))
    np.testing.assert_allclose(np.diff(found["ln_h0_gradient"], axis=0), 2 * slope, rtol=1e-5)
    np.testing.assert_allclose(np.log(found["plain_float32"]), found["ln_h0_gradient"], rtol=1e-3)
    assert not found["plain_bfloat16"].any()


def test_float32_shows_what_the_h0_gradient_says_that_it_shows() -> None:
    """Whatever the precision of the study; bfloat16 has 8 bits and is off by per cents within ten steps."""
    cell = GRU(hidden=5)
    wide, single = (
        settings.setting(cell, (10, 150), init=cell.Init(), precision=name, batch=2) for name in ("float64", "float32")
    )
    found, headline = read(wide), units.payload("h0_gradient", single)
    np.testing.assert_allclose(found["ln_h0_gradient"], headline["ln_h0_gradient"], atol=3e-5)
    np.testing.assert_allclose(found["plain_float32"], headline["plain_h0_gradient"], rtol=1e-4)
    assert not found["plain_float32"][1].any()
    off = np.abs(found["plain_bfloat16"][0] / np.exp(found["ln_h0_gradient"][0]) - 1)
    assert 1e-4 < off.max() < 0.1
