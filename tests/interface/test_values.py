"""Configs as Python has them: what can be one, and what is said of the rest."""

from typing import Any

import numpy as np
import pytest

from gru_vanish import ConfigError, RefusalError, load
from gru_vanish.config import options_of, text_of
from gru_vanish.interface.caller import in_python

STUDY: dict[str, Any] = {
    "schema": 1, "name": "x", "seeds": 1, "lengths": [1, 2], "inputs": {"kind": "gaussian", "size": 2, "batch": 1},
    "cells": {"RNN": {"kind": "rnn", "hidden": 2}},
}  # fmt: skip


def test_values_of_all_kinds_are_read_as_they_are() -> None:
    loaded = load(STUDY, set={"inputs.scale": 1e-5, "lengths": np.arange(1, 4), "seeds": (3, 5)})
    assert loaded.study.lengths == (1, 2, 3)
    assert loaded.study.seeds == (3, 5)
    assert loaded.study.inputs.model_dump()["scale"] == 1e-5
    assert loaded.origins["seeds"] == "--set seeds=[3, 5]"


def test_small_and_large_numbers_keep_their_last_digit() -> None:
    for number in (5e-324, 1e22, 0.1, 1 / 3):
        assert options_of({"a": number}) == (f"a={number!r}",)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (float("nan"), "given nan; expected a finite number"),
        ({1, 2}, "a value of the type set, which no config can hold"),
        (object(), "a value of the type object"),
        ({3: 4}, "the key 3 is no text"),
    ],
)
def test_what_no_config_can_hold_is_named(value: Any, words: str) -> None:
    with pytest.raises(ConfigError) as fault:
        load({**STUDY, "cells": {"RNN": {"kind": "rnn", "hidden": value}}, "seeds": float("inf")})
    assert words in str(fault.value)
    assert "cells.RNN.hidden" in str(fault.value)
    assert "2 problems in the config" in str(fault.value)


def test_a_mapping_that_contains_itself_is_refused() -> None:
    values: dict[str, Any] = {}
    values["a"] = values
    with pytest.raises(ConfigError, match="does it contain itself"):
        text_of(values)


def test_a_fault_in_values_is_named_by_its_path_and_in_a_text_by_its_line() -> None:
    with pytest.raises(ConfigError) as fault:
        load({**STUDY, "seedz": 1})
    assert "dict: seedz: unknown key; did you mean 'seeds'?" in str(fault.value)
    with pytest.raises(ConfigError) as fault:
        load("schema: 1\nnama: x\n")
    assert "text:2:1: nama: unknown key; did you mean 'name'?" in str(fault.value)


def test_a_text_extends_a_file_of_the_working_folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "base.yaml").write_text(text_of(STUDY).text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load("extends: base.yaml\nseeds: 4\n").study.seeds == (0, 1, 2, 3)


def test_a_loaded_study_is_not_changed_any_more() -> None:
    with pytest.raises(RefusalError, match=r"^set changes a config, and this one is loaded already$"):
        load(load(STUDY), set={"seeds": 2})


def test_options_are_arguments() -> None:
    assert in_python("--slurm: jobs … say with --host; --all or --batch-first, a--b, 3 --no-such") == (
        "slurm: jobs … say with host; everything or batch_first=True, a--b, 3 no_such"
    )
