"""What the artists of the figure of visits hold, and what it says of what it does not draw."""

import csv
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gru_vanish.analysis import Findings
from gru_vanish.figures import draw
from gru_vanish.figures.leak_visits import compose, look_of, split_of, words
from tests.analysis.path_payloads import LENGTHS, SHIFT, VISITS
from tests.analysis.payloads import with_measures
from tests.analysis.synthetic import few, reader
from tests.figures.studies import on_canvas

SHARES = np.asarray([0.5, 0.25, -0.25, 0.25]) + SHIFT * np.asarray([1, -1, 0, 0])  # of the median seed of three
LEAK = 0.5 + SHIFT  # its share of the path at b_z = 0


def findings(withheld: bool = False) -> Findings:
    manifest, records = with_measures(few(seeds=range(3), count=2), ["leak_visits", "path_shares"])
    for key, record in records.items():
        if withheld and key.startswith("leak_visits:GRU"):
            for name in ("share_part", "share_further"):
                record.payload[name][2] = np.nan
            record.payload["cancelled"][2] = True
            record.payload["cancelled"][1, 0] = True
            record.payload["cancellation"][2] = 2e5
    return Findings(manifest, reader(records))


def composed(made: Findings) -> Figure:
    both = zip(made.of("leak_visits").series, made.of("path_shares").series, strict=True)
    splits = {id(one): split_of(one, paths) for one, paths in both}
    return on_canvas(compose, made.of("leak_visits").series, splits, None)


def lines(axes: Axes, index: int) -> list[np.ndarray]:
    """The values of what is drawn of a length: the shares, then all further visits."""
    own = [one for one in axes.lines if one.get_marker() == look_of(index)["marker"]]
    return [np.asarray(one.get_xydata()) for one in own]


def test_a_line_is_the_median_share_by_the_number_of_visits() -> None:
    gru = composed(findings()).axes[1]
    for index, length in enumerate(LENGTHS):
        count = min(int(length) + 1, VISITS)
        shares, *further = lines(gru, index)
        np.testing.assert_allclose(shares, np.stack([np.arange(count), SHARES[:count]], axis=1))
        assert [one.tolist() for one in further] == ([[[VISITS + 3, 0.25]]] if length > VISITS - 1 else [])


def test_the_mean_number_of_visits_is_marked_where_it_lies() -> None:
    gru = composed(findings()).axes[1]
    marked = sorted(float(one.get_xdata()[0]) for one in gru.lines if one.get_marker() == "^")
    means = [length * (1 - LEAK) for length in LENGTHS]
    assert marked == pytest.approx([means[0], means[1], VISITS + 3])
    assert means[2] > VISITS - 1


def test_what_is_withheld_is_said_and_not_drawn(tmp_path: Path) -> None:
    made = findings(withheld=True)
    gru = composed(made).axes[1]
    shares, _ = lines(gru, 2)
    assert not np.isfinite(shares[:, 1]).any()
    split = split_of(made.of("leak_visits").series[1], made.of("path_shares").series[1])
    assert words(split.parts[2]) == r"$T = 8$: $\kappa \geq$ $10^{5.3}$, mean 3.92, withheld"
    assert words(split.parts[1]).endswith("33% withheld")
    draw("leak_visits", made, tmp_path)
    caption = (tmp_path / "leak_visits.txt").read_text(encoding="utf-8")
    assert "cancelled from T = 5 on (up to 100% of the samples): shares withheld" in caption
    with (tmp_path / "leak_visits.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] == "GRU" and row["length"] == "8"]
    assert {row["share_median"] for row in rows} == {""}
    assert {row["share_cancelled"] for row in rows} == {"1.0"}


def test_kappa_is_the_least_where_visits_are_not_told_apart() -> None:
    made = findings()
    split = split_of(made.of("leak_visits").series[1], made.of("path_shares").series[1])
    assert [words(parts) for parts in split.parts] == [
        r"$T = 2$: $\kappa =$ 1.5, mean 0.98",
        r"$T = 5$: $\kappa \geq$ 1.5, mean 2.45",
        r"$T = 8$: $\kappa \geq$ 1.5, mean 3.92",
    ]
