import pytest

from gru_vanish.analysis.names import series_names
from gru_vanish.cells import CELLS
from tests.analysis.synthetic import article, cell, entry

SEEDS = range(2)


def short(*entries: dict) -> list[str]:
    return [name.short for name in series_names(entries)]


def test_a_gru_is_never_named_without_initialisation_and_gate_bias() -> None:
    assert short(entry("GRU", cell("gru", update_bias=0.0), SEEDS)) == ["GRU, uniform, b_z = 0"]


def test_the_names_of_the_article() -> None:
    names = [name.short for name in series_names(article(SEEDS)[0]["series"])]
    assert names[0] == "RNN, uniform"
    assert names[1] == "GRU, uniform, b_z = −4, z replaces"
    assert names[6] == "GRU, uniform, b_z = 4, z keeps"
    assert names[11] == "RNN, orthogonal"
    assert names[12] == "GRU, orthogonal, b_z = 0, z replaces"
    assert len(set(names)) == 13


def test_the_full_name_says_all() -> None:
    made = entry("GRU", cell("gru", update_bias=-2.0, update_gate="keeps"), SEEDS, scale=0.5)
    full = series_names([made])[0].full
    for part in ("uniform per gate", "b_z = −2", "z keeps", "reset before", "n = 128", "input scale 0.5"):
        assert part in full


@pytest.mark.parametrize(
    ("recurrent", "words"),
    [
        ("uniform", "uniform"),
        ({"kind": "orthogonal", "gain": 1.0}, "orthogonal"),
        ({"kind": "orthogonal", "gain": 1.5}, "orthogonal × 1.5"),
    ],
)
def test_gain_is_named_where_it_is_not_one(recurrent: object, words: str) -> None:
    assert short(entry("RNN", cell("rnn", recurrent), SEEDS)) == [f"RNN, {words}"]


def test_joint_scope_is_named() -> None:
    joint = cell("gru", "orthogonal", update_bias=0.0)
    joint["init"]["scope"] = "joint"
    assert short(entry("GRU", joint, SEEDS)) == ["GRU, orthogonal (joint), b_z = 0"]


def real(kind: str, init: dict | None = None, **fields: str) -> dict:
    """Give a cell of the program's own table as a manifest keeps it."""
    cell_type = CELLS[kind]
    structure = cell_type.model_validate({"hidden": 16, **fields})
    drawn = cell_type.Init.model_validate(init or {})
    return {**structure.model_dump(mode="json"), "init": drawn.model_dump(mode="json")}


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (real("lstm", {"forget_bias": 1.0}), "LSTM, uniform, b_f = 1"),
        (real("lstm", {"recurrent": "orthogonal", "scope": "joint"}), "LSTM, orthogonal (joint), b_f = 0"),
        (real("mgu", {"forget_bias": -2.0}), "MGU, uniform, b_f = −2"),
        (real("ugrnn", {"update_bias": 3}), "UGRNN, uniform, b_z = 3"),
        (
            real("minimal_rnn", {"recurrent": {"kind": "orthogonal", "gain": 2.0}}),
            "MINIMAL RNN, orthogonal × 2, b_z = 0",
        ),
        (real("min_gru", {"update_bias": -4}), "MIN GRU, input = uniform, b_z = −4"),
        (real("min_gru", {"input": "glorot", "scope": "joint"}), "MIN GRU, input = glorot (joint), b_z = 0"),
    ],
)
def test_every_gated_cell_is_named_with_initialisation_and_gate_bias(made: dict, words: str) -> None:
    assert short(entry("A", made, SEEDS)) == [words]


def test_conventions_and_other_biases_are_named_where_they_differ() -> None:
    kept = [entry("A", real("mgu", reset="after", forget_gate=way), SEEDS) for way in ("keeps", "replaces")]
    assert short(*kept) == ["MGU, uniform, b_f = 0, f keeps", "MGU, uniform, b_f = 0, f replaces"]
    biased = [entry("A", real("lstm", {"input_bias": bias}), SEEDS) for bias in (0, -1)]
    assert short(*biased) == ["LSTM, uniform, b_f = 0, b_i = 0", "LSTM, uniform, b_f = 0, b_i = −1"]


@pytest.mark.parametrize(
    ("bias", "words"),
    [
        ({"kind": "constant", "value": -1.0}, "−1"),
        ({"kind": "zeros"}, "0"),
        ({"kind": "chrono", "t_min": 2.0, "t_max": 100.0}, "chrono(t_min 2, t_max 100)"),
    ],
)
def test_bias_distributions(bias: object, words: str) -> None:
    assert short(entry("GRU", cell("gru", update_bias=bias), SEEDS)) == [f"GRU, uniform, b_z = {words}"]


def test_what_differs_is_named() -> None:
    first = entry("A", cell("rnn", activation="tanh"), SEEDS, scale=1.0)
    second = entry("B", cell("rnn", activation="relu"), SEEDS, scale=0.1)
    assert short(first, second) == [
        "RNN, uniform, input scale 1, activation = tanh",
        "RNN, uniform, input scale 0.1, activation = relu",
    ]


def test_equal_settings_keep_apart_by_label() -> None:
    same = [entry(label, cell("rnn"), SEEDS) for label in ("A", "B")]
    assert short(*same) == ["RNN, uniform (A)", "RNN, uniform (B)"]


def test_a_title_takes_the_place_of_the_kind_on_one_line() -> None:
    made = entry("GRU", cell("gru", update_bias=0.0), SEEDS, title="My\n gate " + "x" * 60)
    name = series_names([made])[0]
    assert name.short.startswith("My gate xxx")
    assert name.short.endswith("…, uniform, b_z = 0")
    assert "x" * 60 in name.full
