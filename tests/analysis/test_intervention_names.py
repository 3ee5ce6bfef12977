"""An intervened cell is never called by the name of the cell that it was."""

from typing import Any

from gru_vanish.analysis.names import series_names
from tests.analysis.synthetic import cell, entry


def intervened(clamp: dict[str, float] | None = None, **done: Any) -> dict[str, Any]:
    made = cell("gru", update_bias=0.0)
    if clamp:
        made["init"]["clamp"] = clamp
    return made | done


def short(*cells: dict[str, Any]) -> list[str]:
    return [name.short for name in series_names([entry("GRU", one, range(2)) for one in cells])]


def test_each_is_named_even_where_all_series_share_it() -> None:
    assert short(intervened({"reset": 1.0})) == ["GRU, uniform, b_z = 0, reset = 1"]
    assert short(intervened(hold=["update"])) == ["GRU, uniform, b_z = 0, update held"]
    assert short(intervened(hold=["candidate", "update"])) == ["GRU, uniform, b_z = 0, candidate and update held"]
    assert short(intervened(stop=["reset"])) == ["GRU, uniform, b_z = 0, no gradient through reset"]
    assert short(intervened(tie={"reset": "update"})) == ["GRU, uniform, b_z = 0, reset = update"]


def test_they_tell_series_apart() -> None:
    assert short(intervened(), intervened({"reset": 0.0}), intervened({"reset": 0.25})) == [
        "GRU, uniform, b_z = 0",
        "GRU, uniform, b_z = 0, reset = 0",
        "GRU, uniform, b_z = 0, reset = 0.25",
    ]


def test_the_full_name_says_all_of_them() -> None:
    made = intervened({"update": 0.5}, hold=["candidate"], stop=["leak", "reset"], tie={"reset": "update"})
    full = series_names([entry("GRU", made, range(2))])[0].full
    words = "update = 0.5, reset = update, candidate held, no gradient through leak and reset"
    assert words in full
    assert full.count("update = 0.5") == 1


def test_a_cell_without_a_recurrent_initialiser_names_its_clamp_once() -> None:
    made = {"kind": "leaky", "hidden": 3, "init": {"leak": 0.3, "clamp": {"candidate": 0.5}}}
    assert short(made) == ["LEAKY, leak = 0.3, candidate = 0.5"]
