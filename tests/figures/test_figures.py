"""One conformance test for every figure, over studies of every shape."""

import csv
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import pytest
from matplotlib.image import imread

from gru_vanish.analysis import Findings
from gru_vanish.config.drawable import swept_numbers
from gru_vanish.config.vocabulary import FIGURE_NEEDS
from gru_vanish.figures import FIGURES, NotDrawableError, draw, write
from tests.analysis.synthetic import reader
from tests.figures.studies import STUDIES, findings, table

DRAWN: dict[str, list[str]] = {
    "decay_rate_vs_axis": ["thirteen series", "gains", "closed form"],
    "phase_diagram": ["two axes"],
    "path_shares_vs_axis": ["thirteen series", "gains", "closed form"],
    "closed_forms": ["closed form"],
    "solved_vs_length": ["task lengths"],
}
"""The studies that a figure must draw where that is not all of them; the first is the one it is tried on."""


def first(figure: str) -> str:
    return DRAWN.get(figure, ["six series"])[0]


def of(figure: str, study: str) -> Findings:
    return findings(STUDIES[study](), FIGURES[figure].measures)


BORNE = [(figure, study) for figure in FIGURES for study in DRAWN.get(figure, list(STUDIES))]
NOT_BORNE = [(figure, study) for figure in FIGURES for study in STUDIES if (figure, study) not in BORNE]


@pytest.mark.parametrize(("figure", "study"), BORNE)
def test_every_figure_bears_every_study(
    figure: str, study: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to its layout, for which every text is measured: three formats of each would take minutes."""
    monkeypatch.setattr(write, "METADATA", {})
    made = of(figure, study)
    before = mpl.rcParams["font.family"], mpl.rcParams["figure.figsize"], mpl.rcParams["svg.hashsalt"]
    draw(figure, made, tmp_path)
    assert before == (
        mpl.rcParams["font.family"], mpl.rcParams["figure.figsize"], mpl.rcParams["svg.hashsalt"]
    )  # fmt: skip
    caption = (tmp_path / f"{figure}.txt").read_text(encoding="utf-8")
    assert caption.startswith(f"Study {made.name}. {made.question}\n")
    assert ("UNFINISHED: " in caption) == (study == "unfinished")
    for one in table(STUDIES[study]()).series:
        assert one.name.full in caption
        assert f"seeds {one.progress}" in caption
    with (tmp_path / f"{figure}.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file))


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_is_written_in_six_files(figure: str, tmp_path: Path) -> None:
    files = draw(figure, of(figure, first(figure)), tmp_path)
    assert [path.name for path in files] == [
        f"{figure}.{kind}" for kind in ("pdf", "svg", "png", "txt", "alt.txt", "csv")
    ]
    assert all(path.stat().st_size > 0 for path in files)
    height, width = imread(tmp_path / f"{figure}.png").shape[:2]
    assert width == 1650
    assert 0.3 < height / width < 2.0
    content = (tmp_path / f"{figure}.pdf").read_bytes()
    assert b"/CIDFontType2" in content  # fonts are embedded as Type 42
    assert b"/Type3" not in content
    assert b"CreationDate" not in content
    assert b"STIXGeneral" in content


@pytest.mark.parametrize(("figure", "study"), NOT_BORNE)
def test_a_study_that_a_figure_is_not_for_gets_a_sentence(figure: str, study: str, tmp_path: Path) -> None:
    with pytest.raises(NotDrawableError, match=r"\w+ \w+ \w+"):
        draw(figure, of(figure, study), tmp_path)
    assert list(tmp_path.iterdir()) == []


ALL = f"""
import sys
from pathlib import Path
from gru_vanish.figures import draw, page_of, panel_of, write_picture
from tests.figures.studies import STUDIES, findings
for figure, study, measures in {[(name, first(name), figure.measures) for name, figure in FIGURES.items()]!r}:
    draw(figure, findings(STUDIES[study](), measures), Path(sys.argv[1]))
several = ["gradient_vs_length", "path_shares"]
page = page_of("icml", "column")
made = findings(STUDIES["six series"](), ["path_shares"])
write_picture(panel_of(several, made, page), Path(sys.argv[1]) / page.name, page)
assert "jax" not in sys.modules
"""


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """All figures, drawn by two processes with other hashes."""
    folders = tmp_path_factory.mktemp("a"), tmp_path_factory.mktemp("b")
    for stamp, folder in enumerate(folders):
        surroundings = os.environ | {"PYTHONHASHSEED": str(stamp)}
        subprocess.run([sys.executable, "-c", ALL, str(folder)], check=True, env=surroundings)
    return folders


@pytest.mark.parametrize("figure", FIGURES)
def test_two_processes_give_the_same_bytes(figure: str, twice: tuple[Path, Path]) -> None:
    require_same(*(sorted(folder.glob(f"{figure}.*")) for folder in twice))


def test_two_processes_give_the_same_bytes_of_several_in_one_for_a_paper(twice: tuple[Path, Path]) -> None:
    require_same(*(sorted((folder / "icml-column").iterdir()) for folder in twice))


def require_same(first: list[Path], second: list[Path]) -> None:
    assert [path.name for path in first] == [path.name for path in second]
    assert len(first) == 6
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


@pytest.mark.parametrize("figure", FIGURES)
def test_a_study_without_records_is_not_drawn(figure: str, tmp_path: Path) -> None:
    made = of(figure, first(figure))
    with pytest.raises(NotDrawableError, match="nothing to draw"):
        draw(figure, Findings(made.manifest, reader({})), tmp_path)


@pytest.mark.parametrize("figure", [name for name, figure in FIGURES.items() if figure.measures])
def test_a_measure_that_the_study_lacks_is_named(figure: str, tmp_path: Path) -> None:
    made = of(figure, "one series")
    without = Findings({**made.manifest, "measures": ["another"]}, made.read)
    needed = ", ".join(FIGURES[figure].measures)
    with pytest.raises(NotDrawableError, match=rf"write measure: \[another, {needed}\] in its config"):
        draw(figure, without, tmp_path)


def test_an_unknown_figure_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=r"no figure 'pie'\. There is: gradient_vs_length"):
        draw("pie", of("gradient_vs_length", "one series"), tmp_path)


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("figure", [name for name, needs in FIGURE_NEEDS.items() if needs.axes is not None])
def test_the_config_refuses_just_what_can_not_be_drawn(figure: str, study: str, tmp_path: Path) -> None:
    """The config room counts the axes of a sweep on its own, since it draws nothing: both must agree."""
    entries = STUDIES[study]()[0]["series"]
    series = [SimpleNamespace(label=one["label"], swept=tuple(one["swept"].items())) for one in entries]
    counts = dict(swept_numbers(series))
    assert (FIGURE_NEEDS[figure].axes in counts.values()) == (study in DRAWN[figure])


def test_the_config_knows_what_every_figure_is_drawn_from() -> None:
    needed = {name: needs.measures for name, needs in FIGURE_NEEDS.items()}
    assert needed == {name: figure.measures for name, figure in FIGURES.items()}
