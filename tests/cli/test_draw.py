import json
import shutil
from pathlib import Path

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
