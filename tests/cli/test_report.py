import json
import shutil
from pathlib import Path

from tests.cli.commands import gru_vanish, python
from tests.cli.conftest import Ran

WATCHED = """
import sys
sys.argv = ["gru-vanish", "report", "tiny"]
from gru_vanish.cli import main
try:
    main()
finally:
    heavy = {"jax", "jaxlib", "gru_vanish.config", "gru_vanish.engine"}
    print(sorted(heavy & set(sys.modules)), file=sys.stderr)
"""


def test_the_page_is_made_from_the_store_without_jax(tiny: Ran, tmp_path: Path) -> None:
    shutil.copytree(tiny.results, tmp_path / "results")
    done = python(WATCHED, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == ["[]"]
    page = tmp_path / "results" / "tiny" / "report.html"
    assert done.stdout.startswith("wrote results/tiny/report.html (")
    text = page.read_text(encoding="utf-8")
    manifest = json.loads((tmp_path / "results" / "tiny" / "manifest.json").read_text(encoding="utf-8"))
    assert f"<h1>{manifest['question'] or 'tiny'}</h1>" in text
    assert "gru-vanish verify tiny --all" in text
    assert "cpu: " in text  # the device, from the records
    assert f"jax {manifest['versions']['jax']}" in text
    assert text.count("<math ") >= len(manifest["equations"])
    assert len(page.read_bytes()) < 2_000_000


def test_output_and_json(tiny: Ran, tmp_path: Path) -> None:
    path = tmp_path / "new" / "page.html"
    done = gru_vanish("report", "tiny", "--output", str(path), "--json", cwd=tiny.folder)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == {"name": "tiny", "path": str(path), "bytes": path.stat().st_size, "undrawn": []}
    assert not (tiny.results / "tiny" / "report.html").exists()


def test_what_a_user_may_get_wrong(tiny: Ran, tmp_path: Path) -> None:
    done = gru_vanish("report", "tini", cwd=tiny.folder)
    assert done.returncode == 2
    assert "there is no study 'tini' here; did you mean 'tiny'?" in done.stderr
    (tmp_path / "file").touch()
    done = gru_vanish("report", "tiny", "--output", str(tmp_path / "file" / "page.html"), cwd=tiny.folder)
    assert done.returncode == 4
    assert str(tmp_path / "file") in done.stderr


def test_a_study_without_records(tiny: Ran, tmp_path: Path) -> None:
    shutil.copytree(tiny.results / "tiny", tmp_path / "results" / "tiny")
    done = gru_vanish("report", "tiny", cwd=tmp_path)
    assert done.returncode == 2
    assert "no record yet" in done.stderr


def test_damage_is_exit_code_5(tiny: Ran, tmp_path: Path) -> None:
    shutil.copytree(tiny.results, tmp_path / "results")
    record = next((tmp_path / "results" / "store").rglob("*.npz"))
    record.write_bytes(record.read_bytes()[:-40])
    done = gru_vanish("report", "tiny", cwd=tmp_path)
    assert done.returncode == 5
    assert not (tmp_path / "results" / "tiny" / "report.html").exists()
