"""Dense lists of lengths: tangents instead of adjoints, and how the work is cut."""

import itertools

import numpy as np
import pytest

from gru_vanish.cells import GRU, RNN
from gru_vanish.flow import layout
from tests.flow import settings

DENSE = tuple(range(1, 41))


@pytest.mark.parametrize(
    ("name", "precision"), [*((name, "float64") for name in settings.CELLS), ("gru before replaces", "float32")]
)
def test_tangents_and_adjoints_agree(name: str, precision: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dense = settings.measured(settings.setting(settings.CELLS[name], DENSE, precision=precision))
    monkeypatch.setattr("gru_vanish.flow.layout.Layout.lane_steps", 0)
    adjoints = settings.measured(settings.setting(settings.CELLS[name], DENSE, precision=precision))
    tolerance = 1e-4 if precision == "float32" else 1e-11
    for column in ("ln_h0_gradient", "ln_transport"):
        np.testing.assert_allclose(dense[column], adjoints[column], rtol=0, atol=tolerance)
    np.testing.assert_allclose(dense["plain_h0_gradient"], adjoints["plain_h0_gradient"], rtol=1e-3)
    np.testing.assert_array_equal(dense["status"], adjoints["status"])


def test_tangents_are_log_safe() -> None:
    every = settings.measured(settings.setting(RNN(hidden=4), tuple(range(1, 601)), precision="float32"))
    some = settings.measured(settings.setting(RNN(hidden=4), (1, 300, 600), precision="float32"))
    assert (some["ln_h0_gradient"][2] < -300).all()
    for column in ("ln_h0_gradient", "ln_transport"):
        np.testing.assert_allclose(every[column][[0, 299, 599]], some[column], rtol=0, atol=2e-4)
    np.testing.assert_array_equal(every["status"][[0, 299, 599]], some["status"])


def test_dense_lists_take_tangents_and_sparse_lists_take_adjoints() -> None:
    cell = GRU(hidden=6)
    dense, sparse = layout.lay_out(DENSE, 100), layout.lay_out((1, 10, 40), 100)
    assert dense.lane_steps > 40 * cell.state_size > sparse.lane_steps


@pytest.mark.parametrize("lengths", [(1,), (5, 6), (1, 10, 100, 1000), tuple(range(1, 1001)), (3, 999, 1000)], ids=str)
@pytest.mark.parametrize("stored", [2**30, 0])
def test_segments_cover_every_step_and_every_lane(
    lengths: tuple[int, ...], stored: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "STORED_BYTES", stored)
    laid = layout.lay_out(lengths, 1000)
    assert len(laid.segments) <= layout.SEGMENTS
    assert laid.segments[0].stop == laid.chunks
    assert laid.segments[-1].start == 0
    assert laid.segments[-1].lanes == len(lengths)
    for above, below in itertools.pairwise(laid.segments):
        assert above.start == below.stop
    for part in laid.segments:
        assert sum(length > part.start * laid.chunk for length in lengths) == part.lanes


def test_cuts_waste_little_on_log_spaced_lengths() -> None:
    lengths = tuple(sorted({round(float(length)) for length in np.geomspace(1, 1000, 22)}))
    assert layout.lay_out(lengths, 1000).lane_steps <= 1.2 * sum(lengths)
