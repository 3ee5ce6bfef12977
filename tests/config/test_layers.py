"""`extends` and `--set`: what lies over what, where each value came from, and whose line an error names."""

import hashlib
import os
from pathlib import Path

import pytest

from gru_vanish.config import ConfigError, load, resolved_lines
from tests.config.words import GOOD, WORDS, faults, read


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / f"{next(iter(files))}.yaml"


def heads(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, (), WORDS)
    return [str(one).split("\n")[0].replace(f"{path.parent}{os.sep}", "") for one in caught.value.problems]


def test_mappings_merge_and_the_rest_is_replaced(tmp_path: Path) -> None:
    child = (
        "extends: base.yaml\nname: child\nlengths: {all: 2}\n"
        "cells: {GRU: {hidden: 9, init: {scope: joint}}, B: {kind: rnn, hidden: 1}}\n"
    )
    study = load(write(tmp_path, child=child, base=GOOD), (), WORDS).study
    resolved = study.resolved()
    assert (study.name, study.lengths, list(study.cells)) == ("child", (1, 2), ["RNN", "GRU", "B"])
    assert resolved["cells"]["GRU"]["hidden"] == 9
    assert resolved["cells"]["GRU"]["init"]["update_bias"] == 0.5
    assert resolved["cells"]["GRU"]["init"]["scope"] == "joint"


def test_another_kind_replaces_and_a_name_is_a_kind(tmp_path: Path) -> None:
    base = GOOD + "h0: {kind: gaussian, scale: 3}\n"
    zero = load(write(tmp_path, child="extends: base.yaml\nh0: {kind: zeros}\n", base=base), (), WORDS).study
    assert zero.resolved()["h0"] == {"kind": "zeros"}
    base = GOOD + "h0: gaussian\n"
    wide = load(write(tmp_path, child="extends: base.yaml\nh0: {scale: 4}\n", base=base), (), WORDS).study
    assert wide.resolved()["h0"] == {"kind": "gaussian", "scale": 4.0}


def test_errors_keep_their_own_file(tmp_path: Path) -> None:
    base = GOOD.replace("hidden: 8", "hidden: -8")
    path = write(tmp_path, child="extends: base.yaml\ncells: {RNN: {hidden: x}}\n", base=base)
    assert heads(path) == [
        "base.yaml:10:13: cells.GRU.hidden: given -8; allowed: 1 to 65536",
        "child.yaml:2:23: cells.RNN.hidden: given the text 'x'; expected a whole number",
    ]


BASES = [
    (
        "extends: child.yaml\n",
        "child.yaml:1:10: extends: extends goes in a circle: child.yaml leads back here",
    ),
    ("extends: none.yaml\n", "child.yaml:1:10: extends: none.yaml cannot be read: No such file or directory"),
    ("extends: .\n", "child.yaml:1:10: extends: . not a file but a folder"),
    ("extends: [a]\n", "child.yaml:1:10: extends: extends names one file, relative to this one"),
    ("extends: /etc/passwd\n", "child.yaml:1:10: extends: extends takes a path relative to this file"),
    ("extends:\n", "child.yaml:1:1: extends: extends names one file, relative to this one"),
    ('extends: "a\\0b"\n', "child.yaml:1:10: extends: the control character U+0000 in a text"),
]


@pytest.mark.parametrize(("text", "expected"), BASES)
def test_bases_that_can_not_be_followed(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in heads(write(tmp_path, child=text))


def test_a_circle_of_two_and_a_long_chain(tmp_path: Path) -> None:
    path = write(tmp_path, a="extends: b.yaml\n", b="extends: a.yaml\n")
    assert heads(path) == ["b.yaml:1:10: extends: extends goes in a circle: a.yaml leads back here"]
    chain = {f"f{index}": f"extends: f{index + 1}.yaml\n" for index in range(20)}
    assert heads(write(tmp_path, **chain)) == ["f8.yaml:1:10: extends: more than 8 files extend one another"]
    chain = {f"g{index}": f"extends: g{index + 1}.yaml\n" for index in range(8)}
    assert load(write(tmp_path, **chain, g8=GOOD), (), WORDS).study.name == "trial"


def test_a_base_is_found_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "mid.yaml").write_text("extends: ../base.yaml\nname: mid\n")
    path = write(tmp_path, child="extends: deep/mid.yaml\n", base=GOOD)
    loaded = load(path, (), WORDS)
    assert loaded.study.name == "mid"
    assert [Path(file.name).name for file in loaded.sources] == ["child.yaml", "mid.yaml", "base.yaml"]
    assert loaded.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_last_option_wins(tmp_path: Path) -> None:
    study = read(
        tmp_path, GOOD, "seeds=5", "cells.GRU.hidden=0x10", "seeds=[4]", "cells.GRU.init.recurrent.gain=2"
    ).study
    assert study.seeds == (4,)
    found = study.resolved()["cells"]["GRU"]
    assert (found["hidden"], found["init"]["update_bias"]) == (16, 0.5)


