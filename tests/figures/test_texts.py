"""What stands beside every figure: a text for those who can not see it, and columns that are explained."""

import pytest

from gru_vanish.figures import FIGURES, picture_of
from gru_vanish.figures.alt import MOST, alt_text, axis, ends, number
from gru_vanish.figures.columns import COLUMNS
from tests.figures.studies import STUDIES, findings
from tests.figures.test_figures import DRAWN, first, of


@pytest.mark.parametrize("figure", FIGURES)
def test_the_alternative_text_tells_kind_axes_and_series(figure: str) -> None:
    made = of(figure, first(figure))
    one = picture_of(figure, made)
    head, _, rest = one.alt.partition(" Axes: ")
    assert head.split()[-1].endswith(".")
    axes, _, told = rest.partition(". ")
    assert axes.count(" to ") >= 2 or figure == "groups_after_training"  # with their ranges
    count, _, findings_ = told.partition(": ")
    assert len(one.alt.split()) <= MOST
    names = list(dict.fromkeys(str(name) for name in one.columns.get("short_name", ())))
    if count.endswith("series") and names:
        assert count.startswith(f"{len(names)} ") or figure == "decay_rate_vs_axis"
        missing = [name for name in names if name not in findings_]
        assert bool(missing) == ("more in the CSV" in findings_)


@pytest.mark.parametrize("figure", FIGURES)
def test_every_column_of_the_numbers_is_explained(figure: str) -> None:
    one = picture_of(figure, of(figure, first(figure)))
    assert [column.name for column in COLUMNS[figure]] == list(one.columns)
    assert all(column.meaning for column in COLUMNS[figure])


def test_the_first_and_last_value_are_those_of_the_table() -> None:
    made = findings(STUDIES["one series"]())
    (series,) = made.headline.series
    decades = series.typical.median / 2.302585092994046
    alt = picture_of("gradient_vs_length", made).alt
    assert f"RNN, uniform from {number(decades[0])} to {number(decades[-1])}" in alt
    assert "sequence length T, 1 to 1000 steps (log)" in alt


def test_thirteen_series_are_counted_and_the_first_are_told() -> None:
    alt = picture_of("gradient_vs_length", findings(STUDIES["thirteen series"]())).alt
    assert "13 series: RNN, uniform" in alt
    assert alt.endswith(" more in the CSV.\n")
    assert len(alt.split()) <= MOST


def test_words() -> None:
    assert ends("RNN", [float("nan"), 1.0, -2.5]) == "RNN from 1 to −2.5"
    assert ends("RNN", [3.0, 3.0]) == "RNN at 3"
    assert ends("RNN", [float("nan")]) == "RNN with no finite value"
    assert axis("length", "steps", [1, 10], [1000]) == "length, 1 to 1000 steps"
    assert axis("share", "", [float("nan")]) == "share"
    assert alt_text("Chart.", ["x", "x", "y"], ["RNN at 1"]) == "Chart. Axes: x; y. 1 series: RNN at 1.\n"


def test_the_studies_here_hold_every_figure() -> None:
    assert set(DRAWN) <= set(FIGURES) == set(COLUMNS)
