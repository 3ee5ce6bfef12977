"""Which series of two studies stand beside each other, and what was set differently."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from gru_vanish.analysis import Comparison, Findings, compare
from gru_vanish.analysis.comparing import asked_pair, setting_text
from gru_vanish.analysis.comparing.numbers import Number
from gru_vanish.analysis.comparing.pairs import paired_series
from gru_vanish.analysis.comparing.settings import leaf_by_leaf
from tests.analysis.synthetic import Study, article, cell, entry, few, reader, study


def findings(made: Study) -> Findings:
    return Findings(made[0], reader(made[1]))


def two(a: Study, b: Study, **more: Any) -> Comparison:
    return compare(findings(a), findings(b), **more)


def rnn(rate: float, seeds: Sequence[int], label: str = "RNN", **more: Any) -> Study:
    return study([(entry(label, cell("rnn", **more), seeds), rate)], seeds)


def number(comparison: Comparison, name: str, pair: int = 0) -> Number:
    return next(one for one in comparison.numbers if one.words == name and one.pair == pair)


def test_settings_are_compared_leaf_by_leaf() -> None:
    a = {"cell": {"kind": "rnn", "hidden": 4, "init": {"recurrent": {"kind": "uniform"}}}, "lengths": [1, 2], "x": 1}
    b = {"cell": {"kind": "rnn", "hidden": 8, "init": {"recurrent": "own"}}, "lengths": [1, 2.0], "x": True, "y": None}
    found = {one.path: (setting_text(one.a), setting_text(one.b)) for one in leaf_by_leaf(a, b)}
    assert found == {
        "cell.hidden": ("4", "8"),
        "cell.init.recurrent.kind": ("uniform", "–"),
        "cell.init.recurrent": ("–", "own"),
        "x": ("1", "true"),
        "y": ("–", "none"),
    }
    assert setting_text(list(range(1, 100))) == "[1, 2, 3, …, 99] (99)"


def test_what_differs_everywhere_is_said_once() -> None:
    a, b = few(seeds=range(3), count=3), few(seeds=range(3, 7), count=3)
    for one in b[0]["series"]:
        one["setting"]["inputs"]["scale"] = 2.0
    b[0]["series"][1]["setting"]["cell"]["hidden"] = 64
    a[0]["study"], b[0]["study"] = {"inputs": {"scale": 1.0}, "x": 1}, {"inputs": {"scale": 2.0}, "x": 2}
    found = {one.path: one for one in two(a, b).settings}
    assert {path: one.pairs for path, one in found.items()} == {
        "seeds": (), "x": (), "inputs.scale": (0, 1, 2), "cell.hidden": (1,)
    }  # fmt: skip
    assert (found["seeds"].a, found["seeds"].b) == ([0, 1, 2], [3, 4, 5, 6])
    assert found["cell.hidden"].as_json() == {"path": "cell.hidden", "a": 128, "b": 64, "pairs": [1]}


def test_origins_that_differ() -> None:
    a, b = rnn(0.5, range(2)), rnn(0.5, range(2, 4))
    for made, version, device in ((a, "0.10", "CPU"), (b, "0.12", "H200")):
        for record in made[1].values():
            provenance = {"versions": {"jax": version, "numpy": "2"}, "device": {"kind": device}}
            record.about |= {"measure": "h0_gradient", "version": 3, "provenance": provenance}
    a[0]["git"], b[0]["git"] = {"commit": "a" * 40, "clean": True}, None
    next(iter(b[1].values())).about["version"] = 4
    found = {one.path: (one.a, setting_text(one.b)) for one in two(a, b).origin}
    assert found == {
        "versions.jax": ("0.10", "0.12"),
        "device.kind": ("CPU", "H200"),
        "measures.h0_gradient": ("version 3", "version 3, version 4"),
        "git": ("a" * 12, "–"),
    }


def swept(label: str, values: Sequence[float], seeds: Sequence[int] = range(2)) -> list[dict[str, Any]]:
    axis = f"cells.{label}.init.update_bias"
    return [entry(label, cell("gru", update_bias=value), seeds, swept={axis: value}) for value in values]


def manifest(entries: Sequence[Mapping[str, Any]], name: str = "study") -> dict[str, Any]:
    return study([(dict(one), 0.5) for one in entries], range(2))[0] | {"name": name}


def paired(a: Sequence[Mapping[str, Any]], b: Sequence[Mapping[str, Any]], asked: Any = ()) -> list[tuple[int, int]]:
    return [(one.a, one.b) for one in paired_series(manifest(a), manifest(b, "other"), asked).pairs]


def test_series_stand_together_by_label_and_swept_values() -> None:
    plain, gated = entry("RNN", cell("rnn"), range(2)), entry("GRU", cell("gru", update_bias=-2.0), range(2))
    assert paired(swept("GRU", [-4, -2, 0]), swept("GRU", [0.0, -4.0])) == [(0, 1), (2, 0)]
    assert paired(swept("GRU", [-4, -2]), [gated]) == [(1, 0)]
    # What is left of two sweeps are other points, and no pair.
    assert paired(swept("GRU", [-4, -2]), swept("GRU", [-4, 2])) == [(0, 0)]
    # Another label: the same setting, or nothing else that it could be.
    assert paired([plain, gated], [entry("Mine", cell("rnn"), range(2)), entry("X", cell("lstm"), range(2))]) == [
        (0, 0)
    ]
    assert paired([plain], [entry("Other", cell("lstm"), range(2))]) == [(0, 0)]
    assert paired([plain, gated], [entry("Other", cell("lstm"), range(2))]) == []
    assert paired([plain, entry("Same", cell("rnn"), range(2))], [entry("Mine", cell("rnn"), range(2))]) == []


def test_series_that_the_user_names() -> None:
    a = [entry("RNN", cell("rnn"), range(2)), *swept("GRU", [-4, 0])]
    b = [entry("RNN", cell("rnn"), range(2)), *swept("Own", [0, -4])]
    assert paired(a, b) == [(0, 0), (1, 2), (2, 1)]  # by their settings
    assert paired(a, b, [("GRU", "Own")]) == [(0, 0), (1, 2), (2, 1)]
    assert paired(a, b, [("RNN", "2"), ("RNN", "1")]) == [(0, 1), (0, 2)]
    one, other = manifest(a), manifest(b, "other")
    assert asked_pair("GRU, uniform, b_z = −4=Own", one, other) == ("GRU, uniform, b_z = −4", "Own")
    assert asked_pair("GRU, uniform, b_z = -4 = 1", one, other) == ("GRU, uniform, b_z = -4", "1")
    names = [one.name for one in paired_series(one, other).pairs]
    assert names == ["RNN, uniform", "GRU, uniform, b_z = −4", "GRU, uniform, b_z = 0"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("GRU=RMN", "study other has no series 'RMN'; did you mean 'RNN'? There is: RNN, Own"),
        ("Gru=RNN", "study study has no series 'Gru'; did you mean 'GRU'? There is: RNN, GRU"),
        ("RNN", "'RNN' is no pair: write SERIES_OF_A=SERIES_OF_B"),
        ("RNN=9", "study other has no series '9'. There is: RNN, Own"),
    ],
)
def test_a_series_that_is_none(text: str, sentence: str) -> None:
    a = manifest([entry("RNN", cell("rnn"), range(2)), *swept("GRU", [-4, 0])])
    b = manifest([entry("RNN", cell("rnn"), range(2)), *swept("Own", [0, -4])], "other")
    with pytest.raises(LookupError) as fault:
        asked_pair(text, a, b)
    assert fault.value.args[0] == sentence


def test_labels_without_a_common_point() -> None:
    with pytest.raises(LookupError, match="GRU names 2 series and Own 1, of which none have the same swept values"):
        paired(swept("GRU", [-4, 0]), swept("Own", [2]), [("GRU", "Own")])


def test_names_of_pairs_are_all_different() -> None:
    made = article(seeds=range(2))
    names = [one.name for one in two(made, made).pairs]
    assert len(set(names)) == len(names) == 13
