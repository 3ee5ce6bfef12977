"""What the artists of the figure of path products hold: the products' logarithms are known on paper."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from gru_vanish.analysis import Findings
from gru_vanish.analysis.decades import DECADE
from gru_vanish.figures import draw
from gru_vanish.figures.path_looks import looks
from gru_vanish.figures.path_products import compose, falls_of
from tests.analysis.path_payloads import LENGTHS, SHIFT
from tests.analysis.payloads import with_measures
from tests.analysis.synthetic import few, reader
from tests.figures.studies import on_canvas

PATHS = ["leak", "candidate", "update", "reset", "recurrent"]
WHOLE = -0.5 * LENGTHS - SHIFT - 1.0  # mean over the three samples
DRAWN_AT = {"leak": 0, "update": 1, "candidate": 2}  # how far a product is below the gradient, in the payload


@pytest.fixture(scope="module")
def made() -> Findings:
    manifest, records = with_measures(few(seeds=range(3), count=3), ["path_products"])
    return Findings(manifest, reader(records))


@pytest.fixture(scope="module")
def figure(made: Findings) -> Figure:
    drawn = made.of("path_products").series
    return on_canvas(compose, drawn, {id(one): falls_of(one) for one in drawn}, None)


def line(axes: Axes, path: str) -> Line2D:
    colour = looks(PATHS)[path].colour.lower()
    (found,) = [one for one in axes.lines if to_hex(one.get_color()) == colour]
    return found


def test_above_is_each_path_alone_and_below_all_but_each(figure: Figure) -> None:
    above, below = figure.axes[1], figure.axes[4]  # of the second of three series, the GRU
    for path, place in DRAWN_AT.items():
        alone = WHOLE - (place + 1 + SHIFT) * LENGTHS  # the median seed of three is seed 1
        np.testing.assert_allclose(line(above, path).get_ydata(), alone / DECADE)
        np.testing.assert_allclose(line(below, path).get_ydata(), (WHOLE - 0.1 * place) / DECADE)
    assert not np.isfinite(line(above, "reset").get_ydata()).any()


def test_the_gradient_is_the_broad_line_of_every_panel(figure: Figure) -> None:
    assert len(figure.axes) == 6
    for axes in figure.axes:
        broad = max(axes.lines, key=lambda one: float(one.get_linewidth()))
        np.testing.assert_array_equal(broad.get_xdata(), LENGTHS)
        np.testing.assert_allclose(broad.get_ydata(), WHOLE / DECADE)


def test_products_that_are_exactly_zero_are_named(figure: Figure) -> None:
    words = [[text.get_text() for text in axes.findobj(Text)] for axes in figure.axes]
    assert "exactly 0: reset" in words[1]
    assert not any("exactly" in word for word in words[4])


def test_both_panels_of_a_series_have_one_frame_that_a_fast_product_leaves(figure: Figure, made: Findings) -> None:
    above, below = figure.axes[1], figure.axes[4]
    assert above.get_ylim() == below.get_ylim()
    assert above.get_ylim()[0] == pytest.approx(-10.0 - 0.05 * 10.0)
    lowest = falls_of(made.of("path_products").series[1]).bands["alone candidate"].median.min() / DECADE
    assert lowest < above.get_ylim()[0]


def test_the_caption_warns_and_gives_every_exponent(made: Findings, tmp_path: Path) -> None:
    draw("path_products", made, tmp_path)
    caption = (tmp_path / "path_products.txt").read_text(encoding="utf-8")
    assert "both kinds then mislead" in caption
    assert "told by path_shares" in caption
    alone = (WHOLE[-1] - (1 + SHIFT) * LENGTHS[-1]) / DECADE
    assert f"alone leak 10^{alone:.1f}" in caption
    assert "alone reset exactly 0" in caption
