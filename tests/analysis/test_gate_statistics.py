import numpy as np
import pytest

from gru_vanish.analysis import Findings
from tests.analysis.gate_payload import LEVELS, SHIFT, SPREAD, STEPS, level
from tests.analysis.payloads import with_measures
from tests.analysis.synthetic import few, reader


def made() -> Findings:
    manifest, records = with_measures(few(seeds=range(3), count=3), ["gate_statistics"])
    return Findings(manifest, reader(records))


def test_every_gate_has_a_row_with_its_level_over_seeds() -> None:
    rows = made().of("gate_statistics").rows()
    assert [(row["label"], row["part"]) for row in rows] == [
        *(("RNN", part) for part in ("state", "candidate")),
        *(("GRU", part) for part in ("state", "candidate", "update", "reset")),
        *(("GRU_slow", part) for part in ("state", "candidate", "update", "reset")),
    ]
    update = rows[8]
    assert update["step"] == STEPS[-1]
    assert update["mean"] == pytest.approx(level(-4.0))  # shifts of −1, 0 and 1
    assert update["mean_high"] - update["mean"] == pytest.approx(4.302652729911275 * SHIFT / np.sqrt(3))
    assert update["quantile_95"] == pytest.approx(level(-4.0) + 0.45 * SPREAD)
    assert (update["share_saturated_low"], update["share_saturated_high"]) == (0.25, 0.125)
    assert rows[0]["share_saturated_low"] is None
    assert rows[0]["rms"] == pytest.approx(0.5)
    assert update["rms"] is None


def test_the_long_table_follows_the_steps() -> None:
    columns = made().of("gate_statistics").columns()
    chosen = (columns["label"] == "GRU_slow") & (columns["part"] == "update") & (columns["seed"] == 2)
    np.testing.assert_array_equal(columns["step"][chosen], STEPS)
    np.testing.assert_allclose(columns["mean"][chosen], level(-4.0) + SHIFT)
    np.testing.assert_allclose(columns["quantile_05"][chosen], level(-4.0) + SHIFT + SPREAD * (LEVELS[0] - 0.5))


def test_samples_that_are_lost_or_chaotic_are_remarked() -> None:
    manifest, records = with_measures(few(seeds=range(2), count=1), ["gate_statistics"])
    payload = records["gate_statistics:RNN/{}/1"].payload
    payload["finite"] = np.where(STEPS >= 50, 15, 16)
    payload["chaotic"] = np.where(STEPS >= 10, 3, 0)
    row = Findings(manifest, reader(records)).of("gate_statistics").rows()[0]
    assert row["remarks"] == "samples overflow and are left out from t = 50 on; samples are chaotic from t = 10 on"


def test_other_quantiles_are_not_taken_for_these() -> None:
    manifest, records = with_measures(few(seeds=range(1), count=1), ["gate_statistics"])
    records["gate_statistics:RNN/{}/0"].payload["levels"] = LEVELS + 0.01
    with pytest.raises(ValueError, match="quantiles at"):
        Findings(manifest, reader(records)).of("gate_statistics")
