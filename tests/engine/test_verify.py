"""Records of real units, verified: as they are, copied, tampered with, and under another name."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gru_vanish.cells import GRU
from gru_vanish.config import setting_of
from gru_vanish.contracts import Payload
from gru_vanish.engine import Unit, environment, verify
from gru_vanish.engine.compute import compute
from gru_vanish.engine.difference import compare
from gru_vanish.engine.manifest import entries as written
from gru_vanish.engine.programs import Programs, compile_stage
from gru_vanish.engine.twins import moved, twins
from gru_vanish.engine.verify import Entry, IncomparableError
from gru_vanish.flow import MEASURES
from gru_vanish.store import DamagedRecord, MissingRecord, Record, Store, make_record
from tests.engine import runs

SETTINGS = (runs.gru(), runs.gru(2.0), runs.rnn())
SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Series:
    label: str
    setting: Any
    title: str | None = None
    swept: tuple[tuple[str, Any], ...] = ()
    files: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """A store with all units, what the manifest says of it, and the programs that computed it."""

    store: Store
    manifest: Mapping[str, Any]
    programs: Programs

    def entry(self, index: int = 0) -> Entry:
        return verify.entries(self.manifest)[index]

    def unit(self, index: int = 0) -> Unit:
        return verify.unit_of(self.entry(index), setting_of)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    store, programs = Store(tmp_path_factory.mktemp("known")), Programs(lambda *_: None)
    for unit in runs.plan(SETTINGS, SEEDS):
        (computed,) = compute([unit], programs)
        store.write(computed.record)
    series = [Series(f"S{index}", setting) for index, setting in enumerate(SETTINGS)]
    manifest = {
        "measures": ["h0_gradient"],
        "seeds": list(SEEDS),
        "series": written(series, SEEDS, ["h0_gradient"]),
    }
    return Known(store, json.loads(json.dumps(manifest)), programs)


def test_a_manifest_leads_back_to_its_units(known: Known) -> None:
    units = [verify.unit_of(entry, setting_of) for entry in verify.entries(known.manifest)]
    assert units == list(runs.plan(SETTINGS, SEEDS))
    assert [entry.series for entry in verify.entries(known.manifest)] == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_what_two_series_share_is_one_entry(known: Known) -> None:
    manifest = {**known.manifest, "series": [*known.manifest["series"], known.manifest["series"][0]]}
    assert verify.entries(manifest) == verify.entries(known.manifest)


@pytest.mark.parametrize("most", [0, 1, 2, 3, 8, 100, None])
def test_a_sample_takes_every_program_before_a_second_unit_of_any(known: Known, most: int | None) -> None:
    units = runs.plan(SETTINGS, SEEDS)
    chosen = verify.sampled(units, most)
    assert len(chosen) == len(set(chosen)) == min(len(units), len(units) if most is None else most)
    assert len({unit.program for unit in chosen}) == min(2, len(chosen))
    assert verify.sampled(units[::-1], most) == chosen


def again(known: Known, index: int = 0) -> Record:
    (computed,) = compute([known.unit(index)], known.programs)
    return computed.record


def test_the_same_machine_gives_the_same_bytes(known: Known) -> None:
    for index in (0, 8):
        stored = verify.looked_up(known.entry(index), known.store)
        found = verify.difference(known.unit(index), stored, again(known, index))
        assert found.identical
        assert found.agrees


def tampered(known: Known, change: Callable[[Payload], None]) -> Record:
    """A record that proves itself, but holds other numbers."""
    stored = known.store.read(known.entry().key)
    payload = {name: values.copy() for name, values in stored.payload.items()}
    change(payload)
    about = stored.about
    provenance = about["provenance"]
    return make_record(about["setting"], about["seed"], about["measure"], about["version"], payload, provenance)


def test_numbers_that_were_changed_are_found_also_with_twins(known: Known) -> None:
    def change(payload: Payload) -> None:
        payload["ln_transport"][1, 0] += 1e-3

    stored = tampered(known, change)
    assert stored.key == known.entry().key
    moved_payloads = list(twins(known.unit(), known.programs))
    found = verify.difference(known.unit(), stored, again(known), moved_payloads)
    assert not found.agrees
    assert found.nats == pytest.approx(1e-3, rel=1e-3)
    assert found.where == "ln_transport"


OTHER_ARITHMETIC = {"xla_cpu_enable_fast_math": True, "xla_cpu_fast_math_honor_functions": False}
"""Sums in another order, functions to fewer bits: what another machine does, and more."""


def test_a_machine_with_another_arithmetic_verifies_also_what_comes_shortly_before_chaos(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A real one: the adjoints and the twin, compiled twice, on networks at the edge of chaos."""
    init = {"recurrent": {"kind": "uniform", "gain": 10.0}}
    lengths = tuple(range(10, 151, 10))
    wild = replace(runs.setting(GRU(hidden=12), init, size=3, batch=4, scale=0.1), lengths=lengths)
    measure, program = MEASURES["h0_gradient"], runs.plan([wild], seeds=(0,))[0].program

    def compiled() -> list[Any]:
        return [compile_stage(program, stage, "cpu") for stage in measure.stages[:2]]

    def payload(stages: list[Any], seed: int, drawn: Any) -> Payload:
        adjoint, twin = (stage(measure.data(wild, seed, drawn)) for stage in stages)
        return measure.payload(program, {**adjoint, **twin})

    here = compiled()
    for name, value in OTHER_ARITHMETIC.items():
        monkeypatch.setitem(environment.COMPILER_CPU, name, value)
    there = compiled()
    shares = []
    for seed in range(8):
        drawn = measure.draw(wild, seed)
        stored, again = payload(here, seed, drawn), payload(there, seed, drawn)
        plainly = compare(measure, program, stored, again)
        assert not plainly.identical
        shares.append(plainly.share)
        moved_payloads = [payload(there, seed, moved(drawn, sign, "float32")) for sign in (1, -1)]
        found = compare(measure, program, stored, again, moved_payloads)
        assert found.agrees
        assert found.judged > 25
        assert found.sensitive > 8
    assert max(shares) > 2, "the networks are too tame to show it: choose others"


