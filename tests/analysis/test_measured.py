"""The frame for any measure, tried with a small one whose truth is known: the level of a seed at every length."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from gru_vanish.analysis import Analysis, Column, Findings, MeasuredSeries, Shown
from gru_vanish.analysis import findings as findings_module
from gru_vanish.analysis.long_columns import long_columns
from gru_vanish.analysis.rows import estimate
from gru_vanish.analysis.stored import Arrays
from tests.analysis.payloads import with_measures
from tests.analysis.synthetic import few, reader


@dataclass(frozen=True)
class Level:
    lengths: np.ndarray
    level: np.ndarray


def reduce(arrays: Arrays, _: Mapping[str, Any]) -> Level:
    found = arrays.take(lengths="L", level="L B")
    return Level(found["lengths"], found["level"].mean(axis=1))


def rows(one: MeasuredSeries[Level]) -> Iterator[dict[str, Any]]:
    yield estimate("last", one.mean(lambda known: known.level[-1]))


LEVEL = Analysis(
    measure="level",
    reduce=reduce,
    entries=lambda known: long_columns("L", length=("L", known.lengths), level=("L", known.level)),
    columns=(Column("length", "steps", "T"), Column("level", "", "mean over samples")),
    rows=rows,
    row_columns=(
        Column("last", "", "at T_max, mean over seeds"),
        Column("last_low", "", "lower end of its 95 % Student t interval"),
        Column("last_high", "", "upper end of it"),
    ),
    shown=(Shown("last", "level", "at T_max"),),
    remarks=lambda one: ["the last is above 1"] if max(one.by_seed(lambda known: known.level[-1]).values()) > 1 else [],
)


def payload(setting: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    lengths = np.asarray(setting["lengths"], np.int64)
    return {"lengths": lengths, "level": (seed + np.zeros((lengths.size, 2), np.float32)) * [0.5, 1.5]}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Findings:
    monkeypatch.setitem(findings_module.MEASURE_TABLES, "level", LEVEL)
    manifest, records = with_measures(few(seeds=range(3), count=2), ["level"], {"level": payload})
    for key in ("level:GRU/{}/1", "level:GRU/{}/2", "RNN/{}/0"):
        del records[key]
    return Findings(manifest, reader(records))


def test_rows_count_the_seeds_and_hold_the_interval(made: Findings) -> None:
    whole, part = made.of("level").rows()
    assert (whole["label"], whole["seeds_measured"], whole["seeds_planned"], whole["last"]) == ("RNN", 3, 3, 1.0)
    assert whole["last_high"] == pytest.approx(1.0 + 4.302652729911275 / math.sqrt(3))
    assert whole["remarks"] == "the last is above 1"
    assert (part["seeds_measured"], part["last"], part["last_low"]) == (1, 0.0, None)
    assert part["remarks"] == "unfinished: 1 of 3 seeds; one seed: no interval"


def test_columns_have_a_row_for_every_series_seed_and_index(made: Findings) -> None:
    columns = made.of("level").columns()
    lengths = made.headline.series[0].lengths
    assert list(columns) == [column.name for column in made.of("level").column_dictionary]
    assert columns["label"].tolist() == ["RNN"] * 3 * lengths.size + ["GRU"] * lengths.size
    assert columns["seed"].tolist() == np.repeat([0, 1, 2, 0], lengths.size).tolist()
    np.testing.assert_array_equal(columns["length"], np.tile(lengths, 4))
    np.testing.assert_array_equal(columns["level"], columns["seed"])


def test_every_measure_is_counted_on_its_own_and_all_together(made: Findings) -> None:
    assert made.of("level").progress == "4 of 6"
    assert made.headline.progress == "5 of 6"
    assert made.progress == "9 of 12"
    assert not made.finished
    summary = made.summary()
    assert summary["units"] == "9 of 12"
    assert [row["last"] for row in summary["measures"]["level"]["rows"]] == [1.0, 0.0]
    assert len(summary["series"]) == 2
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_a_study_may_leave_the_headline_out(made: Findings) -> None:
    alone = Findings({**made.manifest, "measures": ["level"]}, made.read)
    assert alone.progress == "4 of 6"
    assert "series" not in alone.summary()
    with pytest.raises(ValueError, match="does not measure h0_gradient"):
        _ = alone.headline


def test_a_series_without_records_has_a_row_of_nothing(made: Findings) -> None:
    none = Findings(made.manifest, reader({})).of("level")
    assert [row["last"] for row in none.rows()] == [None, None]
    assert none.columns() == {}
    assert none.progress == "0 of 6"


def test_records_are_read_once_and_only_when_wanted(made: Findings) -> None:
    asked: list[str] = []

    def read(key: str) -> Any:
        asked.append(key)
        return made.read(key)

    counting = Findings(made.manifest, read)
    assert asked == []
    counting.of("level")
    counting.of("level")
    assert len(asked) == 6
    assert all(key.startswith("level:") for key in asked)


def test_what_does_not_fit_is_named() -> None:
    arrays = Arrays("ab", {"lengths": np.arange(3), "level": np.zeros((2, 4))})
    with pytest.raises(ValueError, match=r"record ab: level has shape \(2, 4\), not \(L, B\) with L = 3"):
        arrays.take(lengths="L", level="L B")
    with pytest.raises(ValueError, match="record ab: no array named more"):
        arrays.take(more="L")
    with pytest.raises(ValueError, match=r"level has shape \(2, 4\), not \(2, 5\)"):
        arrays.take(level="2 5")
    assert arrays.take(level="S 4")["level"].dtype == np.float64
    with pytest.raises(LookupError, match="no table for the measure 'levle'"):
        Findings({"measures": ["levle"]}, reader({})).of("levle")


def test_long_columns_repeat_what_lacks_an_axis() -> None:
    values = np.arange(6.0).reshape(2, 3)
    columns = long_columns("a b", x=("a", np.array([10, 20])), y=("b", np.array([1, 2, 3])), value=("a b", values))
    assert columns["x"].tolist() == [10, 10, 10, 20, 20, 20]
    assert columns["y"].tolist() == [1, 2, 3, 1, 2, 3]
    assert columns["value"].tolist() == [0, 1, 2, 3, 4, 5]
    with pytest.raises(ValueError, match="value: axis b has 3 entries, not 4"):
        long_columns("a b", y=("b", np.arange(4)), value=("a b", values))
