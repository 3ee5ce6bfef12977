"""`setting_of` is the inverse of `Setting.canonical`, and refuses what is no setting of this program."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gru_vanish.cells import CELLS
from gru_vanish.config import ForeignSettingError, load, setting_of
from gru_vanish.contracts import Setting

REPOSITORY = Path(__file__).parents[2]
HEAD = "schema: 1\nname: x\nseeds: 1\nlengths: [1, 7]\ninputs: {kind: gaussian, size: 3, scale: 0.30000000000000004}\n"


def presets() -> Iterator[tuple[str, str]]:
    for kind, cell in CELLS.items():
        yield from ((kind, preset) for preset in cell.presets or ("",))


def settings_of(folder: Path, text: str) -> list[Setting]:
    path = folder / "c.yaml"
    path.write_text(text, encoding="utf-8")
    return [series.setting for series in load(path).series]


def through_json(setting: Setting) -> Any:
    return json.loads(json.dumps(setting.canonical()))


@pytest.mark.parametrize(("kind", "preset"), list(presets()))
def test_it_gives_back_every_preset_of_every_cell(tmp_path: Path, kind: str, preset: str) -> None:
    chosen = f", preset: {preset}" if preset else ""
    (setting,) = settings_of(tmp_path, f"{HEAD}cells:\n  A: {{kind: {kind}, hidden: 6{chosen}}}\n")
    assert setting_of(through_json(setting)) == setting


@pytest.mark.parametrize("config", sorted((REPOSITORY / "configs").rglob("*.yaml")), ids=lambda path: path.stem)
def test_it_gives_back_every_setting_of_the_configs(config: Path) -> None:
    series = load(config).series
    assert series
    assert [setting_of(through_json(one.setting)) for one in series] == [one.setting for one in series]


def test_it_gives_back_what_is_swept_and_every_block(tmp_path: Path) -> None:
    cells = "cells:\n  A: {kind: gru, hidden: 6, preset: torch, init: {update_bias: {kind: chrono, t_max: 30}}}\n"
    rest = "h0: {kind: gaussian, scale: -0.0}\nprecision: float64\nmatmul: high\n"
    axes = "cells.A.init.recurrent: [orthogonal, {kind: uniform, gain: 1e-3}], cells.A.hidden: [4, 5]"
    sweep = f"sweep: {{grid: {{{axes}}}}}\n"
    found = settings_of(tmp_path, HEAD + cells + rest + sweep)
    assert len(found) == 4
    assert [setting_of(through_json(setting)) for setting in found] == found


def changed(path: str, value: Any) -> Callable[[Any], None]:
    def change(values: Any) -> None:
        *above, last = path.split(".")
        for name in above:
            values = values[name]
        values[last] = value

    return change


FOREIGN = {
    "another cell": (changed("cell.kind", "grü"), "has no cell 'grü'"),
    "a list as a kind": (changed("cell.kind", ["gru"]), "not a setting"),
    "another input": (changed("inputs.kind", "pink"), "has no inputs 'pink'"),
    "no mapping": (changed("inputs", 3), "not a setting"),
    "a new field": (changed("cell.colour", "red"), "cell.colour"),
    "a new block": (changed("tasks", {}), "the setting.tasks"),
    "text for a number": (changed("cell.hidden", "6"), "cell.hidden"),
    "true for a number": (changed("cell.hidden", True), "cell.hidden"),
    "too large": (changed("cell.hidden", 10**7), "cell.hidden"),
    "NaN": (changed("inputs.scale", float("nan")), "inputs"),
    "no lengths": (changed("lengths", []), "the setting.lengths"),
    "falling lengths": (changed("lengths", [7, 1]), "do not ascend"),
    "a length twice": (changed("lengths", [7, 7]), "do not ascend"),
    "a length of 0": (changed("lengths", [0, 7]), "the setting.lengths"),
    "another precision": (changed("precision", "float16"), "the setting.precision"),
    "nothing of a block": (lambda values: values.pop("h0"), "not a setting"),
    "a whole number for a float": (changed("inputs.scale", 1), "writes such a setting in another way"),
    "a default left out": (lambda values: values["cell"].pop("reset"), "writes such a setting in another way"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_setting_of_this_program(tmp_path: Path, name: str) -> None:
    change, reason = FOREIGN[name]
    (setting,) = settings_of(tmp_path, f"{HEAD}cells:\n  A: {{kind: gru, hidden: 6}}\n")
    values = through_json(setting)
    change(values)
    with pytest.raises(ForeignSettingError, match=reason):
        setting_of(values)


@pytest.mark.parametrize("values", [None, [], "x", {}, {"cell": 1}, [("cell", 1)]])
def test_what_is_no_mapping_of_blocks(values: Any) -> None:
    with pytest.raises(ForeignSettingError):
        setting_of(values)
