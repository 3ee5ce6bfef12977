"""Known critical gains, against the matrices that the program draws."""

from typing import Any

import numpy as np
import pytest

from gru_vanish.analysis.critical import critical_gain
from gru_vanish.initializers import MATRICES


def setting(recurrent: str, scale: float = 1.0, **cell: Any) -> dict[str, Any]:
    init = {"recurrent": {"kind": recurrent, "gain": 0.5}, "bias": {"kind": "constant", "value": 0.0}}
    whole = {"kind": "rnn", "activation": "identity", "init": init} | cell
    return {"cell": whole, "inputs": {"kind": "gaussian", "scale": scale}}


@pytest.mark.parametrize("kind", ["gaussian", "glorot", "lecun", "uniform"])
def test_the_spectral_radius_is_one_at_the_critical_gain_of_large_matrices(kind: str) -> None:
    n = 150
    known = critical_gain(setting(kind))
    assert known is not None
    rng = np.random.default_rng(0)
    radii = [np.abs(np.linalg.eigvals(MATRICES[kind](gain=known.gain).matrix(rng, n, n, n))).max() for _ in range(3)]
    assert np.mean(radii) == pytest.approx(1.0, abs=1.5 / np.sqrt(n))


@pytest.mark.parametrize("kind", ["orthogonal", "identity"])
def test_all_singular_values_are_one_at_the_critical_gain_of_an_isometry(kind: str) -> None:
    known = critical_gain(setting(kind))
    assert known is not None
    matrix = MATRICES[kind](gain=known.gain).matrix(np.random.default_rng(0), 9, 9, 9)
    np.testing.assert_allclose(np.linalg.svd(matrix, compute_uv=False), 1.0, atol=1e-12)


def test_below_it_a_tanh_network_without_input_dies_away_and_above_it_does_not() -> None:
    known = critical_gain(setting("gaussian", scale=0, activation="tanh"))
    assert known is not None
    n = 300
    rng = np.random.default_rng(1)
    for factor in (0.8, 1.5):
        weights = MATRICES["gaussian"](gain=factor * known.gain).matrix(rng, n, n, n)
        h = rng.standard_normal(n)
        for _ in range(300):
            h = np.tanh(weights @ h)
        assert (np.linalg.norm(h) < 1e-6) == (factor < 1)


@pytest.mark.parametrize(
    "other",
    [
        setting("orthogonal", activation="tanh"),
        setting("orthogonal", scale=0, activation="relu"),
        setting("orthogonal", scale=0, activation="tanh", init={"recurrent": "orthogonal", "bias": "uniform"}),
        setting("orthogonal", kind="gru"),
        setting("orthogonal", stop=["candidate"]),
        setting("zeros"),
    ],
)
def test_what_is_not_known_is_not_claimed(other: dict[str, Any]) -> None:
    assert critical_gain(other) is None
