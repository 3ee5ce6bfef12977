"""What tables and captions say of a loss that is summed over steps."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gru_vanish.analysis import Findings
from gru_vanish.analysis.names import series_names
from gru_vanish.analysis.summed import REMARK, is_summed
from gru_vanish.figures import NotDrawableError, draw, flow_map
from gru_vanish.figures.flow_columns import map_of
from tests.analysis.payloads import with_measures
from tests.analysis.synthetic import Study, few, reader
from tests.figures.studies import on_canvas

SUM = {"kind": "projection", "over": "steps"}


def study(summed: tuple[int, ...] = (0, 1), measures: tuple[str, ...] = ("flow_map", "input_gradient")) -> Study:
    """Two series; those named have a loss that is summed."""
    manifest, records = few(count=2)
    series = [
        {**one, "setting": {**one["setting"], "loss": SUM}} if index in summed else one
        for index, one in enumerate(manifest["series"])
    ]
    return with_measures(({**manifest, "series": series}, records), measures)


def findings(*of: Any) -> Findings:
    manifest, records = study(*of)
    return Findings(manifest, reader(records))


@pytest.mark.parametrize(
    ("setting", "expected"),
    [({}, False), ({"loss": "projection"}, False), ({"loss": {"kind": "projection"}}, False), ({"loss": SUM}, True)],
)
def test_which_losses_are_sums(setting: dict[str, Any], expected: bool) -> None:
    assert is_summed(setting) is expected


def test_the_remark_stands_with_the_series_that_it_is_of() -> None:
    rows = findings((1,)).headline.summary_rows()
    assert [REMARK in row["remarks"] for row in rows] == [False, True]
    for measure in ("flow_map", "input_gradient"):
        rows = findings((1,)).of(measure).rows()
        assert ["of its terms one by one" in row["remarks"] for row in rows] == [False, True]


def test_names_tell_a_sum_from_its_last_term() -> None:
    manifest, _ = few(count=1)
    (one,) = manifest["series"]
    both = [one, {**one, "setting": {**one["setting"], "loss": SUM}}]
    names = series_names(both)
    assert [name.short for name in names] == [
        "RNN, uniform, loss of the last step",
        "RNN, uniform, loss summed over steps",
    ]
    assert ["loss summed over steps" in name.full for name in names] == [False, True]
    assert series_names([one])[0].short == series_names(both[1:])[0].short == "RNN, uniform"


def test_the_total_derivative_of_the_sum_is_in_the_table() -> None:
    columns = findings((1,)).of("flow_map").columns()
    first = columns["series"] == 0
    np.testing.assert_array_equal(columns["ln_total"][first], columns["ln_gradient"][first])
    assert (columns["ln_total"][~first] == 0.5).all()
    before = columns["step"] < columns["length"]
    assert np.isneginf(columns["ln_direct"][first & before]).all()
    assert np.isfinite(columns["ln_direct"][~first & (columns["step"] > 0)]).all()
    rows = findings((1,)).of("flow_map").rows()
    assert rows[0]["share_direct_zero"] == 1.0
    assert 0 < rows[1]["share_direct_zero"] < 0.2


def test_a_record_of_a_sum_without_its_total_derivative_is_named() -> None:
    manifest, records = study()
    key = next(key for key in records if key.startswith("flow_map:"))
    del records[key].payload["ln_total"]
    with pytest.raises(ValueError, match="no array named ln_total"):
        Findings(manifest, reader(records)).of("flow_map")


@pytest.mark.parametrize("figure", ["gradient_vs_length", "flow_map", "input_gradient"])
@pytest.mark.parametrize("summed", [(), (1,), (0, 1)])
def test_captions_say_it(figure: str, summed: tuple[int, ...], tmp_path: Path) -> None:
    files = draw(figure, findings(summed), tmp_path)
    (caption,) = [file.read_text(encoding="utf-8") for file in files if file.name == f"{figure}.txt"]
    assert (REMARK in caption) == bool(summed)
    assert ("f its terms" in caption or "its last term" in caption) == (bool(summed) and figure != "gradient_vs_length")
    (numbers,) = [file for file in files if file.suffix == ".csv"]
    with numbers.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if figure == "flow_map":
        totals = {float(row["ln_total_median"]) for row in rows if int(row["series"]) in summed}
        assert totals == ({0.5} if summed else set())


@pytest.mark.parametrize(("summed", "titles"), [((), 1), ((1,), 2), ((0, 1), 2)])
def test_the_map_of_a_sum_has_both_derivatives_of_the_whole_behind_it(summed: tuple[int, ...], titles: int) -> None:
    series = list(findings(summed).of("flow_map").series)
    figure = on_canvas(flow_map.compose, series, [map_of(one) for one in series], None)
    found = [axes.get_title() for axes in figure.axes[:-1]][2:]
    if titles == 1:
        assert found == ["direct derivative alone\n0 for every $t < T$"]
    else:
        assert found == ["whole sum, total derivative", "whole sum, direct derivative"]
    assert (r"\ell_T" in figure.axes[-1].get_ylabel()) == (summed == (0, 1))


def test_there_is_no_bound_of_a_sum(tmp_path: Path) -> None:
    given = findings((1,), ("recurrent_spectrum",))
    with pytest.raises(NotDrawableError, match="summed over steps"):
        draw("gradient_bound", given, tmp_path)
