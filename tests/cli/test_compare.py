import csv
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from gru_vanish.analysis.comparing import DIFFERENCE_COLUMNS
from tests.cli.commands import TINY, gru_vanish, python
from tests.cli.conftest import Ran
from tests.cli.one_process import Told, one_process

OTHER = TINY.replace("name: tiny", "name: wide").replace("scale: 1.0", "scale: 2.0")
WATCHED = """
import sys
sys.argv = ["gru-vanish", "compare", "tiny", "wide"]
from gru_vanish.cli import main
try:
    main()
finally:
    heavy = {"jax", "jaxlib", "gru_vanish.config", "gru_vanish.engine"}
    print(sorted(heavy & set(sys.modules)), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def place(tiny: Ran, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two finished studies in one folder of results."""
    folder = tmp_path_factory.mktemp("compare")
    shutil.copytree(tiny.results, folder / "results")
    (folder / "wide.yaml").write_text(OTHER, encoding="utf-8")
    done = gru_vanish("run", "wide.yaml", cwd=folder)
    assert done.returncode == 0, done.stderr
    shutil.copytree(folder / "results", folder / "elsewhere")
    return folder


def digests(folder: Path) -> dict[str, str]:
    """Every file but those of comparisons."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and "compare" not in path.parts]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def compared(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "results/tiny/compare/wide").iterdir()}


def test_two_studies_without_jax_twice_the_same_and_nothing_else_is_touched(place: Path) -> None:
    before = digests(place / "results")
    done = python(WATCHED, cwd=place)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"
    files = compared(place)
    endings = ("pdf", "svg", "png", "txt", "alt.txt", "csv", "json")
    assert files.keys() == {"differences.csv", *(f"comparison.{ending}" for ending in endings)}
    (again,) = one_process(("", ("compare", "tiny", "wide")), cwd=place)
    assert again.stdout == done.stdout
    assert compared(place) == files
    assert digests(place / "results") == before
    lines = done.stdout.splitlines()
    assert lines[0] == "A: tiny, 6 of 6 units: Is a study of six units computed once?"
    assert any(line.split() == ["inputs.scale", "1", "2", "all", "pairs"] for line in lines)
    assert any(line.startswith("numbers beyond their intervals: ") for line in lines)
    assert lines[-1] == "wrote results/tiny/compare/wide/comparison.{json,pdf,svg,png,txt,alt.txt,csv}"
    with (place / "results/tiny/compare/wide/differences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [column.name for column in DIFFERENCE_COLUMNS]
    assert {row["series"] for row in rows if row["pair"] == "0"} == {"[bold]plain[/bold] RNN, uniform"}
    stored = json.loads(files["comparison.json"])
    assert [one["name"] for one in stored["columns"]] == list(rows[0])


@pytest.fixture(scope="module")
def told(place: Path) -> dict[str, Told]:
    commands: dict[str, tuple[str | Path, ...]] = {
        "json": ("compare", "tiny", "wide", "--json", "--format", "svg"),
        "itself": ("compare", "tiny", "tiny", "--results-b", "elsewhere", "--format", "svg", "--json"),
        "pair": ("compare", "tiny", "wide", "--pair", "RNN=GRU, uniform, b_z = 0", "--format", "svg", "--json"),
        "venue": ("compare", "tiny", "wide", "--venue", "icml", "--width", "column", "--format", "pdf"),
        "absent": ("compare", "tiny", "wode"),
        "absent elsewhere": ("compare", "tiny", "wide", "--results-b", "nowhere"),
        "no series": ("compare", "tiny", "wide", "--pair", "RNN=GUR"),
        "no pair": ("compare", "tiny", "wide", "--pair", "RNN"),
        "no measure": ("compare", "tiny", "wide", "--measure", "h0_gradent"),
        "no venue": ("compare", "tiny", "wide", "--venue", "icmll"),
        "no format": ("compare", "tiny", "wide", "--format", "gif"),
        "no name": ("compare", "tiny", "../wide"),
        **{name: ("compare", "tiny", "wide", "--results", name) for name in ("apart", "broken", "cut")},
        "help": ("compare", "--help"),
    }
    damaged(place)
    plain = [("", words) for words in commands.values()]
    return dict(zip(commands, one_process(*plain, cwd=place), strict=True))


def test_json_is_one_object(place: Path, told: dict[str, Told]) -> None:
    found = json.loads(told["json"].stdout)
    assert told["json"].code == 0
    assert found["settings"] == [{"path": "inputs.scale", "a": 1.0, "b": 2.0, "pairs": [0, 1, 2]}]
    assert [one["because"] for one in found["pairs"]] == ["same label and swept values"] * 3
    assert found["comparisons"] == sum(one["p"] is not None for one in found["numbers"]) > 0
    assert {one["method"] for one in found["numbers"] if one["p"] is not None} <= {"paired by seed", "no spread"}
    paths = [*found["paths"]["tables"], *found["paths"]["figures"]]
    assert all((place / path).is_file() for path in paths)
    assert found["remarks"] == found["claims"] == []


def test_one_study_in_two_places_reads_the_same_records(told: dict[str, Told]) -> None:
    found = json.loads(told["itself"].stdout)
    assert found["comparisons"] == 0
    assert found["outcomes"].keys() == {"same records", "not tested"}
    assert (found["a"]["title"], found["b"]["title"]) == ("tiny (A)", "tiny (B)")


def test_the_user_pairs_series(told: dict[str, Told]) -> None:
    found = json.loads(told["pair"].stdout)
    pairs = {(one["a_label"], one["b_series"], one["because"]) for one in found["pairs"]}
    assert ("RNN", 2, "named by the user") in pairs
    assert [one["label"] for one in found["only_a"]] == ["GRU"]
    assert [one["label"] for one in found["only_b"]] == ["RNN"]


def test_a_paper_has_its_own_folder(place: Path, told: dict[str, Told]) -> None:
    assert told["venue"].code == 0
    folder = place / "results/tiny/compare/wide/icml-column"
    assert {path.name for path in folder.iterdir()} >= {"comparison.pdf", "comparison.txt", "comparison.csv"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("absent", "there is no study 'wode' here; did you mean 'wide'?"),
        ("absent elsewhere", "there is no study 'wide' here"),
        ("no series", "study wide has no series 'GUR'; did you mean 'GRU'? There is: RNN, GRU"),
        ("no pair", "'RNN' is no pair: write SERIES_OF_A=SERIES_OF_B"),
        ("no measure", "not both studies measure 'h0_gradent'; did you mean 'h0_gradient'?"),
        ("no venue", "no venue 'icmll'; did you mean 'icml'?"),
        ("no format", "no format 'gif'"),
        ("no name", "'../wide' is not a study's name"),
    ],
)
def test_refusals(words: str, sentence: str, told: dict[str, Told]) -> None:
    assert told[words].code == 2
    assert sentence in told[words].stderr
    assert told[words].stdout == ""
    assert "Traceback" not in told[words].stderr


@pytest.mark.parametrize(
    ("folder", "code", "sentence"),
    [
        ("apart", 2, "no series of tiny (RNN, GRU) clearly belongs beside one of wide (X0, X1, X2): say which"),
        ("broken", 5, "damaged: broken/wide/manifest.json"),
        ("cut", 5, "damaged: cut/store/"),
    ],
)
def test_damage_and_nothing_in_common(
    folder: str, code: int, sentence: str, place: Path, told: dict[str, Told]
) -> None:
    assert told[folder].code == code
    assert sentence in told[folder].stderr
    assert told[folder].stdout == ""
    assert not (place / folder / "tiny" / "compare").exists()


def damaged(place: Path) -> None:
    """Copies of the results: without a common series, with half a manifest, with records cut short."""
    for name in ("apart", "broken", "cut"):
        shutil.copytree(place / "elsewhere", place / name)
    manifest = place / "apart" / "wide" / "manifest.json"
    sound = json.loads(manifest.read_text(encoding="utf-8"))
    for index, one in enumerate(sound["series"]):
        one["label"], one["setting"]["cell"]["hidden"] = f"X{index}", 7
    manifest.write_text(json.dumps(sound), encoding="utf-8")
    (place / "broken" / "wide" / "manifest.json").write_text("{", encoding="utf-8")
    for record in (place / "cut" / "store").rglob("*.npz"):
        record.write_bytes(record.read_bytes()[:-40])


def test_the_help_names_what_there_is(told: dict[str, Told]) -> None:
    words = " ".join(told["help"].stdout.split())
    assert all(word in words for word in ("--results-b", "--pair", "--measure", "--venue", "--width", "--format"))
