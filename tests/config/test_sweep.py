"""What a sweep means, and what may not be one."""

# ruff: noqa: E501 - a row of a table is a line

import time
from pathlib import Path
from typing import Any

import pytest

from tests.config.words import GOOD, faults, points, read

HIDDEN, BIAS, SCALE = "cells.GRU.hidden", "cells.GRU.init.update_bias", "inputs.scale"


def swept(text: str) -> str:
    return GOOD + "sweep:\n" + "".join(f"  {line}\n" for line in text.strip().split("\n"))


MEANINGS: list[tuple[str, list[dict[str, Any]], list[dict[str, Any]]]] = [
    # (sweep, points of GRU, points of RNN)
    (f"grid: {{{BIAS}: [-2, 0, 2]}}", [{BIAS: -2}, {BIAS: 0}, {BIAS: 2}], [{}]),
    (
        f"grid: {{{SCALE}: [1, 2], {HIDDEN}: [4, 8]}}",
        [{SCALE: 1, HIDDEN: 4}, {SCALE: 1, HIDDEN: 8}, {SCALE: 2, HIDDEN: 4}, {SCALE: 2, HIDDEN: 8}],
        [{SCALE: 1}, {SCALE: 2}],
    ),
    (
        f"zip: {{{SCALE}: [1, 2], {HIDDEN}: [4, 8]}}",
        [{SCALE: 1, HIDDEN: 4}, {SCALE: 2, HIDDEN: 8}],
        [{SCALE: 1}, {SCALE: 2}],
    ),
    (
        f"grid: {{{BIAS}: [0, 1]}}\nzip: {{{SCALE}: [1, 2], {HIDDEN}: [4, 8]}}",
        [
            {BIAS: 0, SCALE: 1, HIDDEN: 4},
            {BIAS: 0, SCALE: 2, HIDDEN: 8},
            {BIAS: 1, SCALE: 1, HIDDEN: 4},
            {BIAS: 1, SCALE: 2, HIDDEN: 8},
        ],
        [{SCALE: 1}, {SCALE: 2}],
    ),
    (
        f"list: [{{}}, {{{HIDDEN}: 4}}, {{{HIDDEN}: 5, {SCALE}: 2}}]",
        [{}, {HIDDEN: 4}, {HIDDEN: 5, SCALE: 2}],
        [{}, {SCALE: 2}],
    ),
    (f"grid: {{{HIDDEN}: [4, 8]}}\nlist: [{{{HIDDEN}: 8}}, {{{HIDDEN}: 9}}]", [{HIDDEN: 4}, {HIDDEN: 8}, {HIDDEN: 9}], [{}]),
    (f"grid: {{{BIAS}: [1, 1.0, 2, 1]}}", [{BIAS: 1}, {BIAS: 2}], [{}]),
    (
        f"grid: {{{SCALE}: [1, 2], {HIDDEN}: [4, 8]}}\nexclude: [{{{SCALE}: 1.0, {HIDDEN}: 8}}]",
        [{SCALE: 1, HIDDEN: 4}, {SCALE: 2, HIDDEN: 4}, {SCALE: 2, HIDDEN: 8}],
        [{SCALE: 1}, {SCALE: 2}],
    ),
    (f"grid: {{{BIAS}: {{range: [0, 1], step: 0.5}}}}", [{BIAS: 0}, {BIAS: 0.5}, {BIAS: 1}], [{}]),
    ("grid: {cells.GRU.preset: [article, torch]}", [{"cells.GRU.preset": "article"}, {"cells.GRU.preset": "torch"}], [{}]),
    ("grid: {precision: [float32, float64]}", *([{"precision": "float32"}, {"precision": "float64"}],) * 2),
    (f"grid: {{{BIAS}: [0, {{kind: chrono, t_max: 9}}]}}", [{BIAS: 0}, {BIAS: '{"kind": "chrono", "t_max": 9}'}], [{}]),
    ("{}", [{}], [{}]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "gru", "rnn"), MEANINGS, ids=[text[:60] for text, _, _ in MEANINGS])
def test_points(tmp_path: Path, text: str, gru: list[dict[str, Any]], rnn: list[dict[str, Any]]) -> None:
    loaded = read(tmp_path, swept(text))
    assert points(loaded, "GRU") == gru
    assert points(loaded, "RNN") == rnn
    assert [list(point) for point in points(loaded, "GRU")] == [list(point) for point in gru]
    assert len({hash(series.setting) for series in loaded.series}) >= len(gru)


