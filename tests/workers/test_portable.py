"""Settings with files of the user's own, made again from what went over the wire."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gru_vanish.config import ForeignSettingError, load, setting_of
from gru_vanish.config.portable import own_parts, settled
from gru_vanish.contracts import GivenWeights, Setting
from gru_vanish.engine import device, unit
from gru_vanish.engine.executors import worker
from gru_vanish.engine.executors.wire import ForeignUnitError, Job, pack_of, pack_text
from gru_vanish.measures import MEASURES
from gru_vanish.store import Defect, Store
from gru_vanish.store.carried import Carried, fetch
from tests.models.written import M, drawn, torch_shapes

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
  GIVEN: {weights: model.npz, framework: torch}
"""
OWN_CELL = Path(__file__).parents[2] / "experiments" / "03_own_cell" / "my_cell.py"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> list[Setting]:
    folder = tmp_path_factory.mktemp("own")
    (folder / "own.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "my_cell.py").write_text(OWN_CELL.read_text(encoding="utf-8"), encoding="utf-8")
    np.save(folder / "x.npy", np.random.default_rng(0).normal(size=(2, 6, M)))
    np.savez(folder / "model.npz", **drawn(torch_shapes(3)))
    found = [one.setting for one in load(folder / "own.yaml", allow_code=True).series]
    # What has become of the files since is of no account to workers.
    np.savez(folder / "model.npz", **drawn(torch_shapes(3), seed=1))
    (folder / "x.npy").unlink()
    return found


def over_the_wire(setting: Setting) -> Any:
    return json.loads(json.dumps(setting.canonical()))


def test_what_comes_from_files_goes_along(settings: list[Setting]) -> None:
    for setting in settings:
        parts = own_parts(setting)
        own = "weights" if isinstance(setting.init, GivenWeights) else "code"
        drawn_here = setting.cell.model_dump()["kind"] == "gru" and own == "code"
        assert parts.keys() == {"sequences"} | (set() if drawn_here else {own})
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
    assert len(list((tmp_path / "store" / "carried").iterdir())) == 3  # one of code, of sequences, of weights
    carried.close()
    assert not (tmp_path / "store" / "carried").exists()


@pytest.mark.parametrize("part", ["weights", "sequences"])
def test_other_numbers_than_those_of_the_key_are_refused(settings: list[Setting], tmp_path: Path, part: str) -> None:
    """As where a worker finds another file under the name: what it would compute would pass for something else."""
    given = settings[-1]
    parts = {name: dict(arrays) for name, arrays in own_parts(given).items()}
    name = next(iter(parts[part]))
    parts[part][name] = parts[part][name] + np.float32(1e-3)
    with pytest.raises(ForeignSettingError, match=f"the {part}.* have the SHA-256 .*, the record's have "):
        settled(over_the_wire(given), parts)

    carried = Carried(tmp_path)
    text = pack_text([unit(given, 3, "h0_gradient")], lambda arrays: carried.put(other(arrays, name, part, parts)))
    with pytest.raises(ForeignUnitError, match=f"a worker could not make the unit out: the {part}"):
        pack_of(text)
    told = json.loads(worker.carry_out(job(tmp_path).text(), text))
    assert [(one["event"], "the record's have" in one["error"]) for one in told] == [("refused", True)]
    carried.close()


def other(arrays: Any, name: str, part: str, parts: Any) -> Any:
    """Another file in the place of one of the parts."""
    return parts[part] if arrays.keys() == parts[part].keys() and name in arrays else arrays


def job(folder: Path) -> Job:
    """A run whose claims reach this process."""
    versions = tuple((name, version) for name, version in device.versions().items() if name != "python")
    (folder / "store").mkdir(exist_ok=True)
    Store(folder).claims.acquire("0" * 64)
    return Job(f"of {folder}", str(folder), "0" * 64, versions, False)


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
