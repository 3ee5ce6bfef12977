"""h_0 of sample b is a function of (seed, b) alone, and its scale is data."""

from typing import Any

import numpy as np
import pytest

from gru_vanish.cells import RNN
from gru_vanish.contracts import Program, Setting
from gru_vanish.inputs import INITIAL_STATES, initial_state_from_shorthand
from tests.flow import settings

every_state = pytest.mark.parametrize("kind", INITIAL_STATES)


def setting(kind: str, batch: int = 5, hidden: int = 6, precision: str = "float64", **numbers: Any) -> Setting:
    h0 = INITIAL_STATES[kind](**numbers)
    return settings.setting(RNN(hidden=hidden), (3,), h0=h0, batch=batch, precision=precision)


def initial(kind: str, seed: int = 2, **changed: Any) -> np.ndarray:
    return settings.drawn(setting(kind, **changed), seed)[2]


@every_state
def test_the_table_names_each_by_its_kind(kind: str) -> None:
    assert INITIAL_STATES[kind].model_fields["kind"].default == kind
    assert initial_state_from_shorthand(kind) == {"kind": kind}
    assert initial_state_from_shorthand({"kind": kind}) == {"kind": kind}


@every_state
def test_a_sample_does_not_know_how_many_there_are_nor_the_precision(kind: str) -> None:
    drawn = initial(kind)
    assert drawn.shape == (5, 6)
    np.testing.assert_array_equal(initial(kind, batch=2), drawn[:2])
    np.testing.assert_array_equal(initial(kind, precision="float32"), drawn)


def test_zeros() -> None:
    assert not initial("zeros").any()


def test_gaussian_samples_and_seeds_differ_and_the_scale_is_data() -> None:
    drawn = initial("gaussian")
    assert len(np.unique(drawn)) == drawn.size
    assert not np.isin(initial("gaussian", seed=3), drawn).any()
    np.testing.assert_array_equal(initial("gaussian", scale=0.25), 0.25 * drawn)
    assert len({Program.of(setting("gaussian", scale=scale), "h0_gradient") for scale in (0.0, 1.0, 3.0)}) == 1


def test_gaussian_has_the_variance_of_its_scale() -> None:
    drawn = initial("gaussian", batch=500, hidden=40, scale=3.0)
    assert drawn.std() == pytest.approx(3.0, rel=0.03)
    assert drawn.mean() == pytest.approx(0.0, abs=5 * 3 / drawn.size**0.5)


def test_the_initial_state_is_not_the_first_input() -> None:
    """Two streams of one seed: h_0 and x_1 share no number."""
    unit = settings.setting(RNN(hidden=3), (3,), h0=INITIAL_STATES["gaussian"](), size=3)
    _, xs, h0, _ = settings.drawn(unit, 0)
    assert not np.isin(h0, xs).any()
