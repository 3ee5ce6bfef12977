"""What each preset of the GRU means: conventions, and the initialisation of its source."""

import numpy as np
import pytest

from gru_vanish.cells import GRU
from gru_vanish.contracts import Streams
from tests.cells.frameworks import by_gate, preset

every_preset = pytest.mark.parametrize("name", GRU.presets)


def test_all_the_names_are_there() -> None:
    assert set(GRU.presets) == {"article", "cho2014", "torch", "keras", "flax_linen", "flax_nnx"}


@every_preset
def test_a_preset_constructs_and_fixes_every_convention(name: str) -> None:
    cell, init = preset(name)
    assert {"reset", "update_gate", "candidate_bias"} <= set(GRU.presets[name])
    drawn = cell.draw(init, 3, Streams(0))
    assert all(np.isfinite(leaf).all() for leaf in drawn)


def test_the_article_is_the_default() -> None:
    assert preset("article") == (GRU(hidden=6), GRU.Init())


@pytest.mark.parametrize(
    ("name", "reset", "update_gate", "inner_bias"),
    [
        ("article", "before", "replaces", False),
        ("cho2014", "before", "keeps", False),
        ("torch", "after", "keeps", True),
        ("keras", "after", "keeps", True),
        ("flax_linen", "after", "keeps", True),
        ("flax_nnx", "after", "keeps", False),
    ],
)
def test_conventions(name: str, reset: str, update_gate: str, inner_bias: bool) -> None:
    cell, _ = preset(name)
    assert (cell.reset, cell.update_gate) == (reset, update_gate)
    assert ("b_hn" in cell.equations()) == inner_bias


@pytest.mark.parametrize(("name", "rms"), [("keras", 3**-0.5), ("flax_nnx", 3**-0.5), ("flax_linen", 1.0)])
def test_the_scope_of_the_orthogonal_draw(name: str, rms: float) -> None:
    cell, init = preset(name, hidden=24)
    drawn = by_gate(cell, cell.draw(init, 5, Streams(2)))
    for block in (drawn.W_r, drawn.W_z, drawn.W_h):
        singular = np.linalg.svd(block, compute_uv=False)
        assert np.sqrt(np.mean(singular**2)) == pytest.approx(rms, rel=0.1)


@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("torch", 100**-0.5),
        ("keras", (6 / (40 + 300)) ** 0.5),
        ("flax_linen", 2.3 * 40**-0.5),
        ("flax_nnx", 2.3 * 40**-0.5),
    ],
)
def test_the_size_of_the_input_weights(name: str, bound: float) -> None:
    cell, init = preset(name, hidden=100)
    inputs = cell.draw(init, 40, Streams(3)).input
    assert inputs.shape == (3, 100, 40)
    assert 0.97 * bound < np.abs(inputs).max() <= bound


def test_torch_draws_two_bias_vectors_and_the_others_none() -> None:
    for name in GRU.presets:
        cell, init = preset(name, hidden=64)
        drawn = cell.draw(init, 3, Streams(4))
        if name != "torch":
            assert not drawn.bias.any()
            assert not drawn.inner_bias.any()
    cell, init = preset("torch", hidden=64)
    drawn = cell.draw(init, 3, Streams(4))
    one = 64**-0.5
    # The sum of two uniform variables reaches further than either; the candidate's two stay apart.
    assert all(1.4 * one < np.abs(gate).max() < 2 * one for gate in drawn.bias[:2])
    assert all(0.9 * one < np.abs(vector).max() < one for vector in (drawn.bias[2], drawn.inner_bias))


def test_an_inner_bias_needs_a_reset_that_acts_after() -> None:
    with pytest.raises(ValueError, match="reset: after"):
        GRU(hidden=3, candidate_bias="both")
