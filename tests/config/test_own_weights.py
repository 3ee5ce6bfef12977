"""``cells: {mine: {weights: …, framework: …}}``: what enters the key, what is refused and where, what may be swept."""

import json
from pathlib import Path

import numpy as np
import pytest

from gru_vanish import engine
from gru_vanish.config import ConfigError, ForeignSettingError, Loaded, json_schema, load, resolved_lines, setting_of
from gru_vanish.contracts import Streams
from gru_vanish.flow.outputs import outputs
from gru_vanish.inputs import FromFile
from tests.models.written import M, N, drawn, members, torch_shapes

CONFIG = """
schema: 1
name: own
seeds: 3
lengths: [1, 5, 10]
inputs: {kind: array, file: x.npy}
cells:
  mine: {weights: model.npz, framework: torch, layer: rnn.l1}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two layers of a GRU, another pair of them, a plain network, and inputs; paths in options begin here."""
    monkeypatch.chdir(tmp_path)
    shapes = torch_shapes(3, M, "_l0", "rnn.") | torch_shapes(3, N, "_l1", "rnn.")
    np.savez(tmp_path / "model.npz", **drawn(shapes))
    np.savez(tmp_path / "later.npz", **drawn(shapes, seed=1))
    np.savez(tmp_path / "plain.npz", **drawn(torch_shapes(1)))
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(size=(2, 10, M)).astype(np.float32))
    (tmp_path / "study.yaml").write_text(CONFIG)
    return tmp_path


def study(folder: Path, *options: str) -> Loaded:
    return load(folder / "study.yaml", options)


def keys(loaded: Loaded) -> list[str]:
    return [unit.key for unit in engine.plan([one.setting for one in loaded.series], (0,), ("h0_gradient",))]


def problems(folder: Path, *options: str) -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as raised:
        study(folder, *options)
    return [(one.path, one.message) for one in raised.value.problems]


def test_the_structure_is_the_frameworks_and_the_weights_are_those_of_the_file_for_every_seed(folder: Path) -> None:
    (series,) = study(folder).series
    cell, init = series.setting.cell, series.setting.init
    written = {"kind": "gru", "hidden": N, "reset": "after", "update_gate": "keeps", "candidate_bias": "both"}
    assert cell.model_dump() == written
    arrays = np.load(folder / "model.npz")
    for seed in (0, 7):
        params = cell.weights(init, N, Streams(seed))
        np.testing.assert_array_equal(params.candidate, arrays["rnn.weight_hh_l1"][2 * N :])
        np.testing.assert_array_equal(params.inner_bias, arrays["rnn.bias_hh_l1"][2 * N :])


