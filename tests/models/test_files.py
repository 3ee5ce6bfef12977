"""What a file of weights may be, and what is said of one that is not."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from gru_vanish.models import Model, ModelError, Said, open_model, read_arrays
from tests.models.written import M, N, drawn, kernels, members, torch_shapes


def saved(folder: Path, arrays: dict[str, np.ndarray], name: str = "model.npz") -> str:
    path = folder / name
    np.savez(path, **arrays)
    return str(path)


def stacked(folder: Path) -> Model:
    """Two layers in two directions, beside a single cell."""
    shapes = torch_shapes(3, M, "_l0", "rnn.") | torch_shapes(3, M, "_l0_reverse", "rnn.")
    shapes |= torch_shapes(3, 2 * N, "_l1", "rnn.") | torch_shapes(3, 2 * N, "_l1_reverse", "rnn.")
    shapes |= torch_shapes(4, 2 * N, "", "decoder.cell.")
    return open_model(saved(folder, drawn(shapes)), "torch")


def test_layers_and_directions_have_names_and_know_what_is_below_them(tmp_path: Path) -> None:
    model = stacked(tmp_path)
    assert model.names == ("decoder.cell", "rnn.l0", "rnn.l0_reverse", "rnn.l1", "rnn.l1_reverse")
    assert model.levels == ("decoder.cell", "rnn.l0", "rnn.l1")
    below = model.beneath(model.layer("rnn.l1_reverse"), None)
    assert [[one.name for one in level] for level in below] == [["rnn.l0", "rnn.l0_reverse"]]
    assert model.beneath(model.layer("decoder.cell"), None) == ()
    below = model.beneath(model.layer("decoder.cell"), ("rnn.l0", "rnn.l1"))
    assert [[one.name for one in level] for level in below] == [
        ["rnn.l0", "rnn.l0_reverse"],
        ["rnn.l1", "rnn.l1_reverse"],
    ]
    assert [one.group.reverse for one in below[0]] == [False, True]


@pytest.mark.parametrize(
    ("layer", "below", "words"),
    [
        ("rnn.l2", None, ["no recurrent layer 'rnn.l2'", "did you mean 'rnn.l", "There is: decoder.cell, rnn.l0"]),
        (None, None, ["holds 5 recurrent layers", "choose one", "rnn.l1_reverse"]),
        ("rnn.l1", ("rnn.l9",), ["no layer 'rnn.l9' to stand below"]),
        ("rnn.l0", ("rnn.l1",), ["rnn.l0 reads 3 numbers a step, and rnn.l1 and rnn.l1_reverse below it give 8"]),
    ],
)
def test_a_layer_that_is_not_there_is_told_with_those_that_are(
    layer: str | None, below: tuple[str, ...] | None, words: list[str], tmp_path: Path
) -> None:
    model = stacked(tmp_path)
    with pytest.raises(ModelError) as raised:
        model.beneath(model.layer(layer), below)
    for word in words:
        assert word in str(raised.value)


def test_one_layer_needs_no_name_and_the_hash_is_of_its_numbers_alone(tmp_path: Path) -> None:
    arrays = drawn(torch_shapes(3))
    one = open_model(saved(tmp_path, arrays), "torch").layer(None)
    other = open_model(
        saved(tmp_path, {f"rnn.{k}": v for k, v in arrays.items()} | {"b": np.ones(1)}, "o.npz"), "torch"
    )
    assert (one.name, other.layer(None).name) == ("l0", "rnn.l0")
    assert one.sha256 == other.layer(None).sha256
    arrays["weight_hh_l0"][0, 0] += 1e-9
    assert open_model(saved(tmp_path, arrays, "c.npz"), "torch").layer(None).sha256 != one.sha256


def test_bfloat16_and_float16_are_read_exactly(tmp_path: Path) -> None:
    import ml_dtypes
    from safetensors.numpy import save_file

    arrays = drawn(torch_shapes(3))
    halves = {name: array.astype(ml_dtypes.bfloat16) for name, array in arrays.items()}
    halves["bias_hh_l0"] = arrays["bias_hh_l0"].astype(np.float16)
    save_file(halves, tmp_path / "model.safetensors")
    layer = open_model(str(tmp_path / "model.safetensors"), "torch").layer(None)
    np.testing.assert_array_equal(layer.params["reset"], halves["weight_hh_l0"][:N].astype(np.float64))
    np.testing.assert_array_equal(layer.params["inner_bias"], halves["bias_hh_l0"][2 * N :].astype(np.float64))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("m.pt", b"x", "would be unpickled, which runs code; save the weights as .safetensors or .npz"),
        ("m.keras", b"x", "a .keras file is not read; save the weights"),
        ("m.npz", b"not an archive", "is no sound .npz file"),
        ("m.safetensors", b"\x08\x00\x00\x00", "is no sound .safetensors file"),
        ("m", b"x", "save the weights as .safetensors or .npz"),
    ],
)
def test_other_files_are_refused_with_the_way_out(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ModelError, match=words.replace(".", r"\.")):
        read_arrays(str(path))


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> object:
            return (pytest.fail, ("a pickle was run",))

    path = tmp_path / "trap.npz"
    objects = np.empty(1, object)
    objects[0] = Trap()
    np.savez(path, weight_hh_l0=objects)
    with pytest.raises(ModelError, match="it holds Python objects"):
        read_arrays(str(path))
    (tmp_path / "plain.npz").write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(ModelError, match="is no sound"):
        read_arrays(str(tmp_path / "plain.npz"))


def changed(name: str, value: np.ndarray | None) -> dict[str, np.ndarray]:
    arrays = drawn(torch_shapes(3))
    if value is None:
        del arrays[name]
    else:
        arrays[name] = value
    return arrays


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        (
            changed("weight_hh_l0", np.zeros((10, N))),
            "weight_hh_l0 has the shape (10, 4); expected the recurrent weights",
        ),
        (changed("weight_ih_l0", None), "there is no weight_ih; of this layer there is"),
        (changed("bias_ih_l0", np.zeros(7)), "bias_ih_l0 has the shape (7,); expected (12)"),
        (changed("weight_hh_l0", np.zeros(12)), "expected (any, any)"),
        (changed("bias_hh_l0", np.full(3 * N, np.nan)), "bias_hh_l0 holds a number that is not finite"),
        (changed("bias_hh_l0", np.full(3 * N, "a")), "expected floating-point numbers"),
        (changed("weight_hr_l0", np.zeros((2, N))), "proj_size"),
    ],
)
def test_arrays_that_are_no_layer_are_named_with_their_shapes(
    arrays: dict[str, np.ndarray], words: str, tmp_path: Path
) -> None:
    model = open_model(saved(tmp_path, arrays), "torch")
    with pytest.raises(ModelError) as raised:
        model.layer(None)
    assert words in str(raised.value)


def test_the_wrong_framework_is_told_with_the_likely_one(tmp_path: Path) -> None:
    path = saved(tmp_path, drawn(torch_shapes(3)))
    with pytest.raises(ModelError, match="holds no recurrent layer of keras; it looks like torch"):
        open_model(path, "keras")
    with pytest.raises(ModelError, match="did you mean 'torch'"):
        open_model(path, "pytorch")
    with pytest.raises(ModelError, match="Its arrays: a"):
        open_model(saved(tmp_path, {"a": np.ones(3)}, "a.npz"), "torch")


def test_what_weights_do_not_tell_is_asked_for(tmp_path: Path) -> None:
    model = open_model(saved(tmp_path, members()["keras gru no bias, after"].arrays), "keras")
    with pytest.raises(ModelError, match="say reset: after"):
        model.layer(None)
    assert model.layer(None, Said(reset="before")).fields["reset"] == "before"
    told = open_model(saved(tmp_path, members()["keras gru before"].arrays, "b.npz"), "keras")
    with pytest.raises(ModelError, match="its biases are those of reset: before"):
        told.layer(None, Said(reset="after"))


def test_directions_of_keras_and_flax_stand_side_by_side(tmp_path: Path) -> None:
    at = "m/bidirectional/"
    shapes = kernels(f"{at}backward_gru/gru_cell/", 3, (2, 3 * N)) | kernels(
        f"{at}forward_gru/gru_cell/", 3, (2, 3 * N)
    )
    model = open_model(saved(tmp_path, drawn(shapes)), "keras")
    assert model.levels == ("m/bidirectional",)
    layers = [model.layer(name) for name in model.names]
    assert [(one.name, one.group.reverse) for one in layers] == [
        ("m/bidirectional/backward_gru", True),
        ("m/bidirectional/forward_gru", False),
    ]
    arrays = members()["nnx gru"].arrays
    both = {f"{way}_rnn/{name}": array for way in ("backward", "forward") for name, array in arrays.items()}
    model = open_model(saved(tmp_path, both, "n.npz"), "flax_nnx")
    assert (model.names, model.levels) == (("backward_rnn/cell", "forward_rnn/cell"), ("bidirectional",))
    assert [model.layer(name).group.reverse for name in model.names] == [True, False]


def test_cells_that_keras_stacks_within_one_layer_keep_their_names(tmp_path: Path) -> None:
    at = "rnn/stacked_rnn_cells/"
    shapes = kernels(f"{at}gru_cell/", 3, (2, 3 * N)) | kernels(f"{at}gru_cell_1/", 3, (2, 3 * N))
    model = open_model(saved(tmp_path, drawn(shapes)), "keras")
    assert model.names == ("rnn/stacked_rnn_cells/gru_cell", "rnn/stacked_rnn_cells/gru_cell_1")
