"""What is in the phase diagram: read from the drawn artists, over a plane whose rates are known."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from gru_vanish.analysis import Findings
from gru_vanish.figures import NotDrawableError, draw
from gru_vanish.figures.phase_diagram import compose, norm_of
from gru_vanish.figures.phase_grid import DECAYS, GROWS, MISSING, NO_DECAY, NO_RATE, PhaseGrid, grids, segments
from gru_vanish.figures.phase_panel import LOOKS, steps_text
from tests.analysis.synthetic import Study, cell, entry, reader, record, study
from tests.figures.studies import STUDIES, findings, on_canvas

GAINS, SCALES = (0.5, 1.0, 1.5, 2.0), (0.0, 0.1, 1.0)
LENGTHS = np.asarray([10, 20, 40, 70, 100])


def plane() -> Study:
    """An orthogonal tanh RNN whose rate is scale − ln g exactly; one point of the plane is left out of the sweep."""
    parts = []
    for scale in SCALES:
        for gain in GAINS:
            swept = {"cells.RNN.init.recurrent.gain": gain, "inputs.scale": scale}
            structure = cell("rnn", {"kind": "orthogonal", "gain": gain}, activation="tanh")
            one = entry("RNN", structure, range(3), swept=swept, scale=scale, lengths=LENGTHS)
            if (gain, scale) != (2.0, 1.0):
                parts.append((one, scale - math.log(gain)))
    return study(parts, range(3), noise=0.0)


def of(made: Study) -> PhaseGrid:
    manifest, records = made
    (grid,) = grids(Findings(manifest, reader(records)).headline.series)
    return grid


def drawn(grid: PhaseGrid) -> Figure:
    return on_canvas(compose, [grid], None)


def test_every_point_is_what_its_rate_says() -> None:
    grid = of(plane())
    assert (grid.x, grid.y) == (GAINS, SCALES)
    expected = np.asarray(SCALES)[:, None] - np.log(GAINS)[None]
    known = grid.kind != MISSING
    assert known.sum() == 11
    np.testing.assert_allclose(grid.rate[known], expected[known], atol=1e-12)
    decays = known & (expected > 0.0)
    np.testing.assert_allclose(grid.half_life[decays], math.log(2.0) / expected[decays])
    assert np.isnan(grid.half_life[~decays]).all()
    assert set(grid.kind[known & (expected < 0.0)].tolist()) == {GROWS}
    assert set(grid.kind[decays].tolist()) == {DECAYS}


def test_the_colours_are_the_half_lives_and_the_hatches_the_rest() -> None:
    grid = of(plane())
    axes = drawn(grid).axes[0]
    (mesh,) = (one for one in axes.collections if isinstance(one, QuadMesh))
    np.testing.assert_array_equal(np.ma.filled(mesh.get_array(), np.nan), grid.half_life)
    norm = norm_of([grid])
    assert norm is not None
    assert (norm.vmin, norm.vmax) == (np.nanmin(grid.half_life), np.nanmax(grid.half_life))
    hatched = {
        (round(one.get_y() + 0.5), round(one.get_x() + 0.5)): one.get_hatch()
        for one in axes.patches
        if isinstance(one, Rectangle)
    }
    assert set(hatched) == {tuple(place) for place in np.argwhere(grid.kind != DECAYS).tolist()}
    for place, hatch in hatched.items():
        assert (hatch or "") == LOOKS[int(grid.kind[place])]["hatch"]


def test_half_lives_are_written_into_their_points() -> None:
    grid = of(plane())
    texts = {text.get_position(): text.get_text() for text in drawn(grid).axes[0].texts if text.get_text()}
    expected = {
        (column, row): steps_text(float(grid.half_life[row, column]))
        for row, column in np.argwhere(grid.kind == DECAYS)
    }
    assert texts == expected
    assert [steps_text(value) for value in (0.123, 1.0, 48.4, 123.0, 20480.0, 3.2e6)] == [
        "0.12", "1", "48", "120", "20000", "3e6",
    ]  # fmt: skip


def test_the_known_critical_gain_is_drawn_where_it_is_known_only() -> None:
    """Without input: g = 1, the place 1 of the gains, across the row of scale 0."""
    (line,) = segments(of(plane()))
    np.testing.assert_allclose(line[0], 1.0)
    np.testing.assert_allclose(line[1], [-0.5, 0.0, 0.5])
    assert list(segments(of(STUDIES["two axes"]()))) == []


def test_the_measured_line_is_where_the_rate_changes_its_sign() -> None:
    """At scale 0.1 between g = 1 and 1.5: rates 0.1 and 0.1 − ln 1.5."""
    axes = drawn(of(plane())).axes[0]
    (contour,) = (one for one in axes.collections if not isinstance(one, QuadMesh) and len(one.get_paths()))
    crossing = 1.0 + 0.1 / math.log(1.5)
    vertices = np.concatenate([path.vertices for path in contour.get_paths()])
    on_row = vertices[np.isclose(vertices[:, 1], 1.0)]
    np.testing.assert_allclose(on_row[:, 0], crossing, atol=1e-6)


def test_what_has_no_rate_or_no_sign_has_its_own_look() -> None:
    manifest, records = plane()
    first, second = (manifest["series"][place]["keys"]["h0_gradient"] for place in (0, 4))
    for seed, key in first.items():
        records[key] = record(LENGTHS, (-1.0) ** int(seed) * 0.01 * LENGTHS[:, None] * np.ones((1, 2)))
    for key in second.values():
        records[key] = record(LENGTHS, np.full((LENGTHS.size, 2), -np.inf))
    grid = of((manifest, records))
    assert (grid.kind[0, 0], grid.kind[1, 0]) == (NO_DECAY, NO_RATE)
    words = {text.get_text() for text in drawn(grid).findobj(Text)}
    assert {"no decay resolved (interval holds 0)", "no decay rate", "not measured", "the gradient grows"} <= words


def test_an_unfinished_plane_draws_nothing_for_what_is_missing(tmp_path: Path) -> None:
    manifest, records = plane()
    for key in manifest["series"][0]["keys"]["h0_gradient"].values():
        del records[key]
    grid = of((manifest, records))
    assert grid.kind[0, 0] == MISSING
    draw("phase_diagram", Findings(manifest, reader(records)), tmp_path)
    caption = (tmp_path / "phase_diagram.txt").read_text(encoding="utf-8")
    assert "UNFINISHED: 30 of 33" in caption
    assert "Solid (RNN): known critical gain g = 1; the tanh RNN at the origin, without input" in caption
    rows = list(csv.DictReader((tmp_path / "phase_diagram.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["kind"] for row in rows].count("not measured") == 2
    assert len(rows) == len(GAINS) * len(SCALES)


def test_a_study_without_a_plane_is_told_what_it_sweeps(tmp_path: Path) -> None:
    with pytest.raises(
        NotDrawableError, match=r"exactly two axes, both of numbers; study study sweeps RNN: cells\.RNN"
    ):
        draw("phase_diagram", findings(STUDIES["gains"]()), tmp_path)
