"""Records that were copied from elsewhere are verified from their manifest alone."""

import json
import shutil
from pathlib import Path

import pytest

from gru_vanish.cli.exits import exit_code
from gru_vanish.cli.signals import Signals
from gru_vanish.cli.verify import verify
from gru_vanish.store import Store, make_record, read_manifest
from tests.cli.conftest import Ran
from tests.cli.one_process import Told, one_process
from tests.store.test_claims_elsewhere import listing


def tamper(folder: Path) -> None:
    """Damage one record, remove another, and let a third hold another number, well signed."""
    store = Store(folder)
    series = read_manifest(folder, "tiny")["series"]
    keys = [key for one in series for key in one["keys"]["h0_gradient"].values()]
    path = store.path(keys[0])
    path.write_bytes(path.read_bytes()[:-100])
    store.path(keys[1]).unlink()
    sound = store.read(keys[2])
    payload = {name: values.copy() for name, values in sound.payload.items()}
    payload["ln_transport"][2, 1] += 0.25
    said = (sound.about[name] for name in ("setting", "seed", "measure", "version"))
    store.path(keys[2]).unlink()
    store.write(make_record(*said, payload, sound.about["provenance"]))


@pytest.fixture(scope="module")
def verified(tiny: Ran, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """What is said of somebody else's results, without their config, sound and tampered with."""
    place = tmp_path_factory.mktemp("verify")
    for name in ("sound", "tampered"):
        shutil.copytree(tiny.results, place / name, copy_function=shutil.copyfile)
    tamper(place / "tampered")
    before = listing(place)
    commands = {
        "sound": ("verify", "tiny", "--results", "sound", "--all", "--json"),
        "tampered": ("verify", "tiny", "--results", "tampered", "--all"),
        "records": ("verify", "tiny", "--results", "sound", "--sample", "0"),
    }
    told = one_process(*(("", words) for words in commands.values()), cwd=place)
    assert listing(place) == before
    return dict(zip(commands, told, strict=True))


def test_sound_records_are_verified(verified: dict[str, Told]) -> None:
    done = verified["sound"]
    assert done.code == 0, done.stderr
    found = json.loads(done.stdout)
    none = dict.fromkeys(("missing", "damaged", "incomparable", "beyond", "failed"), 0)
    assert found["counts"] == {"units": 6, "sound": 6, "computed_again": 6, "identical": 6, **none}
    assert (found["largest_nats"], found["exit_code"]) == (0.0, 0)
    assert all(unit["difference"]["agrees"] for unit in found["units"])
    assert {unit["record"] for unit in found["units"]} == {"sound"}


def test_damage_tampering_and_what_is_missing_are_told_apart(verified: dict[str, Told]) -> None:
    done = verified["tampered"]
    assert done.code == 5, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "tiny: 4 of 6 records are here, whole and what they say"
    assert "note: 1 units of the study have no record yet" in lines
    damaged = "note: damaged: [bold]plain[/bold] RNN, uniform, seed 0, h0_gradient: not a whole .npz archive"
    assert any(line.startswith(damaged) for line in lines)
    (beyond,) = [line for line in lines if line.startswith("note: beyond rounding: ")]
    assert "GRU, uniform, b_z = −4, seed 0, h0_gradient: ln_transport is " in beyond
    assert "(0.25 nats)" in beyond
    assert lines[-1] == "NOT verified: 1 damaged, 1 beyond what rounding explains"


def test_the_records_alone(verified: dict[str, Told]) -> None:
    done = verified["records"]
    assert done.code == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "the records are whole; none was computed again"


@pytest.mark.parametrize(
    ("name", "everything", "sample", "sentence"),
    [
        ("tinny", False, None, "did you mean 'tiny'?"),
        ("../tiny", False, None, "is not a study's name"),
        ("tiny", True, 3, "give one of the two"),
    ],
)
def test_usage(
    name: str, everything: bool, sample: int | None, sentence: str, tiny: Ran, capsys: pytest.CaptureFixture[str]
) -> None:
    code = exit_code(lambda signals: verify(name, tiny.results, everything, sample, False, signals), Signals())
    assert code == 2
    out, err = capsys.readouterr()
    assert (out, sentence in err) == ("", True)
