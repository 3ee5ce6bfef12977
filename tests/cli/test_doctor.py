from pathlib import Path

import numpy as np
import pytest

from gru_vanish.engine import probes
from gru_vanish.interface import doctor
from tests.cli.commands import gru_vanish, rounded


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    done = gru_vanish("doctor", "--results", "not/there", cwd=tmp_path_factory.mktemp("doctor"))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_this_machine_passes(told: list[str]) -> None:
    assert told[-1] == "all probes passed"
    passed = [line.split("  ")[1] for line in told if line.startswith("pass")]
    assert passed == [
        *("results folder", "float32 matrix product", "float64", "threefry bits", "normal inputs"),
        *("linear orthogonal RNN", "GRU of biases, z replaces", "GRU of biases, z keeps"),
    ]


def test_it_tells_versions_device_and_precision(told: list[str]) -> None:
    facts = "\n".join(line for line in told if line.startswith("info"))
    assert all(word in facts for word in ("jaxlib ", "cpu", "highest 24", "MiB" if "MiB" in facts else "GiB", "2^-126"))


def exact(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a @ b


def test_a_true_product_passes() -> None:
    verdict = probes.matrix_product(exact)
    assert verdict.passed
    assert verdict.found == "operands keep 24 of 24 bits, 0 of 4096 exact sums are wrong"


@pytest.mark.parametrize(
    ("bits", "name"), [(11, "TF32"), (8, "bfloat16"), (16, "two bfloat16 terms"), (23, "one short")]
)
def test_a_product_that_rounds_its_operands_is_caught(bits: int, name: str) -> None:
    verdict = probes.matrix_product(lambda a, b: exact(rounded(a, bits), rounded(b, bits)))
    assert not verdict.passed, name
    assert f"operands keep {bits} of 24 bits" in verdict.found


@pytest.mark.parametrize("side", [0, 1])
def test_a_product_that_rounds_one_operand_alone_is_caught(side: int) -> None:
    def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return exact(rounded(a, 11), b) if side == 0 else exact(a, rounded(b, 11))

    assert not probes.matrix_product(product).passed


def test_a_product_that_sums_too_coarsely_is_caught() -> None:
    def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        total = np.zeros((a.shape[0], b.shape[1]), np.float32)
        for column in range(a.shape[1]):
            total = rounded(total + a[:, [column]] * b[[column]], 16)
        return total

    assert not probes.matrix_product(product).passed


def test_other_random_numbers_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "threefry_2x32", lambda key, counter: counter)
    monkeypatch.setattr(probes, "FIRST_INPUTS", ("-0x1.66f7dep-1", *probes.FIRST_INPUTS[1:]))
    assert not probes.random_bits().passed
    assert not probes.input_draw().passed


def test_a_wrong_closed_form_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "_setting", lambda cell, init: probes_setting(cell, {"recurrent": GAIN}))
    assert not probes.orthogonal_rnn().passed


GAIN = {"kind": "orthogonal", "gain": 0.9001}
probes_setting = probes._setting


def test_a_results_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    verdict = doctor.results_folder(tmp_path / "file")
    assert not verdict.passed
    assert str(tmp_path / "file") in verdict.found
    assert doctor.results_folder(tmp_path / "new" / "results").passed
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_probe_that_breaks_down_is_a_failure() -> None:
    def broken():  # type: ignore[no-untyped-def]
        yield probes.Verdict("first", True, "")
        raise RuntimeError("no such device\nat all")

    first, second = doctor.guarded(broken())
    assert first.passed
    assert not second.passed
    assert second.found == "it broke down: RuntimeError: no such device"
