"""`gru-vanish export` as its user sees it: what it writes, keeps and refuses, without jax."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.commands import python
from tests.cli.conftest import Ran
from tests.cli.one_process import Told, one_process

WATCHED = """
import sys
sys.argv = ["gru-vanish", "export", "tiny", "--to", "csv", "--to", "latex", "--columns"]
from gru_vanish.cli import main
try:
    main()
finally:
    heavy = {"jax", "jaxlib", "matplotlib", "gru_vanish.config", "gru_vanish.engine"}
    print(sorted(heavy & set(sys.modules)), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def place(tiny: Ran, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    shutil.copytree(tiny.results, folder / "results")
    (folder / "foreign").mkdir()
    (folder / "foreign" / "thesis.tex").write_text("mine", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def told(place: Path) -> dict[str, Told]:
    commands = {
        "json": ("export", "tiny", "--to", "json", "--to", "markdown", "--out", "here", "--json"),
        "more": ("export", "tiny", "--to", "csv", "--out", "here"),
        "foreign": ("export", "tiny", "--to", "csv", "--out", "foreign"),
        "format": ("export", "tiny", "--to", "xlsx"),
        "neither": ("export",),
        "no format": ("export", "tiny"),
        "cell": ("export", "tiny", "--to", "csv", "--cell", "gru"),
        "absent": ("export", "tini", "--to", "csv"),
    }
    plain: list[tuple[str, tuple[str | Path, ...]]] = [("", words) for words in commands.values()]
    return dict(zip(commands, one_process(*plain, cwd=place), strict=True))


def test_a_study_is_exported_without_jax(tiny: Ran, place: Path) -> None:
    done = python(WATCHED, cwd=place)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"
    folder = place / "results" / "tiny" / "export"
    files = {path.name for path in folder.iterdir()}
    rows, long = {"summary", "break_even", "bands"}, {"curves"}
    texts = {f"{name}.tex" for name in rows}
    assert files == {"index.json", "columns.json", "HOWTO.md", *texts, *(f"{name}.csv" for name in rows | long)}
    own = (tiny.results / "tiny" / "summary.csv").read_text(encoding="utf-8")
    assert (folder / "summary.csv").read_text(encoding="utf-8") == own
    assert "  decay_rate                    −[y(T_max) − y(T_0)]/(T_max − T_0)" in done.stdout
    assert "wrote results/tiny/export/summary.{csv,tex}" in done.stdout


def test_a_second_export_keeps_the_formats_of_the_first(place: Path, told: dict[str, Told]) -> None:
    assert told["json"].code == told["more"].code == 0
    found = json.loads(told["json"].stdout)
    assert found["tables"]["summary"]["rows"] == 3
    endings = {path.suffix for path in (place / "here").iterdir()}
    assert endings == {".json", ".md", ".csv"}
    assert (place / "here" / "summary.csv").exists()
    assert "## pandas, json" in (place / "here" / "HOWTO.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("foreign", "foreign holds other files (thesis.tex): name an empty or a new folder"),
        ("format", "no format 'xlsx'; there is: csv, parquet, json, latex, markdown"),
        ("neither", "name a study to export, or a folder with --oracle DIR"),
        ("no format", "say in which form: --to csv, parquet, json, latex, markdown"),
        ("cell", "--cell goes with --oracle DIR alone"),
        ("absent", "there is no study 'tini' here; did you mean 'tiny'?"),
    ],
)
def test_refusals(words: str, sentence: str, place: Path, told: dict[str, Told]) -> None:
    assert told[words].code == 2
    assert sentence in told[words].stderr
    assert [path.name for path in (place / "foreign").iterdir()] == ["thesis.tex"]
