"""experiments/09_own_model: the committed PyTorch network has PyTorch's own h0 gradients, and its README's numbers."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from gru_vanish.config import load
from tests.flow import units

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "experiments" / "09_own_model"
LAYERS = {"first": "rnn.l0", "second": "rnn.l1"}


@pytest.mark.parametrize("label", LAYERS)
def test_the_gradients_are_pytorchs_to_five_digits(label: str) -> None:
    """In float32, against PyTorch's autograd in float64, whose numbers are in the repository."""
    said = json.loads((FOLDER / "pytorch.json").read_text(encoding="utf-8"))
    found = load(FOLDER / "compare.yaml", [f"lengths={said['lengths']}"])
    compared = 0
    for one in (one for one in found.series if one.label == label):
        (weights,) = (str(value) for path, value in one.swept if path == f"cells.{label}.weights")
        theirs = np.asarray(said[weights.partition(".")[0]]["h0_gradient"][LAYERS[label]])
        payload = units.payload("h0_gradient", one.setting, said["seed"])
        assert list(payload["lengths"]) == said["lengths"]
        np.testing.assert_allclose(np.exp(payload["ln_h0_gradient"]), theirs, rtol=1e-5)
        if weights.startswith("before"):  # and what plain float32 shows of the last is 0
            assert not payload["plain_h0_gradient"][-1].any()
        compared += 1
    assert compared == 2


def test_the_readme_says_what_the_reference_table_holds() -> None:
    import csv

    with (ROOT / "results" / "reference" / "own_model" / "summary.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| (first|second) \| (before|after) \| ([\d.]+) \[([\d.]+), ([\d.]+)\] \|", text, re.M)
    assert len(shown) == len(rows) == 4
    for row, (label, weights, *numbers) in zip(rows, shown, strict=True):
        assert row["label"] == label
        assert weights in row["swept"]
        names = ("decay_rate", "decay_rate_low", "decay_rate_high")
        assert [f"{float(row[name]):.4f}" for name in names] == numbers


def test_the_files_are_small() -> None:
    assert all(path.stat().st_size < 100_000 for path in FOLDER.iterdir())
