"""``diagnose MODEL``: the commands of the README on a small network, its numbers, its config, and what is refused."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gru_vanish.contracts import Streams
from gru_vanish.losses import LOSSES
from gru_vanish.store import Store, read_manifest
from tests.cli.commands import REPOSITORY
from tests.cli.one_process import Told, one_process
from tests.models.written import M, N, drawn, kernels, members, torch_shapes

STEPS, SAMPLES = 40, 3
SMALL = ("--seeds", "2", "--length", "30")
TORCH = ("diagnose", "model.npz", "--framework", "torch")


def readme_commands() -> list[tuple[str, ...]]:
    """The commands of the README's section on a model of one's own."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    section = text.partition("## On your own model")[2].partition("\n## ")[0]
    lines = re.findall(r"^gru-vanish (.+)$", section, re.M)
    assert len(lines) == 2
    return [tuple(line.split()) for line in lines]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from safetensors.numpy import save_file

    folder = tmp_path_factory.mktemp("diagnose")
    arrays = drawn(torch_shapes(3, M, "_l0", "rnn."))
    save_file(arrays, folder / "model.safetensors")
    np.savez(folder / "model.npz", **arrays)
    np.savez(folder / "keras.npz", **drawn(kernels("m/gru/", 3, (2, 3 * N)) | kernels("m/lstm/", 4, (4 * N,))))
    xs = np.random.default_rng(2).normal(size=(SAMPLES, STEPS, M)).astype(np.float32)
    np.save(folder / "x.npy", xs)
    np.save(folder / "turned.npy", np.swapaxes(xs, 0, 1))
    return folder


@pytest.fixture(scope="module")
def told(folder: Path) -> list[Told]:
    """The README's commands, then the same again as JSON with the axes turned, and the config that was written."""
    listing, diagnosis = readme_commands()
    return one_process(
        ("", listing),
        ("", (*diagnosis, *SMALL)),
        ("", (*TORCH, "--inputs", "turned.npy", "--time-first", *SMALL, "--name", "again", "--json")),
        ("", ("run", "results/model/study.yaml", "--json", "--set", "figures=[]")),
        ("", ("verify", "model")),
        cwd=folder,
    )


def norms(xs: np.ndarray, c: np.ndarray, arrays: dict[str, np.ndarray]) -> np.ndarray:
    """‖d(c·h_T)/dh_0‖ by central differences of the framework's own equations."""
    step, step_size = members()["torch gru"].step, 1e-6
    named = {name.removeprefix("rnn."): array for name, array in arrays.items()}

    def last(h: np.ndarray) -> float:
        for x in xs:
            h = step(named, h, x)
        return float(c @ h)

    axes = np.eye(N) * step_size
    return np.linalg.norm([(last(axis) - last(-axis)) / (2 * step_size) for axis in axes])


def test_what_is_in_a_file_is_told_without_inputs(told: list[Told]) -> None:
    assert told[0].code == 0
    assert "rnn.l0: GRU, 4 units, 3 inputs; reset after, z keeps" in told[0].stdout


def test_the_verdict_is_in_words_and_every_fact_is_there(told: list[Told]) -> None:
    assert told[1].code == 0, told[1].stderr
    heads = ("decay rate", "below 1e-6", "plain float32", "plain bfloat16", "paths", "weight gradient", "gates")
    for head in heads:
        assert f"\n  {head}  " in told[1].stdout.replace("   ", "  ").replace("   ", "  ")
    assert "3 sequences of 40 steps, 3 numbers a step; float32; 2 seeds" in told[1].stdout
    assert "that of your model is not known here" in told[1].stdout
    assert re.search(r"→ The gradient (is lost|fades|grows|neither)", told[1].stdout)
    assert "wrote results/model/study.yaml" in told[1].stdout


