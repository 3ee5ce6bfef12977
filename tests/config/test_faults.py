"""One row for every kind of fault: what is changed in a good config, and the sentence with its place."""

# ruff: noqa: E501 - a row of a table is a line

from pathlib import Path

import pytest

from gru_vanish.config import ConfigError
from tests.config.words import GOOD, faults, read

# (what is replaced, by what, the problems)
FAULTS = [
    # keys
    ("hidden: 8", "hiden: 8", ["8:3: cells.GRU.hidden: missing; this key is required",
                               "10:5: cells.GRU.hiden: unknown key; did you mean 'hidden'?"]),
    ("seeds: 2", "seedz: 2", ["1:1: seeds: missing; this key is required",
                              "3:1: seedz: unknown key; did you mean 'seeds'?"]),
    ("seeds: 2", "seeds: 2\nswep: {}", ["4:1: swep: unknown key; did you mean 'sweep'?"]),
    ("init: {update_bias: 0.5}", "update_bias: 0.5",
     ["11:5: cells.GRU.update_bias: unknown key; did you mean 'init.update_bias'?"]),
    ("update_bias: 0.5", "updte_bias: 0.5",
     ["11:12: cells.GRU.init.updte_bias: unknown key; did you mean 'update_bias'?"]),
    ("kind: gru", "kind: gru\n    inti: {}", ["10:5: cells.GRU.inti: unknown key; did you mean 'init'?"]),
    ("size: 3", "size: 3, zzz: 1", ["5:35: inputs.zzz: unknown key; allowed: kind, size, scale"]),
    # words
    ("hidden: 4", "hidden: 4, activation: tanhh",
     ["7:43: cells.RNN.activation: given 'tanhh'; allowed: tanh, relu, identity; did you mean 'tanh'?"]),
    ("kind: gru", "kind: gruu", ["9:11: cells.GRU.kind: given 'gruu'; allowed: rnn, gru; did you mean 'gru'?"]),
    ("    kind: gru\n", "", ["8:3: cells.GRU.kind: missing; allowed: rnn, gru"]),
    ("kind: gru", "kind: gru\n    preset: tortch",
     ["10:13: cells.GRU.preset: given 'tortch'; allowed: article, torch; did you mean 'torch'?"]),
    ("kind: rnn", "kind: rnn, preset: torch", ["7:28: cells.RNN.preset: this kind has no presets"]),
    ("seeds: 2", "seeds: 2\nh0: zeroes", ["4:5: h0: given 'zeroes'; allowed: zeros, gaussian; did you mean 'zeros'?"]),
    ("seeds: 2", "seeds: 2\nmeasure: [flow_map, flowmap]",
     ["4:21: measure[1]: given 'flowmap'; allowed: h0_gradient, flow_map; did you mean 'flow_map'?"]),
    ("seeds: 2", "seeds: 2\nmeasure: [flow_map, flow_map]", ["4:21: measure[1]: flow_map is named twice"]),
    ("seeds: 2", "seeds: 2\nmeasure: []", ["4:10: measure: too short; at least 1 value"]),
    ("seeds: 2", "seeds: 2\nfigures: gradient_vs_length",
     ["4:10: figures: given the text 'gradient_vs_length'; expected a list"]),
    ("seeds: 2", "seeds: 2\nfigures: [flow_map]",
     ["4:11: figures[0]: flow_map is drawn from flow_map, which this study does not measure; write measure: [h0_gradient, flow_map]"]),
    ("seeds: 2", "seeds: 2\nmeasure: [flow_map]\nfigures: [flow_map, gradient_vs_length]",
     ["5:21: figures[1]: gradient_vs_length is drawn from h0_gradient, which this study does not measure; write measure: [flow_map, h0_gradient]"]),
    ("seeds: 2", "seeds: 2\nmeasure: [flowmap]\nfigures: [flow_map]",
     ["4:11: measure[0]: given 'flowmap'; allowed: h0_gradient, flow_map; did you mean 'flow_map'?"]),
    ("seeds: 2", "seeds: 2\nfigures: [plane]\nsweep: {grid: {cells.GRU.init.update_bias: [1, 2]}}",
     ["4:11: figures[0]: plane needs a cell that is swept over numbers along exactly 2 axes; there is RNN: 0, GRU: 1"]),
    ("seeds: 2", "seeds: 2\nprecision: float16",
     ["4:12: precision: given 'float16'; allowed: float32, float64; did you mean 'float64'?"]),
    ("update_bias: 0.5", "recurrent: {kind: unform}",
     ["11:30: cells.GRU.init.recurrent.kind: given 'unform'; allowed: uniform, orthogonal; did you mean 'uniform'?"]),
    ("update_bias: 0.5", "recurrent: unform",
     ["11:23: cells.GRU.init.recurrent: given 'unform'; allowed: uniform, orthogonal; did you mean 'uniform'?"]),
    # types and ranges
    ("hidden: 8", "hidden: 8.5", ["10:13: cells.GRU.hidden: given 8.5; expected a whole number"]),
    ("hidden: 8", "hidden: '8'", ["10:13: cells.GRU.hidden: given the text '8'; expected a whole number"]),
    ("hidden: 8", "hidden: true", ["10:13: cells.GRU.hidden: given true; expected a whole number"]),
    ("hidden: 8", "hidden:", ["10:5: cells.GRU.hidden: given null; expected a whole number"]),
    ("hidden: 8", "hidden: 0", ["10:13: cells.GRU.hidden: given 0; allowed: 1 to 65536"]),
    ("hidden: 8", "hidden: 0x10001", ["10:13: cells.GRU.hidden: given 0x10001; allowed: 1 to 65536"]),
    ("hidden: 8", "hidden: 8\n    inner: yes", ["11:12: cells.GRU.inner: given the text 'yes'; expected true or false"]),
    ("update_bias: 0.5", "recurrent: {kind: uniform, gain: -1}",
     ["11:45: cells.GRU.init.recurrent.gain: given -1; allowed: above 0, at most 10"]),
    ("update_bias: 0.5", "update_bias: x",
     ["11:25: cells.GRU.init.update_bias: given the text 'x'; expected a number or a mapping"]),
    ("update_bias: 0.5", "update_bias: {kind: chrono, tmax: 2}",
     ["11:12: cells.GRU.init.update_bias.t_max: missing; this key is required",
      "11:40: cells.GRU.init.update_bias.tmax: unknown key; did you mean 't_max'?"]),
    ("init: {update_bias: 0.5}", "init: [1]", ["11:11: cells.GRU.init: given a list; expected a mapping"]),
    ("hidden: 8", "hidden: 8\n    inner: true", ["8:3: cells.GRU: inner needs reset: after"]),
    ("name: trial", "name: 2026-01-01", []),
    ("name: trial", "name: 12", ["2:7: name: given 12; expected text: put it in quotes"]),
    ("name: trial", "name: a/b",
     ["2:7: name: given 'a/b'; it must match ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"]),
    ("name: trial", "name: store", ["2:7: name: 'store' is where the records lie; choose another name"]),
    ("schema: 1", "schema: 2", ["1:9: schema: given 2; allowed: 1 to 1"]),
    ("hidden: 4", "hidden: 4, title: ''", ["7:38: cells.RNN.title: too short; at least 1 character"]),
    ("hidden: 4", 'hidden: 4, title: "a\\nb"', ["7:38: cells.RNN.title: it must be one line of printable text"]),
    # labels and blocks
    ("RNN:", "9RNN:", ["7:3: cells.9RNN: a label is a letter and up to 31 letters, digits, '_' or '-'"]),
    ("{kind: rnn, hidden: 4}", "12", ["7:8: cells.RNN: given 12; expected a mapping with its kind"]),
    ("inputs: {kind: gaussian, size: 3}\n", "", ["1:1: inputs: missing; this key is required"]),
    (GOOD[GOOD.index("cells:"):], "cells: {}\n",
     ["6:8: cells: given a mapping; expected a mapping of labels to at least one cell"]),
    # seeds and lengths
    ("seeds: 2", "seeds: 0", ["3:8: seeds: given 0; allowed: 1 to 10000, or a list"]),
    ("seeds: 2", "seeds: [1, 4294967296]", ["3:12: seeds[1]: given 4294967296; allowed: 0 to 4294967295"]),
    ("seeds: 2", "seeds: [1, 2, 1]", ["3:15: seeds[2]: the seed 1 is named twice"]),
    ("seeds: 2", "seeds: []", ["3:8: seeds: too short; at least 1 value"]),
    ("[1, 10]", "[1, 0]", ["4:14: lengths[0]: given 0; allowed: 1 to 2147483647"]),
    ("[1, 10]", "[1, 2147483648]", ["4:14: lengths[1]: given 2147483648; allowed: 1 to 2147483647"]),
    ("[1, 10]", "[1, 1e12]", ["4:14: lengths[1]: given 1e12; expected a whole number"]),
    ("[1, 10]", "{range: [-5, 5]}", ["4:10: lengths[0]: given -5; allowed: 1 to 2147483647"]),
    ("[1, 10]", "{all: 1e9}", ["4:16: lengths.all: given 1e9; expected {all: T} with T from 1 to 100000"]),
    ("[1, 10]", "{logspace: [0, 10], num: 3}", ["4:10: lengths: logspace: both ends must be above 0"]),
    ("[1, 10]", "{logspace: [1, 10]}", ["4:10: lengths: logspace: 'num' is missing"]),
    ("[1, 10]", "{logspace: [1, 10], nm: 3}", ["4:30: lengths.nm: unknown key; did you mean 'num'?"]),
    ("[1, 10]", "{range: [1, 10], step: -1}", ["4:10: lengths: range: the step does not lead from a to b"]),
    ("[1, 10]", "{range: [1, 1000000000000]}",
     ["4:10: lengths: range: 1,000,000,000,000 values; at most 100,000"]),
    ("[1, 10]", "{range: 5}", ["4:10: lengths: range: expected two numbers [a, b]"]),
    ("[1, 10]", "ten",
     ["4:10: lengths: given 'ten'; expected a list, {range: [a, b], step: s}, {linspace: [a, b], num: n} or "
      "{logspace: [a, b], num: n}"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), FAULTS, ids=[new[:40] for _, new, _ in FAULTS])
def test_every_fault_has_its_sentence_and_place(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    assert GOOD.count(old) == 1
    text = GOOD.replace(old, new)
    if expected:
        assert faults(tmp_path, text) == expected
    else:
        read(tmp_path, text)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = """\
schema: 2
name: a/b
seedz: 2
lengths: [0, 10]
inputs: {kind: gaussian, size: -3, size: 4}
precision: float16
cells:
  RNN: {kind: rnn, hidden: .inf, activation: tanhh}
  GRU: {kind: gru, hidden: 8, init: {updte_bias: 0.5}}
  LSTM: {kind: lstm}
sweep:
  grid: {cells.GRU.reset: [before, aftr], inputs.size: [1, x]}
measure: [flowmap]
"""
    found = [line.partition(": ")[0] for line in faults(tmp_path, text, "h0.scale=1", "nothing", "h0=zeroes")]
    assert found == [
        *("1:1", "1:9", "2:7", "3:1", "4:11", "5:32", "5:36", "6:12", "8:28", "8:46"),
        *("9:38", "10:16", "12:36", "12:60", "13:11", "--set h0=zeroes", "--set nothing"),
    ]


def test_the_caret_stands_under_the_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, GOOD.replace("hidden: 8", "hidden: -8"))
    lines = str(caught.value).split("\n")
    assert lines[1] == "        hidden: -8"
    assert lines[2].index("^") == lines[1].index("-8")
    assert lines[-1] == "1 problem in the config"


def test_long_and_hostile_values_are_clipped_and_escaped(tmp_path: Path) -> None:
    long = faults(tmp_path, GOOD.replace("kind: gru", "kind: " + "x" * 5000))[0]
    assert len(long) < 200
    assert "…" in long
    (hostile,) = faults(tmp_path, GOOD.replace("hidden: 8", '"\\u202ehid\\u200ben": 1\n    hidden: 8'))
    assert "\u202e" not in hostile
    assert "\\u202e" in hostile
