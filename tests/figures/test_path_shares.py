"""What the artists of the two figures of path shares hold."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import StepPatch

from gru_vanish.analysis import Findings
from gru_vanish.figures import draw, path_shares, path_shares_vs_axis
from gru_vanish.figures.path_looks import COLOURS, HATCHES, looks
from tests.analysis.path_payloads import SHIFT
from tests.analysis.payloads import with_measures
from tests.analysis.synthetic import article, few, reader
from tests.figures.studies import on_canvas

KEEP = 1 / (1 + np.exp(-4.0))


def findings(study: object = None) -> Findings:
    manifest, records = with_measures(study or few(seeds=range(3), count=3), ["path_shares"])  # type: ignore[arg-type]
    return Findings(manifest, reader(records))


def panels(made: Findings) -> list[Axes]:
    drawn = [one for one in made.of("path_shares").series if one.seeds]
    return list(on_canvas(path_shares.compose, drawn, None).axes)


def reaches(axes: Axes, colour: str) -> set[tuple[float, float]]:
    """Give (bottom, top) of every non-empty step of the patches with a colour."""
    found = set()
    for patch in axes.patches:
        if isinstance(patch, StepPatch) and np.allclose(patch.get_facecolor()[:3], hex_rgb(colour)):
            values, _, baseline = patch.get_data()
            found |= {tuple(sorted((float(b), float(v)))) for v, b in zip(values, baseline, strict=True) if v != b}  # type: ignore[arg-type]
    return found  # type: ignore[return-value]


def hex_rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))


def test_shares_are_stacked_up_from_zero_and_negative_ones_down() -> None:
    slow = panels(findings())[2]
    paths = looks(["leak", "candidate", "update", "reset", "recurrent"])
    leak, candidate = KEEP + SHIFT, 1.1 - KEEP - SHIFT  # means over seeds 0, 1 and 2
    assert round_all(reaches(slow, paths["leak"].colour)) == {(0.0, round(leak, 9))}
    assert round_all(reaches(slow, paths["candidate"].colour)) == {(round(leak, 9), round(leak + candidate, 9))}
    assert round_all(reaches(slow, paths["update"].colour)) == {(-0.1, 0.0)}
    assert reaches(slow, paths["reset"].colour) == set()


def round_all(found: set[tuple[float, float]]) -> set[tuple[float, float]]:
    return {(round(low, 9), round(high, 9)) for low, high in found}


def test_the_frame_is_shared_and_holds_every_stack() -> None:
    shown = panels(findings())
    assert len({axes.get_ylim() for axes in shown}) == 1
    low, high = shown[0].get_ylim()
    assert -0.2 < low < -0.1
    assert 1.1 < high < 1.2
    assert shown[0].get_xlim() == (0.5, 8.5)


def test_a_stack_that_leaves_the_frame_is_told(tmp_path: Path) -> None:
    study = few(seeds=range(2), count=2)
    manifest, records = with_measures(study, ["path_shares"])
    for seed in range(2):
        payload = records[f"path_shares:GRU/{{}}/{seed}"].payload
        payload["share_leak"][2, 1] += 7.0
        payload["share_candidate"][2, 1] -= 7.0
    made = Findings(manifest, reader(records))
    assert panels(made)[1].get_ylim() == pytest.approx((-0.54, 1.54))
    draw("path_shares", made, tmp_path)
    caption = (tmp_path / "path_shares.txt").read_text(encoding="utf-8")
    assert "The frame ends at -0.5 and 1.5" in caption
    assert "25.0% of its bins leave the frame" in caption


def test_every_path_keeps_its_look_in_grey_too() -> None:
    paths = looks(["reset", "leak", "candidate", "update"])
    assert list(paths) == ["leak", "candidate", "update", "reset"]
    assert len({look.hatch for look in paths.values()}) == len({look.marker for look in paths.values()}) == 4
    assert len(COLOURS) == len(HATCHES) == len(set(HATCHES))


def test_shares_against_a_bias_are_the_rows_of_the_table() -> None:
    table = findings(article(range(3))).of("path_shares")
    group = [one for one in table.series if one.label == "GRU"]
    panel = path_shares_vs_axis.swept(group, "cells.GRU.init.update_bias")
    assert panel.values == [-4.0, -2.0, 0.0, 2.0, 4.0]
    (axes,) = on_canvas(path_shares_vs_axis.compose, [panel], None).axes
    lines = [line for line in axes.lines if len(np.atleast_1d(line.get_xdata())) == 5]
    assert len(lines) == 4
    rows = [row for row in table.rows() if row["label"] == "GRU" and row["path"] == "leak"]
    np.testing.assert_allclose(lines[0].get_ydata(), [row["share"] for row in rows])
    bars = [line for line in axes.lines if len(np.atleast_1d(line.get_xdata())) == 2 and line.get_xdata()[0] == -4.0]
    assert [tuple(bars[0].get_ydata())] == [(rows[0]["share_low"], rows[0]["share_high"])]
    assert axes.get_xlabel() == "update bias $b_z$"


def test_the_caption_gives_every_share_with_its_interval(tmp_path: Path) -> None:
    draw("path_shares", findings(), tmp_path)
    caption = (tmp_path / "path_shares.txt").read_text(encoding="utf-8")
    assert f"leak {KEEP + SHIFT:.3f} ± 0.025, candidate" in caption
    assert "update −0.1000" in caption or "update −0.1" in caption
    assert "its share is 1 by definition" in caption
