"""Two studies side by side: what is known of both is what the comparison must say."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from scipy import stats

from gru_vanish.analysis import Comparison, Findings, compare
from gru_vanish.analysis.comparing import DIFFERENCE_COLUMNS, tested
from gru_vanish.analysis.comparing.held import MEAN, MEDIAN, SHARE, SUMMARY, interval_names
from gru_vanish.analysis.comparing.numbers import OUTCOMES, Number
from gru_vanish.analysis.comparing.verdicts import compared_verdicts
from gru_vanish.analysis.measures import MEASURE_TABLES
from gru_vanish.store.tables import encode_csv, encode_json
from tests.analysis.payloads import PAYLOADS, with_measures
from tests.analysis.synthetic import StoredRecord, Study, article, cell, entry, few, reader, study
from tests.figures.studies import STUDIES


def findings(made: Study) -> Findings:
    return Findings(made[0], reader(made[1]))


def two(a: Study, b: Study, **more: Any) -> Comparison:
    return compare(findings(a), findings(b), **more)


def rnn(rate: float, seeds: Sequence[int], label: str = "RNN", **more: Any) -> Study:
    return study([(entry(label, cell("rnn", **more), seeds), rate)], seeds)


def number(comparison: Comparison, name: str, pair: int = 0) -> Number:
    return next(one for one in comparison.numbers if one.words == name and one.pair == pair)


def test_a_known_difference_is_found_and_its_size_is_right() -> None:
    """Rates of 0.50 and 0.53, 3 % of noise over seeds."""
    found = number(two(rnn(0.50, range(12)), rnn(0.53, range(50, 70))), "decay_rate")
    assert found.outcome == "differs"
    assert found.tested is not None
    assert found.tested.how == tested.WELCH
    assert found.tested.low is not None
    assert found.tested.high is not None
    assert found.tested.low < 0.03 < found.tested.high
    rates = [findings(rnn(0.50, range(12))), findings(rnn(0.53, range(50, 70)))]
    values = [list(each.headline.series[0].rates_by_seed().values()) for each in rates]
    assert found.tested.p == pytest.approx(stats.ttest_ind(*values, equal_var=False).pvalue, rel=1e-6)


def test_of_two_sets_of_seeds_hardly_one_comparison_differs() -> None:
    """Holm over all numbers of a comparison: at most one comparison in twenty may find anything: 5 of 30 are rare."""
    wrong = raw = tests = 0
    for block in range(30):
        first = 100 * block
        comparison = two(rnn(0.5, range(first, first + 5)), rnn(0.5, range(first + 50, first + 55)))
        wrong += comparison.count("differs") > 0
        raw += comparison.count("differs", "differs alone")
        tests += comparison.tests
    assert wrong <= 5
    assert 0 < raw <= 0.12 * tests


def test_holm_is_over_all_numbers_that_were_tested() -> None:
    comparison = two(few(seeds=range(5), count=4), few(seeds=range(10, 16), count=4))
    judged = [one for one in comparison.numbers if one.corrected is not None]
    assert comparison.tests == len(judged) > 10
    smallest = min(judged, key=lambda one: one.tested.p if one.tested else 1.0)
    assert smallest.tested is not None
    assert smallest.corrected is not None
    assert smallest.corrected.p == pytest.approx(min(1.0, len(judged) * smallest.tested.p))
    only = compare(comparison.a.findings, comparison.b.findings, measures=["h0_gradient"])
    assert only.tests == comparison.tests
    with pytest.raises(LookupError, match="not both studies measure 'h0_gradent'; did you mean 'h0_gradient'"):
        compare(comparison.a.findings, comparison.b.findings, measures=["h0_gradent"])


def test_the_same_records_are_no_comparison() -> None:
    made = few(seeds=range(4), count=3)
    comparison = two(made, made)
    assert comparison.tests == 0
    assert {one.outcome for one in comparison.numbers} == {"same records"}
    assert comparison.plain == comparison.settings == comparison.origin == ()
    assert comparison.a.title == "study (A)"


@pytest.mark.parametrize(("off", "outcome"), [(1e-6, "within rounding"), (0.3, "beyond rounding")])
def test_a_unit_computed_twice(off: float, outcome: str) -> None:
    made = rnn(0.5, range(4))
    again = {}
    for key, record in made[1].items():
        payload = {**record.payload, "ln_h0_gradient": record.payload["ln_h0_gradient"] + off}
        again[key] = StoredRecord(payload)
    comparison = two(made, (made[0], again))
    found = number(comparison, "ln_h0_gradient")
    assert found.outcome == outcome
    assert found.note == f"computed twice, at most {off:.2g} apart"
    assert number(comparison, "decay_rate").outcome == "equal"
    assert comparison.tests == 0
    assert found.is_beyond == (outcome == "beyond rounding")


def test_more_seeds_of_one_study_are_the_same_records() -> None:
    comparison = two(rnn(0.5, range(4)), rnn(0.5, range(9)))
    assert {one.outcome for one in comparison.numbers} == {"same records"}
    assert [one.path for one in comparison.settings] == ["seeds"]


def test_one_seed_is_not_tested() -> None:
    comparison = two(rnn(0.5, [0]), rnn(0.6, [1]))
    assert {one.outcome for one in comparison.numbers} == {"not tested"}
    assert comparison.beyond == ()


def test_numbers_at_other_lengths_say_so() -> None:
    a = study([(entry("RNN", cell("rnn"), range(4)), 0.5)], range(4))
    b = study([(entry("RNN", cell("rnn"), range(9, 13), lengths=np.asarray([1, 20, 40, 223])), 0.5)], range(9, 13))
    comparison = two(a, b)
    assert number(comparison, "decay_rate").note == "window_from 122 against 40; window_to 1000 against 223"
    level = number(comparison, "ln_h0_gradient")
    assert level.note == ""
    assert dict(level.a.at) == dict(level.b.at) == {"length": 223}
    assert level.a.told.mean == pytest.approx(-0.5 * 223, rel=0.1)


def everything(seeds: Sequence[int]) -> Study:
    return with_measures(few(seeds=seeds, count=2), list(PAYLOADS))


def test_every_number_with_an_interval_of_every_measure_is_compared() -> None:
    a, b = everything(range(5)), everything(range(10, 16))
    comparison = two(a, b)
    assert comparison.measures == ("h0_gradient", *PAYLOADS)
    found = {(one.measure, one.column.name, one.part, one.pair): one for one in comparison.numbers}
    for measure in PAYLOADS:
        table = comparison.a.findings.of(measure)
        part = table.analysis.part
        for row in table.rows():
            for column in interval_names(MEASURE_TABLES[measure].row_columns):
                if row[column] is None:
                    continue
                one = found[measure, column, str(row[part]) if part else "", row["series"]]
                assert one.a.told.mean == row[column]
                assert one.a.kind in (MEAN, SHARE, MEDIAN), (measure, column)
                if one.a.kind == MEAN:
                    assert np.mean(list(one.a.values.values())) == pytest.approx(row[column], rel=1e-9, abs=1e-12)
    assert not any(SUMMARY in (one.a.kind, one.b.kind) for one in comparison.numbers)
    shares = [one for one in comparison.numbers if one.column.name == "solved_fraction"]
    assert all(one.a.kind == SHARE for one in shares)
    assert shares


def test_rows_are_what_the_dictionary_says() -> None:
    comparison = two(everything(range(3)), everything(range(10, 13)))
    names = [column.name for column in DIFFERENCE_COLUMNS]
    assert all(list(row) == names for row in comparison.rows())
    assert {row["outcome"] for row in comparison.rows()} <= {*OUTCOMES, "no interval"}
    assert len(encode_csv(comparison.rows()).splitlines()) == 1 + len(comparison.rows())
    told = json.loads(encode_json(comparison.as_json()))
    assert told["comparisons"] == comparison.tests
    assert sum(told["outcomes"].values()) == len(comparison.numbers)
    assert [one["b_label"] for one in told["pairs"]] == ["RNN", "GRU"]


def test_break_evens_are_paired_by_seed() -> None:
    a, b = article(seeds=range(6)), article(seeds=range(6), noise=0.05)
    comparison = two(a, b)
    found = [one for one in comparison.numbers if one.column.name == "break_even"]
    told = {one.value.mean for one in comparison.a.findings.headline.break_evens if one.value is not None}
    assert found
    for one in found:
        assert one.a.told.mean in told
        assert np.mean(list(one.a.values.values())) == pytest.approx(one.a.told.mean, rel=1e-9)
        assert one.pair is None


def test_words_and_numbers_without_an_interval_are_listed() -> None:
    a, b = rnn(0.5, range(4)), rnn(0.02, range(9, 13))
    found = {one.column.name: one for one in two(a, b).plain}
    assert {"horizon", "half_life", "plain_zero_length"} <= found.keys()
    assert found["plain_zero_length"].b is None
    assert not {"decay_rate", "remarks", "short_name", "seeds_planned"} & found.keys()


def test_verdicts_side_by_side() -> None:
    a = findings(STUDIES["closed form"]())
    outcomes = a.claims
    changed = [dataclasses.replace(outcomes[0], verdict="undecided")]
    found = compared_verdicts(outcomes, changed)
    assert [(one.id, one.a, one.b, one.changed, one.restated) for one in found] == [
        ("transport", "contradicted", "undecided", True, False),
        ("decay_rate", "holds", None, False, False),
    ]
    claim = changed[0].bound.claim.model_copy(update={"metric": "horizon"})
    other = dataclasses.replace(outcomes[0], bound=outcomes[0].bound.model_copy(update={"claim": claim}))
    assert compared_verdicts(outcomes[:1], [other])[0].restated


def test_an_unfinished_study_is_compared_by_what_is_there() -> None:
    manifest, records = rnn(0.5, range(5))
    gone = (manifest, dict(list(records.items())[:3]))
    comparison = two(gone, rnn(0.6, range(10, 15)))
    found = number(comparison, "decay_rate")
    assert found.tested is not None
    assert found.tested.seeds == (3, 5)
    assert compare(Findings(manifest, reader({})), findings((manifest, records))).numbers == ()
