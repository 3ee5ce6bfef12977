"""What is in the figures of singular values, Lyapunov exponents and lag shares: read from the drawn artists."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text

from gru_vanish.analysis import Findings
from gru_vanish.analysis.decades import DECADE
from gru_vanish.figures import draw, lag_shares, lyapunov_spectrum, singular_values
from gru_vanish.figures.panels import arrange
from tests.analysis.spectral_payloads import LAGS, LENGTHS, SIZE
from tests.figures.studies import STUDIES, findings, on_canvas


def of(study: str, measure: str) -> tuple[Findings, list[Any]]:
    made = findings(STUDIES[study](), [measure])
    return made, [one for one in made.of(measure).series if one.seeds]


def words(figure: Figure) -> str:
    return " | ".join(text.get_text() for text in figure.findobj(Text))


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()))


def test_every_series_has_a_fan_and_what_is_lost_is_a_circle() -> None:
    made, series = of("six series", "jacobian")
    fans = [singular_values.fan_of(one, made.claimed, place) for place, one in enumerate(series)]
    figure = on_canvas(singular_values.compose, series, fans, None)
    assert len(figure.axes) == 6
    lines = [line for line in figure.axes[0].lines if line.get_linestyle() != "None"]
    assert len(lines) == len(singular_values.ranks_of(SIZE)) == 5
    np.testing.assert_array_equal(lines[0].get_xdata(), LENGTHS)
    np.testing.assert_allclose(lines[0].get_ydata(), 0.11 * LENGTHS / DECADE)  # the median of five seeds is the third
    smallest = lines[-1].get_ydata()
    assert np.isnan(smallest[-1])
    (lost,) = [line for line in figure.axes[0].lines if line.get_linestyle() == "None"]
    np.testing.assert_allclose(lost.get_ydata()[-1], 100 * (0.11 - 1.0) / DECADE)
    assert np.isnan(lost.get_ydata()[:-1]).all()
    assert "lost to rounding" in words(figure)
    assert "effective rank 5.67 → 1" in words(figure)


def test_the_places_that_are_drawn_are_all_different() -> None:
    assert singular_values.ranks_of(1) == {"largest": 0}
    assert singular_values.ranks_of(2) == {"largest": 0, "second": 1}
    assert singular_values.ranks_of(128) == {
        "largest": 0, "second": 1, "n/4": 32, "n/2": 64, "3n/4": 95, "smallest": 127,
    }  # fmt: skip


def test_the_dimension_stands_on_the_line_of_a_chaotic_series_alone() -> None:
    _, series = of("six series", "lyapunov")
    spectra = {id(one): lyapunov_spectrum.spectrum_of(one) for one in series}
    figure = on_canvas(lyapunov_spectrum.compose, arrange(series), spectra, None)
    whole, near = figure.axes[:2]
    diamonds = [line for line in whole.lines if line.get_marker() == "D"]
    chaotic = [one for one in series if one.setting["cell"]["kind"] == "rnn"]
    assert len(diamonds) == len(chaotic)
    rates = 0.11 - 0.2 * np.arange(SIZE)
    dimension = 2 + 0.02 / 0.29
    np.testing.assert_allclose(diamonds[0].get_xdata(), [dimension])
    np.testing.assert_allclose(diamonds[0].get_ydata(), [np.interp(dimension, np.arange(1, SIZE + 1), rates)])
    curve = next(line for line in whole.lines if len(line.get_xdata()) == SIZE)
    np.testing.assert_allclose(curve.get_ydata()[:-1], rates[:-1])
    assert np.isnan(curve.get_ydata()[-1])
    assert near.get_ylim()[0] < 0 < near.get_ylim()[1] < 0.2
    assert {"Kaplan–Yorke dimension", "lost to rounding", "around 0"} <= set(words(figure).split(" | "))


def test_nothing_is_enlarged_where_nothing_grows() -> None:
    made, series = of("six series", "lyapunov")
    calm = [one for one in series if one.setting["cell"]["kind"] == "gru"]
    spectra = {id(one): lyapunov_spectrum.spectrum_of(one) for one in calm}
    figure = on_canvas(lyapunov_spectrum.compose, arrange(calm), spectra, None)
    assert len(figure.axes) == 2
    assert "Kaplan" not in words(figure)
    assert made.finished


def test_shares_above_and_lags_below() -> None:
    _, series = of("six series", "lag_shares")
    found = {id(one): lag_shares.shares_of(one) for one in series}
    figure = on_canvas(lag_shares.compose, series, found, None)
    above, below = figure.axes[0], figure.axes[3]
    curves = [line for line in above.lines if len(line.get_xdata()) == LAGS.size]
    np.testing.assert_allclose(curves[0].get_xdata(), np.log10(1 + LAGS))
    np.testing.assert_allclose(curves[0].get_ydata()[2:], 0.5 ** LAGS[2:])
    assert len(curves) == 3
    marks = {(line.get_marker(), round(float(10 ** line.get_xdata()[0] - 1))) for line in below.lines}
    assert {("o", 50), ("o", 17), ("o", 53)} <= marks  # all weights
    assert (">", 100) in marks  # of `input` there is no noise lag
    legend = {text.get_text() for text in figure.legends[0].get_texts()}
    assert legend == {"all weights", "input", "recurrent", "update"}  # nothing of the weight that takes no part


def test_weights_beyond_the_seventh_still_look_different() -> None:
    names = [f"w{index}" for index in range(14)]
    looks = [lag_shares.look_of(name, names) for name in names]
    assert len({(one["color"], one["linestyle"], one["marker"]) for one in looks}) == 14


def test_the_numbers_beside_the_figures_redraw_them(tmp_path: Path) -> None:
    for name, measure in (("singular_values", "jacobian"), ("lyapunov_spectrum", "lyapunov"), ("lag_shares",) * 2):
        draw(name, findings(STUDIES["one series"](), [measure]), tmp_path)
    values = [row for row in rows(tmp_path, "singular_values") if row["rank"] == "1"]
    np.testing.assert_allclose([float(row["ln_singular_value_median"]) for row in values], 0.11 * LENGTHS)
    exponents = rows(tmp_path, "lyapunov_spectrum")
    assert [row["rank"] for row in exponents] == [str(rank) for rank in range(1, SIZE + 1)]
    assert exponents[-1]["exponent_median"] == ""
    np.testing.assert_allclose(float(exponents[-1]["lost_median"]), 0.11 - 1.0)
    shares = [row for row in rows(tmp_path, "lag_shares") if row["weight"] == "all"]
    np.testing.assert_allclose([float(row["share_median"]) for row in shares][2:], 0.5 ** LAGS[2:])
    assert {row["noise_lag"] for row in shares} == {"17.0"}


def test_records_without_one_number_are_drawn_and_say_so(tmp_path: Path) -> None:
    """Every state has overflown: nothing is known, and nothing fails."""
    made = findings(STUDIES["one series"](), ["jacobian", "lyapunov", "lag_shares"])
    for entry in made.manifest["series"]:
        for measure in ("jacobian", "lyapunov", "lag_shares"):
            for key in entry["keys"][measure].values():
                payload = made.read(key).payload
                for name, values in payload.items():
                    if values.dtype.kind == "f":
                        payload[name] = np.full_like(values, np.nan)
                if measure == "jacobian":
                    payload["resolved"] = np.zeros_like(payload["resolved"])
    for name in ("singular_values", "lyapunov_spectrum", "lag_shares"):
        draw(name, made, tmp_path)
        assert (tmp_path / f"{name}.txt").read_text(encoding="utf-8").startswith("Study")
    assert all(row["largest_per_step"] is None for row in made.of("jacobian").rows())
    assert all(row["largest"] is None for row in made.of("lyapunov").rows())
    assert all(row["share_beyond_last"] is None for row in made.of("lag_shares").rows())
