"""The program's own tables: a whole study is read, and every preset of every cell holds."""

from pathlib import Path

import pytest

from gru_vanish.cells import CELLS
from gru_vanish.config import ConfigError, json_schema, load
from gru_vanish.config.vocabulary import vocabulary

STUDY = """\
schema: 1
name: article
question: Does the GRU keep the gradient that the plain RNN loses?
seeds: 10
lengths: {logspace: [1, 1000], num: 24}
inputs: {kind: gaussian, size: 32, scale: 1.0, batch: 16}
h0: zeros
loss: {kind: projection}
precision: float32
cells:
  RNN: {kind: rnn, hidden: 128, init: {recurrent: uniform}}
  GRU: {kind: gru, hidden: 128, title: "GRU, gated", init: {recurrent: {kind: orthogonal, gain: 1.5}}}
sweep:
  grid: {cells.GRU.init.update_bias: [-4, -2, 0, 2, {kind: chrono, t_max: 100}]}
measure: [h0_gradient]
figures: [gradient_vs_length]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "study.yaml"
    path.write_text(text)
    return path


def test_a_whole_study(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, STUDY))
    assert [(series.label, series.title) for series in loaded.series] == [("RNN", None)] + [("GRU", "GRU, gated")] * 5
    assert loaded.study.lengths[0] == 1
    assert loaded.study.lengths[-1] == 1000
    assert len({series.setting for series in loaded.series}) == 6
    biases = [series.setting.canonical()["cell"]["init"]["update_bias"] for series in loaded.series[1:]]
    assert [bias["kind"] for bias in biases] == ["constant"] * 4 + ["chrono"]
    assert {series.setting.cell for series in loaded.series} == {s.setting.cell for s in loaded.series[:2]}


PRESETS = [(kind, preset) for kind, cell in CELLS.items() for preset in cell.presets]


@pytest.mark.parametrize(("kind", "preset"), PRESETS)
def test_every_preset_is_a_valid_cell(tmp_path: Path, kind: str, preset: str) -> None:
    text = STUDY[: STUDY.index("cells:")] + f"cells: {{A: {{kind: {kind}, hidden: 2, preset: {preset}}}}}\n"
    (series,) = load(write(tmp_path, text)).series
    written = CELLS[kind].presets[preset]
    assert all(getattr(series.setting.cell, name) == value for name, value in written.items() if name != "init")


def test_wrong_words_of_the_real_tables_are_put_right(tmp_path: Path) -> None:
    text = STUDY.replace("t_max: 100", "tmax: 100").replace("gain: 1.5", "gian: 1.5").replace("rnn", "rn")
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, text))
    found = [(one.line, one.column, one.message) for one in caught.value.problems]
    assert found == [
        (11, 15, f"given 'rn'; allowed: {', '.join(CELLS)}; did you mean 'rnn'?"),
        (12, 91, "unknown key; did you mean 'gain'?"),
        (14, 53, "missing; this key is required"),
        (14, 68, "unknown key; did you mean 't_max'?"),
    ]


def test_the_schema_of_the_real_tables() -> None:
    schema = json_schema()
    (cells,) = schema["properties"]["cells"]["patternProperties"].values()
    assert len(cells["anyOf"]) == len(CELLS) + 2  # the last two are a cell from a file, and weights from one
    assert schema["properties"]["measure"]["items"]["enum"] == list(vocabulary().measures)
