"""The gradient oracle: its files against readers that know nothing but them."""

import json
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from safetensors.numpy import load, save

from gru_vanish.activations import SAFE
from gru_vanish.cells import GRU
from gru_vanish.oracle import DisagreementError, Named, network_files, networks, readme
from gru_vanish.oracle.agreement import TOLERANCE, differences, quantities, require_agreement, share
from gru_vanish.oracle.compute import Computed, everything
from gru_vanish.oracle.files import description
from gru_vanish.oracle.networks import Drawn, draw
from gru_vanish.oracle.symbols import symbols_of
from gru_vanish.oracle.tensors import tensors
from gru_vanish.oracle.unrolled import Given, Point
from tests.engine.oracle_reading import derivatives, read, step

KNOWN = networks()
WRITTEN = ("rnn", "gru_torch", "lstm")
QUICKLY = {"xla_backend_optimization_level": 0}
DISTINCT = {named.cell: named for named in reversed(KNOWN.values())}
"""One network of each structure: presets that differ in how they draw have the same equations."""
every_structure = pytest.mark.parametrize("named", DISTINCT.values(), ids=lambda named: named.name)
every_file = pytest.mark.parametrize("name", WRITTEN)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of three networks, and the page about them."""
    folder = tmp_path_factory.mktemp("oracle")
    chosen = [KNOWN[name] for name in WRITTEN]
    for named in chosen:
        for name, data in network_files(named, 0, QUICKLY).items():
            (folder / name).write_bytes(data)
    (folder / "README.md").write_text(readme(chosen), encoding="utf-8")
    return folder


def about(named: Named) -> dict[str, Any]:
    """What the JSON says of the equations."""
    cell = named.cell
    state = {name: [part.start, part.stop] for name, part in cell.parts.items()}
    return {"sizes": {"n": cell.hidden}, "state": state, "equations": cell.equations().splitlines()}


@every_structure
def test_the_written_equations_are_those_of_the_step(named: Named) -> None:
    drawn = draw(named, 0)
    params = jax.tree.map(jnp.asarray, drawn.params)
    state = jnp.asarray(drawn.start[0])
    ours, _ = named.cell.step(params, named.cell.same_state(state), jnp.asarray(drawn.xs[0, 0]), SAFE)
    weights = {symbol.name: symbol.of(drawn.params) for symbol in drawn.symbols}
    theirs = step(about(named), weights, drawn.start[0], drawn.xs[0, 0])
    np.testing.assert_allclose(ours, theirs, rtol=1e-13, atol=1e-14)


@every_file
def test_a_reader_of_the_files_alone_finds_the_same_states(folder: Path, name: str) -> None:
    reading = read(folder, name)
    for b in range(reading.about["sizes"]["B"]):
        given = reading.tensors["x"][:, b], reading.tensors["states"][0, b]
        loss, states = reading.loss_and_states(reading.weights, *given)
        np.testing.assert_allclose(states, reading.tensors["states"][:, b], rtol=1e-13, atol=1e-15)
        np.testing.assert_allclose(loss, reading.tensors["loss"][b], rtol=1e-13)


@every_file
def test_a_reader_of_the_files_alone_finds_the_same_gradients(folder: Path, name: str) -> None:
    reading = read(folder, name)
    found = dict(derivatives(reading))
    assert {key for key in reading.tensors if key.startswith("gradient.")} == set(found)
    for key, theirs in found.items():
        ours = reading.tensors[key][0] if key == "gradient.states" else reading.tensors[key]
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12 * np.abs(theirs).max(), err_msg=key)


@every_file
def test_jacobians_and_gradients_are_one_chain(folder: Path, name: str) -> None:
    tensors = read(folder, name).tensors
    product = np.broadcast_to(np.eye(tensors["states"].shape[-1]), tensors["jacobian.whole"].shape)
    for t, jacobian in enumerate(tensors["jacobian.step"]):
        earlier = np.einsum("bij,bi->bj", jacobian, tensors["gradient.states"][t + 1])
        np.testing.assert_allclose(earlier, tensors["gradient.states"][t], rtol=1e-11, atol=1e-16)
        product = jacobian @ product
    np.testing.assert_allclose(product, tensors["jacobian.whole"], rtol=1e-11, atol=1e-15)


@every_file
def test_the_description_is_that_of_the_tensors(folder: Path, name: str) -> None:
    reading = read(folder, name)
    said, arrays = reading.about, reading.tensors
    assert said["sha256"] == sha256((folder / f"{name}.safetensors").read_bytes()).hexdigest()
    check_described(said, arrays)
    for gate in (key for key in arrays if key.startswith("gate_value.")):
        function = {"sigmoid": lambda a: 1 / (1 + np.exp(-a)), "tanh": np.tanh, "identity": lambda a: a}
        before = arrays[gate.replace("_value", "")]
        kind = said["tensors"][gate]["meaning"].split()[0]
        np.testing.assert_allclose(arrays[gate], function[kind](before), rtol=1e-14)


@every_file
def test_every_pair_of_ways_was_compared(folder: Path, name: str) -> None:
    reading = read(folder, name)
    checks = reading.about["checks"]
    compared = {key for key in reading.tensors if key.split(".")[0] in ("gradient", "jacobian")}
    assert checks["differences"].keys() == compared
    assert all(len(pairs) == 6 for pairs in checks["differences"].values())
    worst = max(apart for pairs in checks["differences"].values() for apart in pairs.values())
    # No difference at all would mean that two ways are the same code.
    assert 0.0 < worst == checks["largest"] < 1e-13 < TOLERANCE


def test_the_same_bytes_again(folder: Path) -> None:
    for name, data in network_files(KNOWN["rnn"], 0, QUICKLY).items():
        assert (folder / name).read_bytes() == data
    assert network_files(KNOWN["rnn"], 1, QUICKLY)["rnn.safetensors"] != (folder / "rnn.safetensors").read_bytes()


def snippets(page: str) -> dict[str, str]:
    """The example of every section."""
    sections = (section.partition("\n") for section in page.split("\n## ")[1:])
    return {title: text.split("```python\n")[1].split("```")[0] for title, _, text in sections if "```" in text}


@pytest.mark.parametrize(("section", "library"), [("NumPy", "numpy"), ("PyTorch", "torch")])
def test_the_examples_run(
    folder: Path, section: str, library: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip(library, reason=f"{library} is not installed")
    monkeypatch.chdir(folder)
    exec(compile(snippets(Path("README.md").read_text(encoding="utf-8"))[section], section, "exec"), {})
    assert capsys.readouterr().out


def test_pytorch_finds_the_gradients_of_its_preset(folder: Path) -> None:
    torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
    tensors = {key: torch.tensor(value) for key, value in read(folder, "gru_torch").tensors.items()}
    gru = torch.nn.GRU(3, 5).double()

    def packed(kind: str) -> dict[str, Any]:
        """r, z, n; the biases of the hidden r and z have the gradients of the others, and are 0 here."""
        w = {key.removeprefix(f"{kind}."): value for key, value in tensors.items() if key.startswith(f"{kind}.")}
        b_r, b_z = (w["b_r"], w["b_z"]) if kind == "gradient" else (0 * w["b_r"], 0 * w["b_z"])
        return {
            "weight_ih_l0": torch.cat([w["U_r"], w["U_z"], w["U_h"]]),
            "weight_hh_l0": torch.cat([w["W_r"], w["W_z"], w["W_h"]]),
            "bias_ih_l0": torch.cat([w["b_r"], w["b_z"], w["b_h"]]),
            "bias_hh_l0": torch.cat([b_r, b_z, w["b_hn"]]),
        }

    gru.load_state_dict(packed("weight"))
    x, start = tensors["x"].requires_grad_(), tensors["states"][0].requires_grad_()
    hs, _ = gru(x, start[None])
    (hs[-1] @ tensors["projection"]).sum().backward()
    torch.testing.assert_close(hs.detach(), tensors["h"][1:], rtol=0, atol=1e-14)
    found = {name: parameter.grad for name, parameter in gru.named_parameters()}
    pairs = [(start.grad, tensors["gradient.states"][0]), (x.grad, tensors["gradient.x"])]
    for theirs, ours in [*pairs, *((found[name], value) for name, value in packed("gradient").items())]:
        torch.testing.assert_close(theirs, ours, rtol=0, atol=1e-12 * float(ours.abs().max()))


@every_structure
def test_every_network_can_be_exported(named: Named) -> None:
    """Weights have letters, none is hidden by a zero, every way takes the step, and what is told has its shapes."""
    drawn = draw(named, 0)
    assert drawn.symbols == symbols_of(named.cell, drawn.params)
    assert len({symbol.name for symbol in drawn.symbols}) == len(drawn.symbols)
    left_out = set(drawn.params._fields) - {symbol.field for symbol in drawn.symbols}
    assert left_out <= {"inner_bias"}
    assert all(not np.any(getattr(drawn.params, field)) for field in left_out)
    assert all(np.all(symbol.of(drawn.params)) for symbol in drawn.symbols if symbol.of(drawn.params).ndim)
    # Nothing is compiled: all four ways are traced, and what they give is replaced by ones.
    traced = jax.eval_shape(partial(everything, named.cell), *shapes(drawn))
    computed = Computed(*jax.tree.map(lambda leaf: np.ones(leaf.shape, leaf.dtype), traced))
    said = {way: quantities(drawn, computed, way) for way in computed.ways}
    require_agreement(named.name, differences(said))
    written = tensors(drawn, computed)
    check_described(
        description(drawn, computed, written, differences(said), ""),
        load(save({name: one.values for name, one in written.items()})),
    )


def check_described(about: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
    """Names, shapes, axes and digests are those of the arrays; the text is JSON."""
    json.dumps(about, allow_nan=False)
    assert about["tensors"].keys() == arrays.keys()
    sizes = {**about["sizes"], "times": about["sizes"]["T"] + 1}
    for key, array in arrays.items():
        one = about["tensors"][key]
        assert one["shape"] == list(array.shape) == [sizes[axis] for axis in one["axes"].split()], key
        assert one["dtype"] == str(array.dtype) == "float64"
        assert one["sha256"] == sha256(array.tobytes()).hexdigest()
        assert one["meaning"]


def shapes(drawn: Drawn) -> tuple[Given, Point]:
    def struct(array: Any) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct(np.shape(array), jnp.float64)

    states = np.zeros((len(drawn.xs) + 1, *drawn.start.shape))
    at = Point(jax.tree.map(struct, drawn.params), struct(drawn.xs), struct(states))
    return Given(struct(drawn.start), struct(drawn.projection)), at


def test_a_weight_without_letters_is_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = draw(KNOWN["gru"], 0)
    assert "b_hn" not in {symbol.name for symbol in drawn.symbols}
    assert "b_hn" in {symbol.name for symbol in draw(KNOWN["gru_torch"], 0).symbols}
    monkeypatch.setattr("gru_vanish.oracle.symbols.meanings", lambda kind: {"reset": "some matrix"})
    with pytest.raises(ValueError, match=r"GRUParams.reset of shape \(5, 5\) is described as 'some matrix'"):
        symbols_of(GRU(hidden=5), drawn.params)


def said(**changed: float) -> dict[str, dict[str, np.ndarray]]:
    """Four ways that agree on one quantity, but for what is added to some of them."""
    ways = ("derived", "reverse", "forward", "complex")
    return {way: {"gradient.x": np.array([[1.0, 2.0], [1e-9, 3e-9]]) + changed.get(way, 0.0)} for way in ways}


def test_a_way_that_stands_alone_is_named() -> None:
    require_agreement("net", differences(said()))
    with pytest.raises(DisagreementError, match=r"net: 'forward' differs from all others in gradient.x"):
        require_agreement("net", differences(said(forward=1e-6)))
    with pytest.raises(DisagreementError, match=r"net: the ways differ in gradient.x"):
        require_agreement("net", differences(said(forward=1e-6, derived=2e-6)))
    with pytest.raises(DisagreementError, match="is off by inf"):
        require_agreement("net", differences(said(derived=float("nan"))))
    # What vanishes is judged by its own size: 1e-18 is 3e-10 of the second step, and nothing of the first.
    with pytest.raises(DisagreementError):
        require_agreement("net", differences(said(derived=1e-18)))


def test_zeros_agree_with_zeros_alone() -> None:
    zeros = np.zeros((2, 3))
    assert share("gradient.x", zeros, zeros) == 0.0
    assert share("gradient.x", zeros, zeros + 1e-20) > 0.5
    assert share("gradient.x", zeros, np.zeros((3, 2))) == float("inf")


def test_the_json_is_strict(folder: Path) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    for path in folder.glob("*.json"):
        json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