def test_twins_are_other_computations_of_the_same_numbers(known: Known) -> None:
    """They move the numbers, and by less than what rounding may do: a sound record keeps every number judged."""
    one, two = twins(known.unit(), known.programs)
    first = again(known)
    assert one["ln_h0_gradient"].tobytes() != first.payload["ln_h0_gradient"].tobytes()
    assert one["ln_h0_gradient"].tobytes() != two["ln_h0_gradient"].tobytes()
    found = verify.difference(known.unit(), first, first, [one, two])
    assert (found.undetermined, found.chaotic) == (0, 0)
    assert found.judged > 10


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_weights_are_moved_by_one_unit_and_zeros_stay(precision: str) -> None:
    drawn = {"w": np.array([[1.5, -0.25], [0.0, 1e-3]]), "n": np.array([3, 4])}
    up, down = moved(drawn, 1, precision), moved(drawn, -1, precision)
    assert up["n"] is drawn["n"]
    assert up["w"][1, 0] == 0
    eps = np.finfo(precision).eps
    relative = (up["w"] - drawn["w"]).ravel()[[0, 1, 3]] / drawn["w"].ravel()[[0, 1, 3]]
    np.testing.assert_allclose(relative, [eps, -eps, -eps], rtol=0.6)
    changed = up["w"].astype(precision) != drawn["w"].astype(precision)
    assert changed.tolist() == [[True, True], [False, True]]
    assert np.sign(up["w"] - drawn["w"]).tolist() == (-np.sign(down["w"] - drawn["w"])).tolist()


def test_a_record_must_be_of_what_the_manifest_says(known: Known) -> None:
    entry = known.entry()
    wrong = [
        Entry(0, {**entry.setting, "lengths": [2]}, entry.seed, entry.measure, entry.key),
        Entry(0, entry.setting, 7, entry.measure, entry.key),
        Entry(0, entry.setting, entry.seed, "flow_map", entry.key),
    ]
    for each in wrong:
        with pytest.raises(DamagedRecord, match="manifest says"):
            verify.looked_up(each, known.store)
    with pytest.raises(MissingRecord):
        verify.looked_up(Entry(0, entry.setting, 0, entry.measure, "0" * 64), known.store)
    with pytest.raises(ValueError, match="key"):
        verify.looked_up(Entry(0, entry.setting, 0, entry.measure, "../../etc"), known.store)


def test_what_this_version_can_not_compute_is_told(known: Known) -> None:
    entry = known.entry()
    unknown = {**entry.setting, "cell": {**entry.setting["cell"], "kind": "mine"}}
    own = {**entry.setting, "cell": {**unknown["cell"], "file_sha256": "0" * 64}}
    file = {"kind": "array", "size": 2, "batch": 2, "steps": 9, "numbers_sha256": "0" * 64}
    for other, reason in (
        (Entry(0, entry.setting, 0, "colour", entry.key), "no measure 'colour'"),
        (Entry(0, unknown, 0, entry.measure, entry.key), "no cell 'mine'"),
        (Entry(0, own, 0, entry.measure, entry.key), "'mine' is a cell of a user's own; its code is not stored"),
        (
            Entry(0, {**entry.setting, "inputs": file}, 0, entry.measure, entry.key),
            "a user's own file, which is not stored",
        ),
        (Entry(0, entry.setting, 0, entry.measure, "0" * 64), "another version"),
    ):
        with pytest.raises(IncomparableError, match=reason):
            verify.unit_of(other, setting_of)


def test_nothing_is_written(known: Known, tmp_path: Path) -> None:
    store = Store(tmp_path / "empty")
    with pytest.raises(MissingRecord):
        verify.looked_up(known.entry(), store)
    assert list(tmp_path.iterdir()) == []


def test_devices_are_told_once() -> None:
    one = {"device": {"platform": "cpu", "kind": " X "}, "versions": {"jax": "1"}}
    assert list(verify.devices([one, one, {}, {"device": 3, "versions": None}])) == ["cpu (X), jax 1"]
