"""One independent stream for every name: nothing shifts the numbers of another."""

from typing import Any

import numpy as np
import pytest

from gru_vanish.cells import GRU, RNN
from gru_vanish.contracts import Streams
from tests.cells.frameworks import by_gate

NAMES = ("weights.recurrent.reset", "weights.recurrent.update", "loss.projection", "")


def numbers(seed: int, name: str) -> np.ndarray:
    return Streams(seed)(name).standard_normal(4)


def test_a_stream_depends_on_seed_and_name_alone() -> None:
    forward, backward = Streams(7), Streams(7)
    one = {name: forward(name).standard_normal(4) for name in NAMES}
    two = {name: backward(name).standard_normal(4) for name in reversed(NAMES)}
    for name in NAMES:
        np.testing.assert_array_equal(one[name], two[name])
        np.testing.assert_array_equal(forward(name).standard_normal(4), one[name])


def test_names_and_seeds_give_different_numbers() -> None:
    seen = [tuple(numbers(seed, name)) for seed in (0, 1, 2, 2**31, 2**32 - 1) for name in NAMES]
    assert len(set(seen)) == len(seen)


def test_streams_are_not_correlated() -> None:
    draws = np.stack([Streams(0)(f"purpose {i}").standard_normal(10_000) for i in range(8)])
    correlations = np.corrcoef(draws) - np.eye(8)
    assert np.abs(correlations).max() < 5 / 100


def test_the_numbers_are_those_of_every_version() -> None:
    """PCG64 and SeedSequence are stable by NumPy's own promise; so these numbers must never change."""
    assert Streams(0)("loss.projection").random() == pytest.approx(0.28786375146713594, rel=0, abs=0)
    assert Streams(2**32 - 1)("weights.recurrent.candidate").random() == pytest.approx(0.4950489752836448, rel=0, abs=0)


@pytest.mark.parametrize("seed", [-1, 2**32, 2**32 + 5, 2**64])
def test_a_seed_outside_its_range_is_refused(seed: int) -> None:
    """0 and 2**32 would be one network under two names."""
    with pytest.raises(ValueError, match=rf"0 <= seed < 2\*\*32, not {seed}"):
        Streams(seed)


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_the_ends_of_the_range_are_seeds(seed: int) -> None:
    assert np.isfinite(numbers(seed, "a")).all()


@pytest.mark.parametrize("change", [{"update_bias": -3.0}, {"input": "zeros"}, {"bias": {"kind": "uniform"}}])
def test_another_choice_for_one_weight_leaves_the_others_alone(change: dict[str, Any]) -> None:
    cell = GRU(hidden=8)
    base = cell.draw(cell.Init(), 3, Streams(1))
    other = cell.draw(cell.Init.model_validate(change), 3, Streams(1))
    for name in ("W_r", "W_z", "W_h"):
        np.testing.assert_array_equal(*(getattr(by_gate(cell, params), name) for params in (base, other)))
    assert any(not np.array_equal(*leaves) for leaves in zip(base, other, strict=True))


def test_conventions_share_their_weights() -> None:
    """Two conventions of one cell are compared on one network."""
    draws = [
        GRU(hidden=8, reset=reset, update_gate=gate).draw(GRU.Init(), 3, Streams(1))  # type: ignore[arg-type]
        for reset in ("before", "after")
        for gate in ("replaces", "keeps")
    ]
    for other in draws[1:]:
        for mine, theirs in zip(draws[0], other, strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_the_plain_rnn_has_the_weights_of_the_gru_candidate() -> None:
    """The two curves of the headline figure differ by the gates alone."""
    gru, rnn = (cell(hidden=8).draw(cell.Init(), 3, Streams(1)) for cell in (GRU, RNN))
    gates = by_gate(GRU(hidden=8), gru)
    np.testing.assert_array_equal(rnn.recurrent, gates.W_h)
    np.testing.assert_array_equal(rnn.input, gates.U_h)
