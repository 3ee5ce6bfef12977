"""What swept axes are called, in one place for figures and the page."""

import numpy as np
import pytest

from gru_vanish.analysis.axis_words import axis_name, label_of, own_path
from gru_vanish.analysis.decades import NORM_FLOOR, deepest, floor_in_view, like_powers
from gru_vanish.figures.axis_words import axis_label


@pytest.mark.parametrize(
    ("path", "plain", "set_as_maths"),
    [
        ("cells.GRU.init.update_bias", "update bias b_z", "update bias $b_z$"),
        ("cells.LSTM.init.forget_bias", "forget bias b_f", "forget bias $b_f$"),
        ("cells.RNN.init.recurrent.gain", "recurrent gain g", "recurrent gain $g$"),
        ("training.optimizer.learning_rate", "learning rate η", "learning rate $η$"),
        ("task.length", "task length T (steps)", "task length $T$ (steps)"),
        ("task.lag", "lag of the task (steps)", "lag of the task (steps)"),
        ("h0.scale", "scale of h_0", "scale of $h_0$"),
        ("cells.Leaky.init.a_$hare", "a $hare", r"a \$hare"),
    ],
)
def test_an_axis_has_one_name_plain_and_as_maths(path: str, plain: str, set_as_maths: str) -> None:
    assert axis_name(path).plain == plain
    assert axis_label(path) == set_as_maths


def test_paths_within_a_cell_are_equal_for_equal_quantities() -> None:
    assert own_path("cells.A.init.update_bias") == own_path("cells.B.init.update_bias") == "init.update_bias"
    assert (label_of("cells.A.hidden"), label_of("inputs.scale"), own_path("inputs.scale")) == (
        "A", None, "inputs.scale"
    )  # fmt: skip


def test_the_floor_of_a_norm_is_where_its_square_is_no_normal_number_any_more() -> None:
    for dtype, name in ((np.float32, "float32"), (np.float64, "float64")):
        assert 10.0 ** (2 * NORM_FLOOR[name]) == pytest.approx(float(np.finfo(dtype).tiny), rel=1e-9)
    assert floor_in_view(["float32", "float32"], -60.0) == NORM_FLOOR["float32"]
    assert floor_in_view(["float32"], -5.0) is None
    assert floor_in_view(["float32", "float64"], -60.0) is None
    assert deepest(["float32", "float64"]) == -200.0


def test_powers_want_a_logarithmic_axis() -> None:
    assert like_powers([1, 2, 5, 10, 100, 1000])
    assert not like_powers(np.linspace(1, 1000, 20))
    assert not like_powers([0.0, 1.0, 1000.0])
    assert not like_powers([1, 1000])
