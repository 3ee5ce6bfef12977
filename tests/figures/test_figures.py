"""One conformance test for every figure, over studies of every shape."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.image import imread

from gru_vanish.figures import FIGURES, draw
from tests.figures.studies import STUDIES, table


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_bears_every_study(figure: str, study: str, tmp_path: Path) -> None:
    made = table(STUDIES[study]())
    before = mpl.rcParams["font.family"], mpl.rcParams["figure.figsize"], mpl.rcParams["svg.hashsalt"]
    files = draw(figure, made, tmp_path)
    assert before == (
        mpl.rcParams["font.family"], mpl.rcParams["figure.figsize"], mpl.rcParams["svg.hashsalt"]
    )  # fmt: skip
    assert [path.name for path in files] == [f"{figure}.{kind}" for kind in ("pdf", "svg", "png", "txt", "csv")]
    assert all(path.stat().st_size > 0 for path in files)
    height, width = imread(tmp_path / f"{figure}.png").shape[:2]
    assert width == 1650
    assert 0.3 < height / width < 2.0
    caption = (tmp_path / f"{figure}.txt").read_text(encoding="utf-8")
    for one in made.series:
        assert one.name.full in caption
        assert f"seeds {one.progress}" in caption
    with (tmp_path / f"{figure}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = made.band_columns()
    medians = [float(row["ln_h0_gradient_median"] or "nan") for row in rows]
    np.testing.assert_array_equal(medians, columns["ln_h0_gradient_median"])


@pytest.mark.parametrize("figure", FIGURES)
def test_two_processes_give_the_same_bytes(figure: str, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from gru_vanish.figures import draw\n"
        "from tests.figures.studies import STUDIES, table\n"
        f"draw({figure!r}, table(STUDIES['six series']()), Path(sys.argv[1]))\n"
        "assert 'jax' not in sys.modules"
    )
    for run, stamp in (("a", "0"), ("b", "1")):
        surroundings = os.environ | {"PYTHONHASHSEED": stamp}
        subprocess.run([sys.executable, "-c", code, str(tmp_path / run)], check=True, env=surroundings)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(files) == 5
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


@pytest.mark.parametrize("figure", FIGURES)
def test_fonts_are_embedded_as_type_42(figure: str, tmp_path: Path) -> None:
    draw(figure, table(STUDIES["one series"]()), tmp_path)
    content = (tmp_path / f"{figure}.pdf").read_bytes()
    assert b"/CIDFontType2" in content
    assert b"/Type3" not in content
    assert b"CreationDate" not in content


def test_an_unknown_figure_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="no figure 'pie'; there is: gradient_vs_length"):
        draw("pie", table(STUDIES["one series"]()), tmp_path)


def test_a_study_without_records_is_not_drawn(tmp_path: Path) -> None:
    manifest, _ = STUDIES["one series"]()
    with pytest.raises(ValueError, match="nothing to draw"):
        draw("gradient_vs_length", table((manifest, {})), tmp_path)
