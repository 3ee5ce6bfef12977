"""What the presets of LSTM and MGU draw, and the sign that a distribution of time scales gets in every gated cell."""

from typing import Any

import numpy as np
import pytest

from gru_vanish.cells import CELLS, LSTM, MGU
from gru_vanish.contracts import Streams

N = 48
CHRONO = {"kind": "chrono", "t_min": 2.0, "t_max": 50.0}


def drawn(kind: str, init: dict[str, Any] | None = None, size: int = 5, **fields: Any) -> Any:
    cell = CELLS[kind].model_validate({"hidden": N, **fields})
    return cell.draw(cell.Init.model_validate(init or {}), size, Streams(3))


def of_preset(kind: str, name: str, size: int = 5) -> Any:
    fields = dict(CELLS[kind].presets[name])
    return drawn(kind, fields.pop("init", {}), size, **fields)


def rms_singular(block: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.linalg.svd(block, compute_uv=False) ** 2)))


def test_the_names() -> None:
    assert set(LSTM.presets) == {"torch", "keras", "flax_linen"}
    assert set(MGU.presets) == {"zhou2016", "flax_linen"}


def test_torch_draws_two_bias_vectors_of_every_gate() -> None:
    bias, one = of_preset("lstm", "torch").bias, N**-0.5
    # The sum of two uniform variables reaches further than either.
    assert all(1.2 * one < np.abs(gate).max() < 2 * one for gate in bias)


@pytest.mark.parametrize(("kind", "name", "of_forget"), [("lstm", "keras", 1), ("mgu", "flax_linen", 0)])
def test_a_forget_bias_of_one_and_no_other(kind: str, name: str, of_forget: int) -> None:
    bias = of_preset(kind, name).bias
    np.testing.assert_array_equal(bias[of_forget], 1.0)
    assert not np.delete(bias, of_forget, axis=0).any()


def test_flax_draws_no_biases_for_an_lstm() -> None:
    assert not of_preset("lstm", "flax_linen").bias.any()


@pytest.mark.parametrize(("name", "rms"), [("keras", 0.5), ("flax_linen", 1.0)])
def test_the_scope_of_the_orthogonal_draw(name: str, rms: float) -> None:
    """A joint draw over (4n, n) leaves every gate a contraction of rms ½."""
    params = of_preset("lstm", name)
    for block in (params.input_gate, params.forget_gate, params.output_gate, params.candidate):
        assert rms_singular(block) == pytest.approx(rms, rel=0.1)


@pytest.mark.parametrize(
    ("name", "bound"),
    [("torch", N**-0.5), ("keras", (6 / (40 + 4 * N)) ** 0.5), ("flax_linen", 2.3 * 40**-0.5)],
)
def test_the_size_of_the_input_weights(name: str, bound: float) -> None:
    inputs = of_preset("lstm", name, size=40).input
    assert inputs.shape == (4, N, 40)
    assert 0.97 * bound < np.abs(inputs).max() <= bound


def test_the_two_conventions_of_the_mgu() -> None:
    cells = [
        MGU.model_validate({"hidden": 3, **{k: v for k, v in preset.items() if k != "init"}})
        for preset in MGU.presets.values()
    ]
    assert [(cell.reset, cell.forget_gate, "b_hn" in cell.equations()) for cell in cells] == [
        ("before", "replaces", False),
        ("after", "keeps", True),
    ]
    assert cells[0] == MGU(hidden=3)
    with pytest.raises(ValueError, match="reset: after"):
        MGU(hidden=3, candidate_bias="both")


GATES = [
    ("lstm", "forget_bias", 1, True, {}),
    ("lstm", "input_bias", 0, False, {}),
    ("mgu", "forget_bias", 0, False, {}),
    ("mgu", "forget_bias", 0, True, {"forget_gate": "keeps"}),
    ("ugrnn", "update_bias", 0, True, {}),
    ("minimal_rnn", "update_bias", 0, True, {}),
    ("min_gru", "update_bias", 0, False, {}),
]
"""Kind, bias field, row of the drawn biases, whether σ(b) is the kept share, conventions."""


@pytest.mark.parametrize(("kind", "field", "row", "keeps", "fields"), GATES)
def test_time_scales_have_the_sign_of_the_convention(
    kind: str, field: str, row: int, keeps: bool, fields: dict[str, Any]
) -> None:
    biases = drawn(kind, {field: CHRONO}, **fields).bias
    kept = 1 / (1 + np.exp(-biases[row] if keeps else biases[row]))
    scales = 1 / (1 - kept)
    assert scales.min() >= 2.0
    assert scales.max() <= 50.0
    assert np.ptp(scales) > 25
    assert not np.delete(biases, row, axis=0).any()


@pytest.mark.parametrize(("kind", "field", "row", "keeps", "fields"), GATES)
def test_a_constant_is_taken_as_written(kind: str, field: str, row: int, keeps: bool, fields: dict[str, Any]) -> None:
    np.testing.assert_array_equal(drawn(kind, {field: -1.5}, **fields).bias[row], -1.5)


def test_the_published_chrono_initialisation_of_an_lstm() -> None:
    """b_f = ln u and b_i = −b_f with one u for both; the other biases stay as they are."""
    bias = drawn("lstm", {"forget_bias": CHRONO, "mirror_forget_bias": True, "input_bias": 0.25}).bias
    np.testing.assert_array_equal(bias[0], 0.25 - bias[1])
    assert (bias[1] >= 0).all()
    assert not bias[2:].any()