def test_a_point_is_in_its_setting_and_nowhere_else(tmp_path: Path) -> None:
    loaded = read(tmp_path, swept(f"grid: {{{BIAS}: [-2, 3], {SCALE}: [4]}}"))
    found = [series.setting.canonical() for series in loaded.series]
    assert [one["inputs"]["scale"] for one in found] == [4.0, 4.0, 4.0]
    assert [one["cell"]["init"].get("update_bias") for one in found] == [None, -2.0, 3.0]
    assert found[0] == {
        "cell": {
            "kind": "rnn",
            "hidden": 4,
            "activation": "tanh",
            "init": {"recurrent": {"kind": "uniform", "gain": 1.0}},
        },
        "inputs": {"kind": "gaussian", "size": 3, "scale": 4.0},
        "h0": {"kind": "zeros"},
        "loss": {"kind": "projection"},
        "lengths": [1, 10],
        "precision": "float32",
        "matmul": "highest",
    }


def test_a_swept_value_and_a_field_of_it(tmp_path: Path) -> None:
    path = "cells.GRU.init.recurrent"
    loaded = read(tmp_path, swept(f"grid: {{{path}.gain: [2, 3], {path}: [uniform, orthogonal]}}"))
    drawn = [series.setting.canonical()["cell"]["init"]["recurrent"] for series in loaded.series[1:]]
    assert [(one["kind"], one["gain"]) for one in drawn] == [
        ("uniform", 2.0),
        ("orthogonal", 2.0),
        ("uniform", 3.0),
        ("orthogonal", 3.0),
    ]


def test_a_swept_preset_lies_under_what_is_written(tmp_path: Path) -> None:
    text = swept("grid: {cells.GRU.preset: [article, torch]}").replace("update_bias: 0.5", "scope: per_gate")
    settings = [series.setting.canonical()["cell"] for series in read(tmp_path, text).series[1:]]
    assert [one["reset"] for one in settings] == ["before", "after"]
    assert [one["init"]["recurrent"]["kind"] for one in settings] == ["uniform", "orthogonal"]
    assert [one["init"]["scope"] for one in settings] == ["per_gate", "per_gate"]


