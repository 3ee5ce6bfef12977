import json
import re
import shutil
from pathlib import Path

import pytest

from gru_vanish.figures.pages import VENUES, WIDTHS
from gru_vanish.figures.write import FORMATS
from tests.cli.commands import gru_vanish, python
from tests.cli.conftest import Ran

WATCHED = """
import sys
sys.argv = ["gru-vanish", "draw", "tiny"]
from gru_vanish.cli import main
try:
    main()
finally:
    heavy = {"jax", "jaxlib", "gru_vanish.config", "gru_vanish.engine"}
    print(sorted(heavy & set(sys.modules)), file=sys.stderr)
"""


def test_tables_and_figures_are_made_again_from_the_store_without_jax(tiny: Ran, tmp_path: Path) -> None:
    shutil.copytree(tiny.results, tmp_path / "results")
    folder = tmp_path / "results" / "tiny"
    kept = {path.name: path.read_bytes() for path in (folder / "figures").iterdir()}
    shutil.rmtree(folder / "figures")
    (folder / "summary.csv").unlink()
    done = python(WATCHED, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr.splitlines() == ["[]"]
    assert {path.name: path.read_bytes() for path in (folder / "figures").iterdir()} == kept
    assert (folder / "summary.csv").read_bytes() == (tiny.results / "tiny" / "summary.csv").read_bytes()
    assert done.stdout.splitlines()[:8] == tiny.done.stdout.splitlines()[:8]


FOR_PAPERS = """
import sys
from gru_vanish.cli import main
for venue, width in (("icml", "column"), ("neurips", "full"), ("slides", "full")):
    sys.argv = ["gru-vanish", "draw", "tiny", "--venue", venue, "--width", width, "--format", "pdf,svg"]
    try:
        main()
    except SystemExit as done:
        assert not done.code, done
assert not {"jax", "jaxlib", "gru_vanish.config", "gru_vanish.engine"} & set(sys.modules)
"""


def test_three_venues_are_drawn_without_computing_anything(tiny: Ran, tmp_path: Path) -> None:
    shutil.copytree(tiny.results, tmp_path / "results")
    folder = tmp_path / "results" / "tiny" / "figures"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = python(FOR_PAPERS, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    stems = {name.partition(".")[0] for name in before}
    for page, inches in (("icml-column", 3.25), ("neurips-full", 5.5), ("slides-full", 4.9606)):
        names = {path.name for path in (folder / page).iterdir()}
        assert names == {f"{stem}.{kind}" for stem in stems for kind in ("pdf", "svg", "txt", "alt.txt", "csv")}
        for stem in stems:
            svg = (folder / page / f"{stem}.svg").read_text(encoding="utf-8")
            width = re.search(r'<svg [^>]*width="([\d.]+)pt"', svg)
            assert width is not None
            assert float(width[1]) == pytest.approx(72 * inches, abs=0.01)
            # The numbers are the same on every page: only the picture differs.
            assert (folder / page / f"{stem}.csv").read_bytes() == before[f"{stem}.csv"]
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_json_lists_every_file_of_a_panel(tiny: Ran, tmp_path: Path) -> None:
    shutil.copytree(tiny.results, tmp_path / "results")
    pair = ["--panel", "gradient_vs_length, closed_forms", "--panel", "gradient_vs_length,decay_rate_vs_axis"]
    done = gru_vanish("draw", "tiny", *pair[2:], "--format", "svg", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)
    stem = "results/tiny/figures/gradient_vs_length+decay_rate_vs_axis"
    assert told["paths"]["figures"] == [f"{stem}.{kind}" for kind in ("svg", "txt", "alt.txt", "csv")]
    assert all((tmp_path / path).is_file() for path in told["paths"]["figures"])
    assert told["remarks"] == told["undrawn"] == []
    refused = gru_vanish("draw", "tiny", *pair, cwd=tmp_path)
    assert refused.returncode == 2
    assert "gradient_vs_length+closed_forms is not drawn: " in refused.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--venue", "icmll"), "no venue 'icmll'; did you mean 'icml'? There is: screen, neurips, icml"),
        (("--width", "columns"), "no width 'columns'; did you mean 'column'? There is: column, full"),
        (("--format", "pdf,jpg"), "no format 'jpg'; did you mean 'png'? There is: pdf, svg, png"),
        (("--panel", "gradient_vs_lenght,flow_map"), "no figure 'gradient_vs_lenght'; did you mean"),
        (("--panel", "flow_map"), "a panel holds 2 to 8 figures, each once; these are flow_map"),
    ],
)
def test_a_word_that_is_none_is_told_with_the_nearest(tiny: Ran, words: tuple[str, str], sentence: str) -> None:
    done = gru_vanish("draw", "tiny", *words, cwd=tiny.folder)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_study_that_is_not_there(tiny: Ran) -> None:
    done = gru_vanish("draw", "tini", cwd=tiny.folder)
    assert done.returncode == 2
    assert "there is no study 'tini' here; did you mean 'tiny'?" in done.stderr


def test_an_unknown_figure(tiny: Ran) -> None:
    done = gru_vanish("draw", "tiny", "--figure", "gradients", cwd=tiny.folder)
    assert done.returncode == 2
    assert "no figure 'gradients'" in done.stderr


def test_a_study_without_records(tiny: Ran, tmp_path: Path) -> None:
    shutil.copytree(tiny.results / "tiny", tmp_path / "results" / "tiny")
    done = gru_vanish("draw", "tiny", cwd=tmp_path)
    assert done.returncode == 2
    assert "no record yet" in done.stderr


def test_damage_is_exit_code_5(tiny: Ran, tmp_path: Path) -> None:
    shutil.copytree(tiny.results, tmp_path / "results")
    manifest = tmp_path / "results" / "tiny" / "manifest.json"
    sound = manifest.read_text(encoding="utf-8")
    record = next((tmp_path / "results" / "store").rglob("*.npz"))
    record.write_bytes(record.read_bytes()[:-40])
    assert gru_vanish("draw", "tiny", cwd=tmp_path).returncode == 5
    for broken in (
        sound[:-50],
        sound.replace('"name": "tiny"', '"name": "../other"', 1),
        without_keys(sound),
    ):
        manifest.write_text(broken, encoding="utf-8")
        done = gru_vanish("draw", "tiny", cwd=tmp_path)
        assert done.returncode == 5
        assert done.stderr.startswith("gru-vanish: damaged: results/tiny/manifest.json: ")
    assert not (tmp_path / "other").exists()


def without_keys(manifest: str) -> str:
    values = json.loads(manifest)
    values["series"][1]["keys"] = {}
    return json.dumps(values)


def test_the_help_names_every_venue_width_and_format(tmp_path: Path) -> None:
    told = " ".join(gru_vanish("draw", "--help", cwd=tmp_path).stdout.split())
    for word in (*VENUES, *WIDTHS, *FORMATS):
        assert re.search(rf"\b{word}\b", told), word
