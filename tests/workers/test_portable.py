"""Settings with files of the user's own, made again from what went over the wire."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gru_vanish.config import ForeignSettingError, load, setting_of
from gru_vanish.config.portable import own_parts, settled
from gru_vanish.contracts import Setting
from gru_vanish.engine import unit
from gru_vanish.engine.executors.wire import ForeignUnitError, pack_of, pack_text
from gru_vanish.measures import MEASURES
from gru_vanish.store import Defect
from gru_vanish.store.carried import Carried, fetch

CONFIG = """
schema: 1
name: own
seeds: 2
lengths: [1, 4]
inputs: {kind: array, file: x.npy}
cells:
  MINE: {file: my_cell.py, hidden: 4, init: {share: 0.5}}
  TURNED: {file: my_cell.py, hidden: 4, init: {share: 0.25}, stop: [candidate]}
  GRU: {kind: gru, hidden: 4}
"""
OWN_CELL = Path(__file__).parents[2] / "experiments" / "03_own_cell" / "my_cell.py"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> list[Setting]:
    folder = tmp_path_factory.mktemp("own")
    (folder / "own.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "my_cell.py").write_text(OWN_CELL.read_text(encoding="utf-8"), encoding="utf-8")
    np.save(folder / "x.npy", np.random.default_rng(0).normal(size=(2, 6, 3)))
    return [one.setting for one in load(folder / "own.yaml", allow_code=True).series]


def over_the_wire(setting: Setting) -> Any:
    return json.loads(json.dumps(setting.canonical()))


def test_what_comes_from_files_goes_along(settings: list[Setting]) -> None:
    for setting in settings:
        parts = own_parts(setting)
        assert parts.keys() == ({"code", "sequences"} if setting.cell.model_dump()["kind"] != "gru" else {"sequences"})
        again = settled(over_the_wire(setting), parts)
        assert again == setting
        for seed in (0, 1):
            one, other = (MEASURES["h0_gradient"].draw(each, seed) for each in (setting, again))
            assert all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))
        np.testing.assert_array_equal(again.inputs.numbers()["values"], setting.inputs.numbers()["values"])
        with pytest.raises(ForeignSettingError, match="not stored"):
            setting_of(over_the_wire(setting))


def test_a_pack_is_made_again_in_another_process(settings: list[Setting], tmp_path: Path) -> None:
    units = [unit(setting, 7, "h0_gradient") for setting in settings]
    carried = Carried(tmp_path / "store")
    text = pack_text(units, carried.put)
    assert pack_of(text) == units
    assert len(list((tmp_path / "store" / "carried").iterdir())) == 2  # one file of code, one of sequences
    carried.close()
    assert not (tmp_path / "store" / "carried").exists()


def test_what_is_gone_or_another_is_refused(settings: list[Setting], tmp_path: Path) -> None:
    carried = Carried(tmp_path)
    text = pack_text([unit(settings[0], 3, "h0_gradient")], carried.put)
    carried.close()
    with pytest.raises(ForeignUnitError, match="a worker could not make the unit out"):
        pack_of(text)


def test_no_other_numbers_pass_for_those_that_were_laid_out(tmp_path: Path) -> None:
    carried = Carried(tmp_path)
    path, digest = carried.put({"values": np.arange(5.0)})
    assert carried.put({"values": np.arange(5.0)}) == (path, digest)
    np.testing.assert_array_equal(fetch(path, digest)["values"], np.arange(5.0))
    _, other = carried.put({"values": np.arange(6.0)})
    with pytest.raises(Defect, match="other numbers"):
        fetch(path, other)
    carried.close()
