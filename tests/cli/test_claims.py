"""Claims from the config to every place where a user meets them: the terminal, JSON, files, captions, the exit code."""

import copy
import csv
import json
import subprocess
from pathlib import Path

import pytest

from gru_vanish.analysis.claims import CLAIM_COLUMNS, CLOSED_FORMS, PREDICATES
from gru_vanish.cli.listing import listing
from gru_vanish.interface.known_study import require_whole
from gru_vanish.store import DamagedManifest
from tests.cli.commands import gru_vanish, result
from tests.cli.conftest import Ran

STUDY = """
schema: 1
name: claimed
seeds: 6
lengths: [1, 10, 20, 40]
inputs: {kind: gaussian, size: 2, batch: 2}
cells:
  RNN: {kind: rnn, hidden: 4}
  linear: {kind: rnn, hidden: 4, activation: identity, init: {recurrent: orthogonal}}
sweep:
  grid: {cells.linear.init.recurrent.gain: [0.5, 0.9, 1.1]}
claims:
  - id: rising
    says: "The gradient of a linear network with gain 1.1 falls."
    metric: decay_rate
    of: linear
    at: {gain: 1.1}
    greater_than: 0
  - id: exact
    says: "It is scaled by g at every step."
    metric: transport
    of: linear
    equals: {form: linear_orthogonal, within: 1.0e-4}
  - {id: order, says: "A larger gain is slower.", metric: decay_rate, of: linear, over: gain, monotone: decreasing}
  - {id: close, says: "Two RNNs agree.", metric: decay_rate, of: RNN, equals: {number: 1, relative: 1.0e-6}}
figures: [gradient_vs_length]
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("claimed")
    (folder / "claimed.yaml").write_text(STUDY, encoding="utf-8")
    return Ran(folder, gru_vanish("run", "claimed.yaml", "--strict", "--json", cwd=folder))


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "claims.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def verdicts(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return {one["id"]: one["verdict"] for one in result(done)["summary"]["claims"]}


def test_a_strict_run_fails_where_a_claim_does_not_come_out(ran: Ran) -> None:
    assert ran.done.returncode == 5, ran.done.stderr
    found = verdicts(ran.done)
    assert found == {"rising": "contradicted", "exact": "holds", "order": "holds", "close": found["close"]}
    assert found["close"] != "holds"
    assert "2 of 4 claims not as expected: rising, close" in ran.done.stderr


def test_the_json_holds_what_the_columns_say(ran: Ran) -> None:
    values = result(ran.done)
    assert values["exit_code"] == 5
    for one in values["summary"]["claims"]:
        assert list(one) == [*(column.name for column in CLAIM_COLUMNS), "readings"]
        assert len(one["readings"]) == one["points"]
    exact = values["summary"]["claims"][1]
    assert exact["points"] == 12
    assert exact["p_holm"] < 0.05
    rising = values["summary"]["claims"][0]
    assert rising["value"] == pytest.approx(-0.09531, abs=1e-5)
    assert rising["as_expected"] is False
    written = json.loads((ran.results / "claimed" / "summary.json").read_text(encoding="utf-8"))
    assert written["claims"] == values["summary"]["claims"]


def test_the_table_on_disk_and_the_manifest(ran: Ran) -> None:
    rows = table(ran.results / "claimed")
    assert list(rows[0]) == [column.name for column in CLAIM_COLUMNS]
    assert [row["id"] for row in rows] == ["rising", "exact", "order", "close"]
    manifest = json.loads((ran.results / "claimed" / "manifest.json").read_text(encoding="utf-8"))
    assert [one["claim"]["id"] for one in manifest["claims"]] == ["rising", "exact", "order", "close"]


def test_captions_name_the_verdicts(ran: Ran) -> None:
    caption = (ran.results / "claimed" / "figures" / "gradient_vs_length.txt").read_text(encoding="utf-8")
    assert caption.splitlines()[-1].startswith("Claims: rising contradicted, exact holds, order holds, close ")
    assert caption.endswith("(95 %, Holm over 4).\n")


def test_drawing_judges_again_without_a_config(ran: Ran) -> None:
    before = result(ran.done)["summary"]["claims"]
    done = gru_vanish("draw", "claimed", cwd=ran.folder)
    assert done.returncode == 0, done.stderr
    assert json.loads((ran.results / "claimed" / "summary.json").read_text(encoding="utf-8"))["claims"] == before
    assert "claims, 2 of 4 as expected" in done.stdout
    assert "rising CONTRADICTED, expected: holds. The gradient of a linear network with gain 1.1 falls" in done.stdout


def test_with_the_right_expectation_a_strict_run_is_content(ran: Ran) -> None:
    text = STUDY.replace("    greater_than: 0\n", "    greater_than: 0\n    expect: contradicted\n")
    (ran.folder / "right.yaml").write_text(text.replace("relative: 1.0e-6}", "within: 100}"), encoding="utf-8")
    done = gru_vanish("run", "right.yaml", "--strict", "--set", "figures=[]", cwd=ran.folder)
    assert done.returncode == 0, done.stderr
    assert "24 units: 24 found" in done.stderr


def test_checking_shows_them(ran: Ran) -> None:
    done = gru_vanish("check", "claimed.yaml", "--resolved", cwd=ran.folder)
    assert 'claims[2]: {"id": "order", "says": "A larger gain is slower."' in done.stdout


def test_the_lists_name_what_a_claim_may_say(capsys: pytest.CaptureFixture[str]) -> None:
    for kind, names in (("predicates", PREDICATES), ("forms", CLOSED_FORMS)):
        assert listing(kind, None) == 0
        assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(names)
    listing("metrics", "lag_shares.entries.share")
    assert "written lag_shares.entries.share[weight]" in capsys.readouterr().out


def test_claims_of_a_manifest_that_nobody_has_written(ran: Ran, tmp_path: Path) -> None:
    manifest = json.loads((ran.results / "claimed" / "manifest.json").read_text(encoding="utf-8"))
    require_whole(manifest, "claimed", tmp_path)
    foreign = copy.deepcopy(manifest)
    foreign["claims"][0]["claim"]["predicate"]["kind"] = "exec"
    with pytest.raises(DamagedManifest, match="no predicate 'exec'"):
        require_whole(foreign, "claimed", tmp_path)
    manifest["claims"][0]["claim"]["metric"] = "nothing"
    with pytest.raises(DamagedManifest, match="no metric 'nothing'"):
        require_whole(manifest, "claimed", tmp_path)
