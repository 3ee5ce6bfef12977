"""Break-even and paired differences: decay rates chosen so that the crossing is known."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from scipy import stats

from gru_vanish.analysis import BREAK_EVEN_COLUMNS, Table, analyse
from gru_vanish.analysis.break_even import crossings
from gru_vanish.tables.text import notes
from tests.analysis.synthetic import LENGTHS, cell, entry, manifest, reader, record

Rate = Callable[[Mapping[str, Any], int], float]
BIAS, SCALE = "cells.GRU.init.update_bias", "inputs.scale"


def made(parts: Sequence[tuple[str, Mapping[str, Any], Rate]], seeds: range = range(4)) -> Table:
    """Exact exponentials whose rate is a function of the swept values and the seed."""
    entries, records = [], {}
    for label, swept, rate in parts:
        kind = "rnn" if label.startswith("RNN") else "gru"
        one = entry(
            label, cell(kind, **({"update_bias": swept.get(BIAS, 0.0)} if kind == "gru" else {})), seeds, swept=swept
        )
        entries.append(one)
        for seed in seeds:
            ln = -rate(swept, seed) * LENGTHS[:, None] * np.ones((1, 2))
            records[one["keys"]["h0_gradient"][str(seed)]] = record(LENGTHS, ln)
    return analyse(manifest(entries, seeds), reader(records))


def swept_gru(rate: Rate, biases: Sequence[float] = (-4, -2, 0, 2)) -> list[tuple[str, Mapping[str, Any], Rate]]:
    return [("GRU", {BIAS: bias}, rate) for bias in biases]


def rnn(_: Mapping[str, Any], seed: int) -> float:
    return 0.5 + 0.01 * seed


def test_a_straight_difference_is_found_exactly_by_seed() -> None:
    """rate(b) = 0.6 + 0.1 b + 0.02 s meets 0.5 + 0.01 s at b = −1 − 0.1 s."""
    table = made([("RNN", {}, rnn), *swept_gru(lambda swept, seed: 0.6 + 0.1 * swept[BIAS] + 0.02 * seed)])
    (row,) = table.break_even_rows()
    expected = -1 - 0.1 * np.arange(4)
    half = stats.t.ppf(0.975, 3) * stats.sem(expected)
    assert row["break_even"] == pytest.approx(expected.mean())
    assert row["break_even_low"] == pytest.approx(expected.mean() - half)
    assert row["break_even_high"] == pytest.approx(expected.mean() + half)
    assert (row["between_low"], row["between_high"], row["faster_above"]) == (-2, 0, True)
    assert (row["label"], row["axis"], row["reference"], row["seeds"], row["seeds_crossing"]) == (
        "GRU",
        BIAS,
        "RNN",
        4,
        4,
    )
    assert any("as fast as RNN, uniform at −1.15 ± 0.21 (within −2 … 0), faster above" in note for note in notes(table))


def test_nothing_is_extrapolated() -> None:
    slow = made([("RNN", {}, rnn), *swept_gru(lambda swept, seed: 0.1 + 0.05 * swept[BIAS])])
    (row,) = slow.break_even_rows()
    assert row["break_even"] is None
    assert row["note"] == "none in range: decays more slowly throughout"
    assert any("as fast as RNN, uniform: none in range" in note for note in notes(slow))
    some = made([("RNN", {}, rnn), *swept_gru(lambda swept, seed: 0.6 + 0.2 * seed + 0.1 * swept[BIAS])])
    (row,) = some.break_even_rows()
    assert (row["break_even"], row["seeds_crossing"]) == (None, 2)  # at −1, −2.9, −4.8 and −6.7
    assert row["note"] == "none in range in 2 of 4 seeds"


def test_a_difference_that_turns_back_has_no_one_value() -> None:
    table = made([("RNN", {}, rnn), *swept_gru(lambda swept, seed: 0.3 + 0.1 * (swept[BIAS] + 1) ** 2, (-4, -1, 2))])
    (row,) = table.break_even_rows()
    assert row["break_even"] is None
    assert row["note"] == "crosses more than once in 4 of 4 seeds"


def test_a_crossing_at_a_swept_value_counts_once() -> None:
    assert [one.value for one in crossings({-2.0: -1.0, 0.0: 0.0, 2.0: 1.0})] == [0.0]
    assert [one.value for one in crossings({0.0: -1.0, 1.0: 3.0})] == [0.25]
    assert crossings({0.0: 1.0, 1.0: math.nan, 2.0: 2.0}) == []


def test_the_reference_is_the_one_beside_it_in_a_shared_axis() -> None:
    """Both cells are swept over the input scale: the GRU meets the RNN of the same scale, at b = −scale."""
    parts: list[tuple[str, Mapping[str, Any], Rate]] = [
        ("RNN", {SCALE: scale}, lambda swept, seed: 0.5 - 0.1 * swept[SCALE]) for scale in (0.0, 1.0)
    ]
    for scale in (0.0, 1.0):
        for bias in (-4.0, 0.5, 2.0):
            parts.append(("GRU", {SCALE: scale, BIAS: bias}, lambda swept, seed: 0.5 + 0.1 * swept[BIAS]))
    rows = made(parts).break_even_rows()
    along = [row for row in rows if row["axis"] == BIAS]
    assert [json.loads(row["others"]) for row in along] == [{SCALE: 0.0}, {SCALE: 1.0}]
    assert [row["break_even"] for row in along] == pytest.approx([0.0, -1.0])
    across = [row for row in rows if row["axis"] == SCALE]
    assert [json.loads(row["others"]) for row in across] == [{BIAS: -4.0}, {BIAS: 0.5}, {BIAS: 2.0}]
    assert all(row["reference_name"] == "RNN" for row in across)
    assert all(row["break_even"] is None for row in across)


def test_two_cells_on_one_axis_meet_once() -> None:
    parts: list[tuple[str, Mapping[str, Any], Rate]] = []
    for scale in (0.0, 1.0, 2.0):
        parts.append(("RNN", {SCALE: scale}, lambda swept, seed: 0.5))
        parts.append(("GRU", {SCALE: scale}, lambda swept, seed: 0.75 - 0.5 * swept[SCALE]))
    (row,) = made(parts).break_even_rows()
    assert (row["label"], row["reference"], row["break_even"], row["faster_above"]) == ("GRU", "RNN", 0.5, False)


def test_every_column_is_in_the_dictionary() -> None:
    (row,) = made([("RNN", {}, rnn), *swept_gru(lambda swept, seed: 0.6 + 0.1 * swept[BIAS])]).break_even_rows()
    assert list(row) == [column.name for column in BREAK_EVEN_COLUMNS]
    assert all(column.meaning for column in BREAK_EVEN_COLUMNS)


def test_one_seed_has_a_value_and_no_interval() -> None:
    (row,) = made(
        [("RNN", {}, rnn), *swept_gru(lambda swept, seed: 0.6 + 0.1 * swept[BIAS])], range(1)
    ).break_even_rows()
    assert (row["break_even"], row["break_even_low"]) == (pytest.approx(-1.0), None)
    assert row["note"] == "one seed: no interval"


def test_differences_from_the_first_series_are_paired() -> None:
    """Seeds differ by far more than the cells: only pairing shows the difference."""
    rng = np.random.default_rng(3)
    common, own = rng.normal(0.5, 0.2, 6), rng.normal(0.01, 0.001, 6)
    table = made(
        [("RNN", {}, lambda _, seed: common[seed]), ("GRU", {}, lambda _, seed: common[seed] + own[seed])], range(6)
    )
    first, second = table.summary_rows()
    assert (first["reference"], first["rate_difference"]) == (None, None)
    expected = stats.ttest_rel(common + own, common).confidence_interval(0.95)
    assert second["reference"] == 0
    assert second["rate_difference"] == pytest.approx(own.mean())
    assert (second["rate_difference_low"], second["rate_difference_high"]) == pytest.approx(
        (expected.low, expected.high)
    )
    assert second["decay_rate_low"] < first["decay_rate"] < second["decay_rate_high"]