def test_options_know_axes(tmp_path: Path) -> None:
    axis = "sweep.grid.cells.GRU.init.update_bias"
    loaded = read(tmp_path, GOOD, f"{axis}=[1, 2]", "sweep.zip.inputs.size={range: [1, 3]}")
    assert len(loaded.series) == 9


OPTIONS = [
    ("nothing", "--set nothing: write --set path.to.field=value"),
    ("=3", "--set =3: write --set path.to.field=value"),
    ("a..b=3", "--set a..b=3: write --set path.to.field=value"),
    ("seeds=", "--set seeds=: seeds: no value after '='; write null for none"),
    ("seeds=x", "--set seeds=x: seeds: given 'x'; expected a list"),
    ("seeds=[1", "--set seeds=[1: not valid YAML: "),
    ("seeds=&a 1", "--set seeds=&a 1: the anchor &a"),
    ("seeds=1\t", "--set seeds=1\\x09: a tab"),
    ("extends=b.yaml", "--set extends=b.yaml: extends is written in a file only"),
    ("cells.GRU.hidden=0", "--set cells.GRU.hidden=0: cells.GRU.hidden: given 0; allowed: 1 to 65536"),
    ("cells.GRU.hiden=3", "--set cells.GRU.hiden=3: cells.GRU.hiden: unknown key; did you mean 'hidden'?"),
    ("precison=float64", "--set precison=float64: precison: unknown key; did you mean 'precision'?"),
    ("cells=3", "--set cells=3: cells: given 3; expected a mapping of labels to at least one cell"),
    ("seeds.a=3", "--set seeds.a=3: seeds: given a mapping; expected a list"),
]


@pytest.mark.parametrize(("option", "expected"), OPTIONS)
def test_errors_name_the_option(tmp_path: Path, option: str, expected: str) -> None:
    found = faults(tmp_path, GOOD, option)
    assert any(line.startswith(expected) for line in found), found


def test_the_caret_stands_under_the_option(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, GOOD, "inputs={kind: gaussian, size: 0}")
    _, line, caret = str(caught.value.problems[0]).split("\n")
    assert line.strip() == "inputs={kind: gaussian, size: 0}"
    assert line[caret.index("^")] == "0"


def test_origins(tmp_path: Path) -> None:
    child = "extends: base.yaml\ncells: {GRU: {preset: torch}, RNN: {init: {recurrent: orthogonal}}}\n"
    path = write(tmp_path, child=child, base=GOOD)
    lines = resolved_lines(load(path, ["seeds=3", "matmul=high"], WORDS))
    base, child = (str(tmp_path / name) for name in ("base.yaml", "child.yaml"))
    found = {name: (value, origin) for name, value, origin in lines}
    expected = {
        "schema": (1, f"{base}:1"),
        "seeds": ([0, 1, 2], "--set seeds=3"),
        "matmul": ("high", "--set matmul=high"),
        "precision": ("float32", "default"),
        "h0.kind": ("zeros", "default"),
        "inputs.size": (3, f"{base}:5"),
        "inputs.scale": (1.0, "default"),
        "cells.GRU.reset": ("after", "preset torch"),
        "cells.GRU.init.update_bias": (0.5, f"{base}:11"),
        "cells.GRU.init.scope": ("joint", "preset torch"),
        "cells.GRU.init.recurrent.kind": ("orthogonal", "preset torch"),
        "cells.GRU.init.recurrent.gain": (1.0, "default"),
        "cells.RNN.init.recurrent.kind": ("orthogonal", f"{child}:2"),
        "cells.RNN.init.recurrent.gain": (1.0, "default"),
        "measure": (["h0_gradient"], "default"),
    }
    assert {name: found[name] for name in expected} == expected
    assert [name for name, _, _ in lines][:3] == ["schema", "name", "question"]
