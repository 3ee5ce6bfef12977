"""Shares, products and visits of gate paths: from records with known numbers to rows and long tables."""

import numpy as np
import pytest

from gru_vanish.analysis import Findings
from tests.analysis.path_payloads import LENGTHS, SHIFT, VISITS
from tests.analysis.payloads import with_measures
from tests.analysis.synthetic import few, reader

T95 = 4.302652729911275  # Student t of three seeds
KEEP = 1 / (1 + np.exp(-4.0))  # the share of the leak at a bias of −4


def made(measure: str, seeds: int = 3) -> Findings:
    manifest, records = with_measures(few(seeds=range(seeds), count=3), [measure])
    return Findings(manifest, reader(records))


def test_every_path_has_its_share_over_seeds() -> None:
    rows = made("path_shares").of("path_shares").rows()
    gates = ["leak", "candidate", "reset", "update"]
    assert [(row["label"], row["path"]) for row in rows] == [
        ("RNN", "recurrent"),
        *(("GRU", path) for path in gates),
        *(("GRU_slow", path) for path in gates),
    ]
    leak, candidate = rows[5], rows[6]
    assert leak["length"] == LENGTHS[-1]
    assert leak["share"] == pytest.approx(KEEP + SHIFT)  # seeds 0, 1 and 2
    assert leak["share_high"] - leak["share"] == pytest.approx(T95 * SHIFT / np.sqrt(3))
    assert candidate["share"] == pytest.approx(1.1 - KEEP - SHIFT)
    assert sum(row["share"] for row in rows[5:9]) == pytest.approx(1.0)
    assert rows[8]["share"] == pytest.approx(-0.1)
    assert leak["visits"] == pytest.approx(8 * (1 - KEEP - SHIFT))
    assert leak["alignment_min"] == 0.25
    assert rows[0]["visits"] == 8
    assert rows[0]["remarks"] == "one use of h_(t-1): its share is 1 by definition"


def test_the_long_table_holds_the_bins_that_exist() -> None:
    columns = made("path_shares").of("path_shares").columns()
    chosen = (columns["label"] == "GRU_slow") & (columns["path"] == "leak") & (columns["seed"] == 2)
    assert columns["length"][chosen].tolist() == [2, 2, 5, 5, 5, 5, 8, 8, 8, 8]
    assert columns["step_first"][chosen].tolist() == [1, 2, 1, 2, 3, 4, 1, 3, 5, 7]
    assert columns["step_last"][chosen].tolist() == [1, 2, 1, 2, 3, 5, 2, 4, 6, 8]
    np.testing.assert_allclose(columns["share"][chosen], KEEP + 2 * SHIFT)


def test_what_is_lost_or_means_little_is_remarked() -> None:
    manifest, records = with_measures(few(seeds=range(2), count=2), ["path_shares"])
    payload = records["path_shares:GRU/{}/1"].payload
    payload["cancelled"][1:, 0] = True
    payload["total_leak"][1:, 0] = np.nan
    payload["status"][2, :] = 2
    rows = Findings(manifest, reader(records)).of("path_shares").rows()
    assert rows[1]["remarks"] == (
        "cancelled from T = 5 on (up to 17% of the samples): withheld; chaotic from T = 8 on (up to 50% of the samples)"
    )
    assert rows[1]["share_cancelled"] == pytest.approx(1 / 6)
    assert np.isfinite(rows[1]["share"])


def test_products_are_told_against_the_gradient() -> None:
    rows = {(row["label"], row["product"]): row for row in made("path_products").of("path_products").rows()}
    assert rows["GRU", "all paths"]["ln_transport"] == pytest.approx(-4 - SHIFT)
    assert rows["GRU", "all paths"]["ln_against_gradient"] == 0
    assert rows["GRU", "alone leak"]["ln_against_gradient"] == pytest.approx(-8 * (1 + SHIFT))
    assert rows["GRU", "without candidate"]["ln_against_gradient"] == pytest.approx(-0.2)
    dead = rows["GRU", "alone reset"]
    assert dead["ln_against_gradient"] is None
    assert dead["share_exact_zero"] == 1
    order = [product for label, product in rows if label == "GRU"]
    assert order == [
        "all paths",
        *(f"alone {path}" for path in ("leak", "candidate", "reset", "update")),
        *(f"without {path}" for path in ("leak", "candidate", "reset", "update")),
    ]


def test_visits_are_told_at_every_length() -> None:
    findings = made("leak_visits")
    rows = findings.of("leak_visits").rows()
    assert [row["length"] for row in rows[:3]] == LENGTHS.tolist()
    assert rows[0]["share_none"] == pytest.approx(0.5 + SHIFT)
    assert rows[0]["share_further"] == pytest.approx(0.25)
    assert rows[0]["ln_cancellation"] == pytest.approx(np.log(1.5))
    columns = findings.of("leak_visits").columns()
    chosen = (columns["label"] == "GRU") & (columns["seed"] == 1) & (columns["length"] == 5)
    assert columns["visits"][chosen].tolist() == [*range(VISITS), -1]
    np.testing.assert_allclose(columns["share"][chosen], [0.5 + SHIFT, 0.25 - SHIFT, -0.25, 0.25, 0.25])
    np.testing.assert_allclose(columns["ln_part"][chosen][-1], -2.5 + np.log(0.25))


def test_lost_visits_are_remarked() -> None:
    manifest, records = with_measures(few(seeds=range(1), count=1), ["leak_visits"])
    payload = records["leak_visits:RNN/{}/0"].payload
    payload["cancelled"][2] = True
    payload["share_part"][2] = np.nan
    row = Findings(manifest, reader(records)).of("leak_visits").rows()[2]
    assert "cancelled from T = 8 on (up to 100% of the samples): shares withheld" in row["remarks"]
    assert row["share_none"] is None
