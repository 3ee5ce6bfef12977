"""One slider for every swept axis, its positions in an order that a reader expects."""

import numpy as np

from gru_vanish.report.rate_chart import quantities
from gru_vanish.report.sliders import UNTOUCHED, sliders
from tests.analysis.synthetic import Study, article, cell, entry, study
from tests.figures.studies import findings, gains, task_lengths, two_axes


def found(made: Study) -> dict[str, list[str]]:
    return {" ".join([*one.labels, one.title]): list(one.words) for one in sliders(findings(made).headline.series)}


def test_cells_swept_by_themselves_have_sliders_of_their_own() -> None:
    made = sliders(findings(article(seeds=range(2))).headline.series)
    assert [one.labels for one in made] == [("GRU",), ("GRU_keeps",)]
    assert [one.words for one in made] == [("−4", "−2", "0", "2", "4")] * 2
    assert made[0].places == (UNTOUCHED, 0, 1, 2, 3, 4, *[UNTOUCHED] * 7)
    assert made[1].numbers == (-4.0, -2.0, 0.0, 2.0, 4.0)  # ascending, though the sweep runs downwards
    assert made[0].start == 2
    assert [one.members for one in quantities(made)] == [(0, 1)]


def test_an_axis_without_a_cell_moves_all() -> None:
    assert found(two_axes()) == {"input scale": ["0.1", "1", "10"], "GRU update bias b_z": ["−4", "−2", "0", "2"]}


def test_words_stand_as_they_come_and_numbers_ascend() -> None:
    assert found(task_lengths()) == {
        "task length T (steps)": ["10", "40"],
        "RNN recurrent weights": ["uniform", "orthogonal"],
        "GRU recurrent weights": ["uniform", "orthogonal"],
    }


def test_axes_that_move_together_share_a_slider() -> None:
    parts = []
    for gain, bias in ((2.0, -1.0), (0.5, 3.0)):
        swept = {"cells.GRU.init.recurrent.gain": gain, "cells.GRU.init.update_bias": bias}
        parts.append((entry("GRU", cell("gru", update_bias=bias), range(2), swept=swept), 0.5))
    made = sliders(findings(study(parts, range(2))).headline.series)
    assert [(one.title, one.words, one.places) for one in made] == [
        ("recurrent gain g, update bias b_z", ("0.5, 3", "2, −1"), (1, 0))
    ]


def test_an_axis_with_one_value_has_no_slider() -> None:
    swept = {"cells.GRU.init.update_bias": 1.0}
    made = study([(entry("GRU", cell("gru", update_bias=1.0), range(2), swept=swept), 0.5)], range(2))
    assert sliders(findings(made).headline.series) == ()


def test_every_series_stands_where_its_value_is() -> None:
    series = findings(gains()).headline.series
    (one,) = sliders(series)
    swept = [entry.swept["cells.RNN.init.recurrent.gain"] for entry in series]
    assert np.allclose([one.numbers[place] for place in one.places], swept)
