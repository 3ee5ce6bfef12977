"""Every predicate on studies with a known truth: it holds, is contradicted, and is undecided."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from scipy import stats

from gru_vanish.analysis import Findings
from gru_vanish.analysis.claims import PREDICATES
from tests.analysis.claims.made import LENGTHS, Curve, decaying, gru, judged, measured, rnn, study_of, sweep, two
from tests.analysis.synthetic import Study, cell, entry, reader

RATE = {"metric": "decay_rate", "of": "GRU"}
CURVE = {"metric": "transport", "of": "RNN"}
OVER = {**RATE, "over": "update_bias"}


def power_law(exponent: float, spread: float = 0.05) -> Callable[[int], Curve]:
    def of(seed: int) -> Curve:
        own = exponent + spread * (seed % 10 - 4.5)
        return lambda steps: -own * np.log(steps)

    return of


def curved(of: Callable[[int], Curve]) -> Study:
    return study_of([(rnn(range(10)), of)])


def mixed(seed: int) -> Curve:
    """A curve that is no law: it wanders, but falls on the whole."""
    return lambda steps: -0.1 * steps - 4.0 * np.sin(steps / 9.0 + 0.01 * seed)


def hidden(seed: int) -> Curve:
    """A curve of which seeds disagree: some are exponential, some a power law."""
    return decaying(0.3)(seed) if seed % 2 else power_law(8.0)(seed)


def linear(gain: float, measured: float) -> Study:
    one = entry("RNN", cell("rnn", {"kind": "orthogonal", "gain": gain}, activation="identity"), range(10))
    return study_of([(one, decaying(-np.log(measured), 1e-6))])


CASES: dict[str, list[tuple[str, Study, Mapping[str, Any]]]] = {
    "less_than": [
        ("holds", two(0.6, 0.4), {**RATE, "less_than": "RNN"}),
        ("contradicted", two(0.4, 0.6), {**RATE, "less_than": "RNN"}),
        ("undecided", two(0.5, 0.5), {**RATE, "less_than": "RNN"}),
        ("holds", two(0.6, 0.2), {**RATE, "less_than": {"series": "RNN", "factor": 0.5}}),
        ("contradicted", two(0.6, 0.4), {**RATE, "less_than": {"series": "RNN", "margin": 0.3}}),
        ("holds", two(0.6, 0.4), {**RATE, "less_than": 0.45}),
    ],
    "greater_than": [
        ("holds", two(0.4, 0.6), {**RATE, "greater_than": "RNN"}),
        ("contradicted", two(0.6, 0.4), {**RATE, "greater_than": {"series": "RNN"}}),
        ("undecided", two(0.5, 0.5), {**RATE, "greater_than": "RNN"}),
        ("contradicted", two(0.6, 0.4), {**RATE, "greater_than": {"number": 0.5}}),
    ],
    "equals": [
        ("holds", two(0.6, 0.4), {**RATE, "equals": {"number": 0.4, "within": 0.05}}),
        ("contradicted", two(0.6, 0.4), {**RATE, "equals": {"number": 0.5, "relative": 0.05}}),
        ("undecided", two(0.6, 0.4), {**RATE, "equals": {"number": 0.4, "within": 0.001}}),
        ("holds", two(0.6, 0.6), {**RATE, "equals": {"series": "RNN", "relative": 0.1}}),
        ("holds", linear(0.9, 0.9), {**CURVE, "metric": "decay_rate",
                                     "equals": {"form": "linear_orthogonal", "within": 1e-4}}),
        ("contradicted", linear(0.9, 0.8), {**CURVE, "metric": "transport",
                                            "equals": {"form": "linear_orthogonal", "relative": 0.05}}),
    ],
    "below": [
        ("holds", two(0.6, 0.4), {**CURVE, "below": 0.0}),
        ("contradicted", two(0.6, -0.4), {**CURVE, "of": "GRU", "below": 0.0}),
        ("undecided", two(0.6, 0.4, seeds=range(5)), {**CURVE, "below": 0.0}),
        ("holds", linear(0.9, 0.85), {**CURVE, "below": "linear_orthogonal"}),
        ("contradicted", linear(0.9, 0.95), {**CURVE, "below": {"form": "linear_orthogonal"}}),
        ("contradicted", two(0.6, 0.4, 0.3), {**RATE, "below": 0.5}),  # their mean is below, one seed is not
    ],
    "above": [
        ("holds", two(0.6, 0.4), {**RATE, "above": 0.2}),
        ("contradicted", two(0.6, 0.4), {**CURVE, "above": -1.0}),
        ("undecided", two(0.6, 0.4, seeds=range(4)), {**RATE, "above": 0.2}),
        ("holds", two(0.6, 0.4), {**CURVE, "at": {"length": 1}, "above": -1.0}),
    ],
    "monotone": [
        ("holds", sweep({-2: 0.2, 0: 0.4, 2: 0.8}), {**OVER, "monotone": "increasing"}),
        ("contradicted", sweep({-2: 0.2, 0: 0.4, 2: 0.3}), {**OVER, "monotone": "increasing"}),
        ("undecided", sweep({-2: 0.2, 0: 0.4, 2: 0.4}), {**OVER, "monotone": "increasing"}),
        ("holds", sweep({-2: 0.2, 0: 0.4, 2: 0.4}), {**OVER, "monotone": {"direction": "increasing", "margin": 0.05}}),
        ("holds", sweep({-2: 0.2, 0: 0.4, 2: 0.3}), {**RATE, "over": {"update_bias": [-2, 0]},
                                                     "monotone": "increasing"}),
        ("holds", two(0.6, 0.4), {**CURVE, "over": "length", "monotone": "decreasing"}),
        ("contradicted", two(0.6, 0.4), {**CURVE, "monotone": "increasing"}),
    ],
    "law": [
        ("holds", curved(decaying(0.3)), {**CURVE, "law": "exponential"}),
        ("contradicted", curved(power_law(3.0)), {**CURVE, "law": "exponential"}),
        ("undecided", curved(hidden), {**CURVE, "law": "exponential"}),
        ("holds", curved(power_law(3.0)), {**CURVE, "law": "power_law"}),
        ("holds", curved(mixed), {**CURVE, "law": "neither"}),
        ("contradicted", curved(decaying(0.3)), {**CURVE, "law": {"law": "neither"}}),
    ],
    "break_even": [
        ("holds", sweep({-2: 0.2, 0: 0.4, 2: 0.8}),
         {**OVER, "break_even": {"series": "RNN", "between": [0, 2]}}),
        ("contradicted", sweep({-2: 0.2, 0: 0.4, 2: 0.8}),
         {**OVER, "break_even": {"series": "RNN", "between": [-2, 0]}}),
        ("undecided", sweep({-2: 0.2, 0: 0.4, 2: 0.8}, spread=0.3),
         {**OVER, "break_even": {"series": "RNN", "between": [0.9, 1.1]}}),
        ("contradicted", sweep({-2: 0.2, 0: 0.3}), {**OVER, "break_even": {"series": "RNN", "between": [-2, 0]}}),
        ("holds", sweep({-2: 0.2, 0: 0.3}), {**OVER, "break_even": {"series": "RNN", "between": "none"}}),
        ("contradicted", sweep({-2: 0.2, 0: 0.8}), {**OVER, "break_even": {"series": "RNN", "between": "none"}}),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", PREDICATES)
def test_every_predicate_says_how_it_judges_and_is_tried_on_every_verdict(name: str) -> None:
    text = PREDICATES[name].__doc__ or ""
    assert len(text) > 60
    assert f"{name}:" in text
    assert {verdict for verdict, _, _ in CASES[name]} == {"holds", "contradicted", "undecided"}


@pytest.mark.parametrize(
    ("verdict", "made", "claim"), [case for cases in CASES.values() for case in cases],
    ids=[f"{name}-{place}" for name, cases in CASES.items() for place in range(len(cases))],
)  # fmt: skip
def test_the_truth_comes_out(verdict: str, made: Study, claim: Mapping[str, Any]) -> None:
    (found,) = judged(made, claim)
    assert found.verdict == verdict, found


def test_the_numbers_are_those_of_the_tables() -> None:
    """Decay rate, law and break-even are judged elsewhere too: a claim must not say anything else."""
    made = sweep({-2: 0.2, 0: 0.4, 2: 0.8})
    rate, even = judged(
        made,
        {**RATE, "at": {"update_bias": 0}, "less_than": "RNN"},
        {**OVER, "break_even": {"series": "RNN", "between": [0, 2]}},
    )
    table = Findings(made[0], reader(made[1])).headline
    row = table.summary_rows()[2]
    tested = rate.deciding.difference
    assert tested is not None
    wanted = [row[f"rate_difference{end}"] for end in ("", "_low", "_high")]
    assert [tested.value, tested.low, tested.high] == pytest.approx(wanted, rel=1e-12)
    (told,) = table.break_evens
    assert told.value is not None
    assert even.deciding.value is not None
    assert even.deciding.value.value == pytest.approx(told.value.mean, rel=1e-12)
    for curve in (decaying(0.3), power_law(3.0), mixed, hidden):
        study = curved(curve)
        word = Findings(study[0], reader(study[1])).headline.series[0].law.verdict
        said = {law: judged(study, {**CURVE, "law": law})[0].verdict for law in ("exponential", "power_law", "neither")}
        assert [law.replace("_", " ") for law, verdict in said.items() if verdict == "holds"] == (
            [word] if word != "undecided" else []
        )


def test_every_point_must_hold_and_one_is_told() -> None:
    (found,) = judged(sweep({-2: 0.2, 0: 0.4, 2: 0.8}), {**RATE, "less_than": "RNN"})
    assert found.verdict == "contradicted"
    assert len(found.findings) == 3
    assert "b_z = 2" in found.deciding.place


def test_a_false_claim_is_contradicted_and_not_as_expected() -> None:
    (found,) = judged(two(0.4, 0.6), {**RATE, "less_than": "RNN"})
    assert (found.verdict, found.as_expected) == ("contradicted", False)
    (found,) = judged(two(0.4, 0.6), {**RATE, "less_than": "RNN", "expect": "contradicted"})
    assert found.as_expected


def test_too_few_seeds_are_told_with_how_many_would_do() -> None:
    """Three seeds: the mean is 3.9 standard errors off, and five would be enough (t of 4 degrees is 2.78)."""
    seeds = range(3)
    made = study_of([(rnn(seeds), lambda seed: decaying(0.6 + 0.02 * seed, 0.0)(0)),
                     (gru(seeds, 0.0), lambda seed: decaying(0.555 + 0.04 * seed, 0.0)(0))], seeds)  # fmt: skip
    (found,) = judged(made, {**RATE, "less_than": "RNN"})
    assert found.verdict == "undecided"
    effect = 0.025 / 0.02
    assert found.deciding.difference is not None
    assert found.deciding.difference.value == pytest.approx(-0.025)
    counts = [n for n in range(2, 100) if effect * n**0.5 >= stats.t.ppf(0.975, n - 1)]
    assert found.seeds_needed == counts[0]
    (alone,) = judged(two(0.6, 0.4, seeds=[0]), {**RATE, "less_than": "RNN"})
    assert alone.verdict == "undecided"
    assert "no interval" in alone.deciding.note


def test_no_seeds_decide_what_is_not_there() -> None:
    made = study_of([(rnn(range(4)), decaying(0.5, 0.0)), (gru(range(4), 0.0), decaying(0.5, 0.0))], range(4))
    (found,) = judged(made, {**RATE, "less_than": "RNN"})
    assert (found.verdict, found.seeds_needed) == ("undecided", None)


def test_claims_are_corrected_for_each_other() -> None:
    """A difference with p between .01 and .05 holds alone and not among six."""
    made = study_of([(rnn(range(10)), decaying(0.6, 0.0)), (gru(range(10), 0.0), decaying(0.59, 0.0121))])
    claim = {**RATE, "less_than": "RNN"}
    (alone,) = judged(made, claim)
    assert 0.0083 < alone.p < 0.05
    assert alone.verdict == "holds"
    among = judged(made, *[claim] * 6)
    assert [one.verdict for one in among] == ["undecided"] * 6
    assert among[0].corrected.p == pytest.approx(6 * alone.p)


def test_horizons_are_compared_though_some_are_censored() -> None:
    made = two(0.6, 0.01)
    (found,) = judged(made, {"metric": "horizon", "of": "GRU", "greater_than": "RNN"})
    assert found.verdict == "holds"
    assert found.deciding.value is not None
    assert (found.deciding.value.statistic, found.deciding.value.high) == ("median", None)
    (unknown,) = judged(two(0.01, 0.01), {"metric": "horizon", "of": "GRU", "greater_than": "RNN"})
    assert unknown.verdict == "undecided"


def test_what_is_not_measured_is_said() -> None:
    manifest, records = two(0.6, 0.4)
    gone = {key: one for key, one in records.items() if not key.startswith("GRU")}
    (found,) = judged((manifest, gone), {**RATE, "less_than": "RNN"})
    assert found.verdict == "undecided"
    assert "not measured yet" in found.deciding.note
    made = measured("path_shares")
    (found,) = judged(made, {"metric": "path_shares.share[leek]", "of": "GRU", "greater_than": 0})
    assert found.deciding.note.startswith("no path 'leek'; there is: leak")


def test_a_length_of_the_index_is_chosen() -> None:
    (found,) = judged(two(0.6, 0.4), {**CURVE, "at": {"length": 20}, "equals": {"number": -12.0, "within": 0.5}})
    assert found.verdict == "holds"
    assert len(found.findings) == 1 < len(LENGTHS)