def test_what_a_layer_reads_is_what_those_below_it_give(folder: Path) -> None:
    """Against the framework's own equations, in NumPy."""
    inputs = study(folder).series[0].setting.inputs
    assert isinstance(inputs, FromFile)
    assert inputs.content is not None
    step, arrays = members()["torch gru"].step, np.load(folder / "model.npz")
    lowest = {f"{name}_l0": arrays[f"rnn.{name}_l0"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
    for xs, given in zip(np.load(folder / "x.npy"), inputs.content.values, strict=True):
        h = np.zeros(N)
        for x, reached in zip(xs.astype(np.float64), given, strict=True):
            h = step(lowest, h, x)
            np.testing.assert_allclose(reached, h, rtol=0, atol=1e-7)


def test_the_numbers_are_in_the_key_and_the_path_and_the_label_are_not(folder: Path) -> None:
    (first,) = keys(study(folder))
    (folder / "model.npz").rename(folder / "renamed.npz")
    node = "{weights: renamed.npz, framework: torch, layer: rnn.l1, title: other}"
    assert keys(study(folder, f"cells={{other: {node}}}")) == [first]
    assert keys(study(folder, f"cells={{other: {node.replace('renamed', 'later')}}}")) != [first]
    assert keys(study(folder, f"cells={{other: {node.replace('l1', 'l0')}}}")) != [first]
    text = json.dumps(study(folder, f"cells={{other: {node}}}").series[0].setting.canonical())
    assert "renamed" not in text
    assert "rnn.l1" not in text


def test_layers_and_checkpoints_are_swept_and_gates_can_be_clamped(folder: Path) -> None:
    grid = "sweep={grid: {cells.mine.layer: [rnn.l0, rnn.l1], cells.mine.weights: [model.npz, later.npz]}}"
    series = study(folder, grid).series
    assert len({one.setting for one in series}) == 4
    assert [one.setting.inputs.size for one in series] == [M, M, N, N]
    sweep = "sweep={grid: {cells.mine.clamp.reset: [0.0, 1.0]}}"
    clamped = study(folder, "cells.mine.clamp={reset: 1.0}", sweep).series
    assert [one.setting.canonical()["cell"]["init"]["clamp"]["reset"] for one in clamped] == [0.0, 1.0]
    setting = clamped[0].setting
    np.testing.assert_array_equal(
        setting.cell.weights(setting.init, N, Streams(0)).update,
        np.load(folder / "model.npz")["rnn.weight_hh_l1"][N : 2 * N],
    )


def test_inputs_may_be_the_layers_own(folder: Path) -> None:
    (series,) = study(folder, "cells.mine.inputs=layer", f"inputs={{kind: gaussian, size: {N}, batch: 3}}").series
    assert series.setting.inputs.model_dump()["kind"] == "gaussian"
    ((path, message),) = problems(folder, f"inputs={{kind: gaussian, size: {M}, batch: 3}}")
    assert path == "cells.mine"
    assert "rnn.l1 lies above others" in message
    assert "with inputs: layer" in message


@pytest.mark.parametrize(
    ("options", "path", "words"),
    [
        (["cells.mine.layer=rnn.l2"], "cells.mine.layer", "did you mean 'rnn.l"),
        (["cells.mine.weights=none.npz"], "cells.mine.weights", "No such file"),
        (["cells.mine.framework=pytorch"], "cells.mine.framework", "did you mean 'torch'?"),
        (["cells.mine.framework=keras"], "cells.mine.weights", "it looks like torch"),
        (["cells.mine.hidden=8"], "cells.mine.hidden", "unknown key"),
        (["cells.mine.below=[rnn.l7]"], "cells.mine.below", "no layer 'rnn.l7' to stand below"),
        (["cells.mine.clamp={rset: 1.0}"], "cells.mine.clamp.rset", "did you mean 'reset'?"),
        (["cells.mine.below=[]"], "cells.mine", "rnn.l1 reads 4 numbers in each step, and the inputs have 3"),
        (["sweep={grid: {cells.mine.hidden: [4, 8]}}"], "cells.mine.hidden", "unknown axis"),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(options: list[str], path: str, words: str, folder: Path) -> None:
    found = problems(folder, *options)
    assert [where for where, _ in found] == [path]
    assert words in found[0][1]


def test_what_the_weights_do_not_tell_is_a_key(folder: Path) -> None:
    base = "cells.mine={weights: plain.npz, framework: torch}"
    xs = np.load(folder / "x.npy")
    found = []
    for activation in ("tanh", "relu"):
        (series,) = study(folder, base, f"cells.mine.activation={activation}").series
        assert series.setting.cell.model_dump()["activation"] == activation
        found.append(outputs(series.setting.cell, series.setting.cell.weights(series.setting.init, M, Streams(0)), xs))
    assert found[1].min() == 0.0
    assert found[0].min() < 0.0


def test_a_setting_from_a_record_alone_is_not_a_setting(folder: Path) -> None:
    canonical = study(folder, "cells.mine.clamp={reset: 1.0}").series[0].setting.canonical()
    with pytest.raises(ForeignSettingError, match="the weights are from a user's own file"):
        setting_of(canonical)


def test_a_closed_form_about_drawn_weights_is_none_of_these(folder: Path) -> None:
    claim = "claims=[{id: a, says: b, metric: transport, of: mine, equals: {form: gru_zero_weights, relative: 0.1}}]"
    ((path, message),) = problems(folder, claim)
    assert path == "claims[0].form"
    assert "these are from a file" in message


def test_every_resolved_value_says_where_it_comes_from(folder: Path) -> None:
    lines = {path: (value, origin) for path, value, origin in resolved_lines(study(folder))}
    assert lines["cells.mine.layer"][0] == "rnn.l1"
    assert lines["cells.mine.hidden"] == (N, "the content of model.npz")
    assert lines["cells.mine.weights"][1].endswith("study.yaml:8")
    assert lines["cells.mine.inputs"] == ("model", "default")


def test_the_schema_knows_the_keys() -> None:
    branches = json_schema()["properties"]["cells"]["patternProperties"]
    (cells,) = branches.values()
    (own,) = [branch for branch in cells["anyOf"] if branch.get("title") == "trained weights"]
    assert {"weights", "framework", "layer", "below", "inputs", "clamp"} <= set(own["properties"])
