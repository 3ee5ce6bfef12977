"""Products of one gate path alone, and of all but one, against NumPy and on paper."""

import math

import numpy as np
import pytest

from gru_vanish.contracts import Setting, Status
from tests.flow import path_networks, units
from tests.oracle import numpy_paths

PATHS = ("leak", "update", "candidate", "reset")
EMPTY = {"recurrent": "zeros", "input": "zeros"}


def payload(setting: Setting) -> dict[str, np.ndarray]:
    return units.payload("path_products", setting)


def test_numpy() -> None:
    given = path_networks.setting("gru before replaces")
    found, network = payload(given), path_networks.numpy_given(given)
    for row, length in enumerate(found["lengths"]):
        whole = numpy_paths.ln_weighted_gradient(*network, int(length), {})
        np.testing.assert_allclose(found["ln_h0_gradient"][row], whole, rtol=0, atol=1e-12 * length)
        for path in PATHS:
            alone = {other: 0.0 for other in PATHS if other != path}
            for word, factors in (("alone", alone), ("without", {path: 0.0})):
                expected = numpy_paths.ln_weighted_gradient(*network, int(length), factors)
                ours = found[f"ln_{word}_{path}"][row]
                # The path of an update gate is h̃ − h, a difference: a rounded state moves it by more than a rounding.
                np.testing.assert_allclose(ours, expected, rtol=0, atol=2e-11 * length, err_msg=f"{word} {path}")
    np.testing.assert_allclose(found["ln_last"], math.log(np.linalg.norm(network.cotangent)), rtol=0, atol=1e-12)


def test_every_value_has_its_own_status() -> None:
    """The update path alone leaves float64 long before the gradient does; nothing is called zero for that."""
    found = payload(path_networks.setting("gru before replaces"))
    assert (found["status"] == Status.ok).all()
    assert (found["status_alone_update"][1] == Status.saturated).all()
    assert np.isfinite(found["ln_alone_update"]).all()
    assert (found["ln_alone_update"][1] < -800).all()


@pytest.mark.parametrize("bias", [-20.0, 0.0, 20.0])
def test_a_gru_without_weights_is_its_leak_alone(bias: float) -> None:
    found = payload(path_networks.setting("gru before replaces", {**EMPTY, "update_bias": bias}))
    expected = found["lengths"][:, None] * -np.logaddexp(0, bias) + found["ln_last"]
    for name in ("h0_gradient", "alone_leak", "without_update", "without_candidate", "without_reset"):
        np.testing.assert_allclose(found[f"ln_{name}"], expected, rtol=1e-13, atol=1e-12, err_msg=name)
    for name in ("without_leak", "alone_update", "alone_candidate", "alone_reset"):
        assert (found[f"status_{name}"] == Status.exact_zero).all()
        assert np.isneginf(found[f"ln_{name}"]).all()