REFUSED = [
    ("grid: {cells.GRU.kind: [gru]}", "a kind is not swept"),
    ("grid: {inputs.kind: [gaussian]}", "a kind is not swept"),
    ("grid: {cells.GRU.title: [a]}", "not swept: a title is no part of a setting"),
    ("grid: {cells.GRU: [1]}", "a whole cell is not swept"),
    ("grid: {lengths: [1]}", "not swept: every setting is measured at all lengths already"),
    ("grid: {seeds: [1]}", "not swept: every point is repeated for all seeds already"),
    ("grid: {measure: [1]}", "not swept: every measure is taken at every point"),
    ("grid: {figures: [1]}", "not swept: figures are drawn from all points"),
    ("grid: {sweep.grid: [1]}", "not swept: a sweep is not swept"),
    ("grid: {schema: [1]}", "unknown axis 'schema'; no such field"),
    ("grid: {name: [a]}", "unknown axis 'name'; no such field"),
    ("grid: {cells.GRU.hiden: [1]}", "unknown axis 'cells.GRU.hiden'; did you mean 'cells.GRU.hidden'?"),
    ("grid: {cells.GRUU.hidden: [1]}", "unknown axis 'cells.GRUU.hidden'; did you mean 'cells.GRU.hidden'?"),
    ("grid: {GRU.hidden: [1]}", "unknown axis 'GRU.hidden'; did you mean 'cells.GRU.hidden'?"),
    ("list: [{inputs.sze: 1}]", "unknown axis 'inputs.sze'; did you mean 'inputs.size'?"),
    ("grid: {inputs.size: []}", "13:23: sweep.grid.inputs.size: an axis needs at least one value"),
    ("grid: {inputs.size: 3}", "13:23: sweep.grid.inputs.size: given 3; expected a list, {range"),
    ("grid: [inputs.size]", "13:9: sweep.grid: given a list; expected a mapping of paths to values"),
    ("list: {inputs.size: 3}", "13:9: sweep.list: given a mapping; expected a list of points"),
    ("list: [3]", "13:10: sweep.list[0]: given 3; expected a point"),
    ("gird: {inputs.size: [3]}", "13:3: sweep.gird: unknown key; did you mean 'grid'?"),
    ("zip: {inputs.size: [1, 2], inputs.scale: [1]}", "inputs.size has 2, inputs.scale has 1"),
    ("grid: {inputs.size: [1]}\nzip: {inputs.size: [1]}", "14:9: sweep.zip.inputs.size: this axis is in the grid already"),
    ("grid: {inputs.size: [1, 2]}\nexclude: [{inputs.sze: 1}]", "this axis is not swept; did you mean 'inputs.size'?"),
    ("grid: {inputs.size: [1, 2]}\nexclude: [{inputs.size: 3}]", "14:13: sweep.exclude[0]: no point of the sweep is like this"),
    ("grid: {inputs.size: [1, 2]}\nexclude: [{}]", "14:13: sweep.exclude[0]: an empty exclusion"),
    ("grid: {inputs.size: [1]}\nexclude: [{inputs.size: 1}]", "12:1: sweep: no point of RNN is left"),
    ("grid: {cells.GRU.hidden: [1, 2], cells.RNN.hidden: [1, 2]}\nexclude: [{cells.GRU.hidden: 1, cells.RNN.hidden: 1}]",
     "14:13: sweep.exclude[0]: one exclusion names two cells"),
    ("grid: {inputs.size: [1, x, 3]}", "13:27: inputs.size: given the text 'x'; expected a whole number"),
    ("grid: {inputs.size: [1, 0, 3]}", "13:27: inputs.size: given 0; allowed: 1 to 65536"),
    ("grid: {cells.GRU.init.recurrent: [uniform, unform]}",
     "13:46: cells.GRU.init.recurrent: given 'unform'; allowed: uniform, orthogonal"),
    ("grid: {cells.GRU.inner: [false, true]}", "8:3: cells.GRU: inner needs reset: after (at cells.GRU.inner: true)"),
    ("grid: {precision: [float32, float16]}", "13:31: precision: given 'float16'; allowed: float32, float64"),
    ("grid: {cells.GRU.preset: [torch, keras]}", "13:36: cells.GRU.preset: given 'keras'; allowed: article, torch"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), REFUSED, ids=[text[:60] for text, _ in REFUSED])
def test_what_may_not_be_swept(tmp_path: Path, text: str, expected: str) -> None:
    found = faults(tmp_path, swept(text))
    assert any(expected in line for line in found), found
    assert len(found) <= 2


def test_one_bad_value_in_a_product_is_one_problem(tmp_path: Path) -> None:
    text = swept(f"grid: {{{SCALE}: [1, -1, 2], {HIDDEN}: {{range: [1, 50]}}}}")
    assert faults(tmp_path, text) == ["13:28: inputs.scale: given -1; allowed: at least 0"]


def test_a_huge_product_is_refused_at_once(tmp_path: Path) -> None:
    axes = ", ".join(f"{path}: {{range: [1, 1000]}}" for path in (SCALE, HIDDEN, "inputs.size"))
    start = time.process_time()
    (found,) = faults(tmp_path, swept(f"grid: {{{axes}}}"))
    assert time.process_time() - start < 2.0
    assert found == (
        "12:1: sweep: 1,000 × 1,000 × 1,000 = 1,000,000,000 points of GRU, 1,001,000,000 points in all, × 2 seeds × "
        "1 measures = 2,002,000,000 units; max_units is 100,000"
    )


def test_max_units_counts_points_seeds_and_measures(tmp_path: Path) -> None:
    text = swept(f"grid: {{{HIDDEN}: [4, 8]}}") + "measure: [h0_gradient, flow_map]\n"
    assert len(read(tmp_path, text + "max_units: 12\n").series) == 3
    assert "= 12 units; max_units is 11" in faults(tmp_path, text + "max_units: 11\n")[0]


def test_many_points_are_expanded_in_reasonable_time(tmp_path: Path) -> None:
    text = swept(f"grid: {{{HIDDEN}: {{range: [1, 100]}}, {SCALE}: {{range: [1, 50]}}}}")
    start = time.process_time()
    assert len(read(tmp_path, text).series) == 5050
    assert time.process_time() - start < 5.0
