import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.commands import gru_vanish
from tests.cli.one_process import Told, one_process

WRONG = """
from gru_vanish.cells import CELLS, RNN
from gru_vanish.contracts import Pulled
class Wrong(RNN):
    def pullback(self, params, local, cotangent):
        uses, affine = super().pullback(params, local, cotangent)
        return Pulled(type(uses)(1.000001 * uses.recurrent), affine)
CELLS["rnn"] = Wrong
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("oracle")
    (folder / "foreign").mkdir()
    (folder / "foreign" / "notes.txt").write_text("mine", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def told(place: Path) -> dict[str, Told]:
    """How the command ended, one after the other in one process."""
    commands = {
        "written": ("", ("export", "--oracle", "first", "--cell", "rnn", "--json")),
        "foreign": ("", ("export", "--oracle", "foreign", "--cell", "rnn")),
        "unknown": ("", ("export", "--oracle", "none", "--cell", "gur:torch")),
        "study": ("", ("export", "tiny", "--oracle", "none")),
        "wrong": (WRONG, ("export", "--oracle", "wrong", "--cell", "rnn")),
    }
    return dict(zip(commands, one_process(*commands.values(), cwd=place), strict=True))


def test_the_files_and_their_index(place: Path, told: dict[str, Told]) -> None:
    assert told["written"].code == 0, told["written"].stderr
    assert told["written"].stderr.splitlines()[-1] == "gru-vanish: 1 of 1: rnn agrees in four ways"
    files = {path.name for path in (place / "first").iterdir()}
    assert files == {"index.json", "README.md", "rnn.json", "rnn.safetensors"}
    found = json.loads(told["written"].stdout)
    assert found["networks"] == ["rnn"]
    assert {Path(path).name for path in found["paths"]} == files
    index = json.loads((place / "first" / "index.json").read_text(encoding="utf-8"))
    digests = {name: sha256((place / "first" / name).read_bytes()).hexdigest() for name in files - {"index.json"}}
    assert index["files"] == digests


def test_the_same_bytes_by_another_process(place: Path, told: dict[str, Told]) -> None:
    done = gru_vanish("export", "--oracle", "again", "--cell", "rnn", "--seed", "0", cwd=place)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:2] == ["wrote again/index.json", "wrote again/rnn.{safetensors,json}"]
    for path in (place / "first").iterdir():
        assert (place / "again" / path.name).read_bytes() == path.read_bytes()


def test_a_wrong_adjoint_is_refused_and_nothing_is_written(place: Path, told: dict[str, Told]) -> None:
    assert told["wrong"].code == 5
    refusal = told["wrong"].stderr.splitlines()[-1]
    assert refusal.startswith("gru-vanish: nothing was written: rnn: 'derived' differs from all others in ")
    assert "gradient.states" in refusal
    assert "jacobian.step" in refusal
    assert not (place / "wrong").exists()


def test_refusals(place: Path, told: dict[str, Told]) -> None:
    assert told["foreign"].code == 2
    assert "foreign holds other files (notes.txt): name an empty or a new folder" in told["foreign"].stderr
    assert [path.name for path in (place / "foreign").iterdir()] == ["notes.txt"]
    assert told["unknown"].code == 2
    assert "--cell gur:torch: no such cell; did you mean 'gru:torch'?" in told["unknown"].stderr
    assert told["study"].code == 2
    assert "--oracle is about no study: NAME does not go with it" in told["study"].stderr
    assert not (place / "none").exists()
