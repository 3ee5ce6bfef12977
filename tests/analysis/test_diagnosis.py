"""The words of a diagnosis, from records whose truth is known."""

import dataclasses

import numpy as np
import pytest

from gru_vanish.analysis import Findings
from gru_vanish.analysis.diagnosis import MEASURES, diagnoses, fate, lost_lag, route
from gru_vanish.analysis.horizon import Horizon
from gru_vanish.analysis.lag_shares import Lags, Weight
from tests.analysis.payloads import with_measures
from tests.analysis.synthetic import few, reader


@pytest.fixture(scope="module")
def findings() -> Findings:
    manifest, records = with_measures(few(count=2), MEASURES[1:])
    return Findings(manifest, reader(records))


def test_every_network_has_its_facts_and_the_numbers_are_those_of_the_tables(findings: Findings) -> None:
    found = diagnoses(findings)
    assert [one.label for one in found] == [one.label for one in findings.headline.series]
    for one, row in zip(found, findings.headline.summary_rows(), strict=True):
        said = one.as_json()
        for name in ("decay_rate", "decay_rate_low", "half_life", "horizon"):
            assert said[name] == row[name]
        assert (said["float32_zero_length"], said["bfloat16_off_length"]) == (100, 10)
        assert said["verdict"] == one.verdict
        assert "Plain float32 prints 0 from T = 100, though the gradient is not zero." in one.verdict
        assert "Plain bfloat16 is off by more than 10 % from T = 10 and prints 0 from T = 100" in one.verdict
        assert [fact.head for fact in one.facts][:2] == ["decay rate", "below 1e-6"]
        assert one.facts[-1].head == "statuses"


def test_the_path_with_the_largest_share_carries_it(findings: Findings) -> None:
    for one in findings.of("path_shares").series:
        shares = {row["path"]: row["share"] for row in findings.of("path_shares").rows() if row["label"] == one.label}
        (sentence,) = route(one)
        if len(shares) > 1:
            assert max(shares, key=lambda path: shares[path]) in sentence
        else:
            assert sentence == "There are no gates: all of it goes through the recurrent matrix."


def test_a_gradient_is_lost_or_fades_or_grows(findings: Findings) -> None:
    one = findings.headline.series[0]
    assert one.rate.whole is not None
    lost = dataclasses.replace(one, horizon=Horizon(12.5, censored=False))
    assert fate(lost).startswith(
        "The gradient is lost: less than a millionth of it is left 12.5 steps before its loss."
    )
    kept = dataclasses.replace(one, horizon=Horizon(float(one.lengths[-1]), censored=True))
    for low, high, word in ((0.1, 0.2, "fades"), (-0.2, -0.1, "grows"), (-0.1, 0.1, "neither fades nor grows")):
        whole = dataclasses.replace(one.rate.whole, low=low, high=high)
        assert word in fate(dataclasses.replace(kept, rate=dataclasses.replace(one.rate, whole=whole)))


def test_a_part_below_the_last_bit_of_the_sum_is_lost() -> None:
    """Parts that halve with every lag: 2^−8 is passed at lag 9; the stored lag is that of all lags for 24 bits."""
    lags = np.arange(20)
    none = np.zeros(20)
    weight = Weight(none, none, -lags * np.log(2.0), none, 0.0, {"rounding": 25.0})
    seed = Lags(20, lags, {"all": weight}, 0, 0)
    assert (lost_lag(seed, 8), lost_lag(seed, 24)) == (9.0, 25.0)
    flat = dataclasses.replace(weight, ln_part=none)
    assert lost_lag(dataclasses.replace(seed, weights={"all": flat}), 8) == 20.0