def test_the_h0_gradient_is_that_of_the_frameworks_equations(told: list[Told], folder: Path) -> None:
    manifest = read_manifest(folder / "results", "model")
    (series,) = manifest["series"]
    xs, arrays = np.load(folder / "x.npy").astype(np.float64), dict(np.load(folder / "model.npz"))
    for seed in (0, 1):
        found = Store(folder / "results").read(series["keys"]["h0_gradient"][str(seed)]).payload
        c = np.asarray(LOSSES["projection"]().draw(N, SAMPLES, Streams(seed))["c"])
        for length, row in zip(found["lengths"], found["ln_h0_gradient"], strict=True):
            if length <= 10:  # differences lose what is below 1e-10
                theirs = [norms(sequence[:length], c, arrays) for sequence in xs]
                np.testing.assert_allclose(np.exp(row), theirs, rtol=1e-5)


def test_the_same_from_another_file_in_another_order_is_computed_once(told: list[Told]) -> None:
    found = json.loads(told[2].stdout)
    assert found["counts"]["found"] == found["counts"]["units"] == 2 * 6
    (one,) = found["diagnoses"]
    assert one["label"] == "rnn-l0"
    assert sum(one["path_shares"].values()) == pytest.approx(1, abs=1e-4)
    assert one["bfloat16_rounding_lag"] < (one["float32_rounding_lag"] or STEPS)
    assert found["config"] == "results/again/study.yaml"


def test_the_config_beside_the_results_goes_on(told: list[Told]) -> None:
    assert told[3].code == 0, told[3].stderr
    assert json.loads(told[3].stdout)["counts"]["computed"] == 0


def test_verify_finds_the_model_and_computes_it_again(told: list[Told]) -> None:
    assert told[4].code == 0
    assert "12 of 12 records are here" in told[4].stdout
    assert "verified: all that was computed again agrees within rounding" in told[4].stdout


def test_what_is_wrong_is_said_and_nothing_is_started(folder: Path) -> None:
    x = ("--inputs", "x.npy")
    cases: dict[tuple[str, ...], str] = {
        (*TORCH, *x): "x.npy has the shape (3, 40, 3): say --batch-first if that is 3 sequences of 40 steps",
        (*TORCH, *x, "--batch-first", "--layer", "rnn.l1"): "did you mean 'rnn.l0'? There is: rnn.l0",
        (*TORCH, *x, "--batch-first", "--length", "41"): "--length 41: the sequences have 40 steps",
        (*TORCH, *x, "--batch-first", "--name", "store"): "a study cannot be called 'store'",
        (*TORCH, "--inputs", "none.npy"): "none.npy: No such file",
        ("diagnose", "none.npz", "--framework", "torch"): "none.npz: No such file",
        ("diagnose", "x.npy", "--framework", "torch"): "save the weights as .safetensors or .npz",
        ("diagnose", "model.npz", "--framework", "keras"): "it looks like torch",
        ("diagnose", "keras.npz", "--framework", "keras", *x, "--batch-first", "--stacked"): (
            "m/lstm reads 3 numbers a step, and m/gru below it give 4"
        ),
    }
    found = one_process(*(("", words) for words in cases), cwd=folder)
    for one, sentence in zip(found, cases.values(), strict=True):
        assert (one.code, one.stdout) == (2, ""), one
        assert sentence in one.stderr
        assert "Traceback" not in one.stderr
    assert {path.name for path in (folder / "results").iterdir()} <= {"model", "again", "store"}


def test_pytorch_agrees(told: list[Told], folder: Path) -> None:
    torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
    module = torch.nn.GRU(M, N, batch_first=True).double()
    named = {name.removeprefix("rnn."): torch.tensor(array) for name, array in np.load(folder / "model.npz").items()}
    module.load_state_dict(named)
    xs = torch.tensor(np.load(folder / "x.npy")).double()
    (series,) = read_manifest(folder / "results", "model")["series"]
    found = Store(folder / "results").read(series["keys"]["h0_gradient"]["0"]).payload
    c = torch.tensor(np.asarray(LOSSES["projection"]().draw(N, SAMPLES, Streams(0))["c"]))
    for length, row in zip(found["lengths"], found["ln_h0_gradient"], strict=True):
        h0 = torch.zeros(1, SAMPLES, N, dtype=torch.float64, requires_grad=True)
        (gradient,) = torch.autograd.grad((module(xs[:, :length], h0)[1][0] @ c).sum(), h0)
        np.testing.assert_allclose(np.exp(row), gradient[0].norm(dim=-1), rtol=1e-5)
