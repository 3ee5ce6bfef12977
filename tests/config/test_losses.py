"""Losses in a config: their fields, sums over steps, and what has no meaning for a sum."""

from pathlib import Path

import pytest

from gru_vanish.config import ConfigError, json_schema, load, setting_of
from gru_vanish.config.vocabulary import FIGURE_NEEDS, vocabulary
from gru_vanish.contracts import Setting
from gru_vanish.losses import LOSSES

HEAD = "schema: 1\nname: x\nseeds: 1\nlengths: [1, 7]\ninputs: {kind: gaussian, size: 3}\n"
CELLS = "cells: {A: {kind: gru, hidden: 6}, B: {kind: rnn, hidden: 6}}\n"


def settings_of(folder: Path, text: str) -> list[Setting]:
    path = folder / "c.yaml"
    path.write_text(HEAD + CELLS + text, encoding="utf-8")
    return [series.setting for series in load(path).series]


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        settings_of(folder, text)
    return [f"{one.line}:{one.column} {one.path}: {one.message}" for one in caught.value.problems]


def test_a_loss_with_outputs_summed_over_steps(tmp_path: Path) -> None:
    one, _ = settings_of(tmp_path, "loss: {kind: cross_entropy, outputs: 10, over: steps}\n")
    assert one.loss == LOSSES["cross_entropy"](outputs=10, over="steps")  # type: ignore[call-arg]
    assert one.canonical()["loss"] == {"kind": "cross_entropy", "outputs": 10, "over": "steps"}
    assert setting_of(one.canonical()) == one


@pytest.mark.parametrize("kind", LOSSES)
def test_every_loss_by_its_name_alone(tmp_path: Path, kind: str) -> None:
    one, _ = settings_of(tmp_path, f"loss: {kind}\n")
    assert one.loss == LOSSES[kind]()
    assert setting_of(one.canonical()) == one


def test_what_is_not_said_is_the_projection_of_the_last_step(tmp_path: Path) -> None:
    """As it was written before there were sums: a key that was given stays what it is."""
    texts = ("", "loss: projection\n", "loss: {kind: projection, over: last}\n")
    found = [settings_of(tmp_path, text)[0].canonical() for text in texts]
    assert found[0]["loss"] == {"kind": "projection"}
    assert found[0] == found[1] == found[2]


def test_the_sum_may_be_swept(tmp_path: Path) -> None:
    found = settings_of(tmp_path, "sweep: {grid: {loss.over: [last, steps]}}\n")
    assert [one.loss.over for one in found] == ["last", "steps"] * 2


def test_wrong_words(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, "loss: {kind: projection, over: step}\n")
    assert found.startswith("7:32 loss.over: given 'step'; ")
    assert "steps" in found
    (found,) = faults(tmp_path, "loss: {kind: cross_entropy, outputs: 1}\n")
    assert found.startswith("7:38 loss.outputs: given 1; ")
    (found,) = faults(tmp_path, "loss: {kind: projection, outputs: 3}\n")
    assert found.startswith("7:26 loss.outputs: unknown key")


def test_measures_that_have_no_meaning_for_a_sum_are_refused_by_name(tmp_path: Path) -> None:
    reasons = vocabulary().last_step_only
    assert set(reasons) == {"path_shares", "path_products", "leak_visits", "lag_shares"}
    loss = "loss: {kind: projection, over: steps}\n"
    found = faults(tmp_path, f"{loss}measure: [h0_gradient, {', '.join(reasons)}]\n")
    for index, (name, reason) in enumerate(reasons.items(), 1):
        assert (
            f" measure[{index}]: {name} is not for a loss summed over steps (loss.over: steps): {reason}; "
            in found[index - 1]
        )
    rest = [name for name in vocabulary().measures if name not in {*reasons, "training"}]
    assert settings_of(tmp_path, f"{loss}measure: [{', '.join(rest)}]\n")
    assert settings_of(tmp_path, f"measure: [h0_gradient, {', '.join(reasons)}]\n")


def test_one_point_of_a_sweep_is_enough(tmp_path: Path) -> None:
    sweep = "sweep: {grid: {loss.over: [last, steps]}}\n"
    (found,) = faults(tmp_path, f"{sweep}measure: [h0_gradient, lag_shares]\n")
    assert "lag_shares is not for a loss summed over steps" in found


def test_a_figure_that_has_no_meaning_for_a_sum_is_refused(tmp_path: Path) -> None:
    assert [name for name, needs in FIGURE_NEEDS.items() if needs.last_step_only] == ["gradient_bound"]
    text = "measure: [h0_gradient, recurrent_spectrum]\nfigures: [gradient_vs_length, gradient_bound]\n"
    (found,) = faults(tmp_path, f"loss: {{kind: projection, over: steps}}\n{text}")
    assert " figures[1]: gradient_bound is not for a loss summed over steps" in found
    assert settings_of(tmp_path, text)


def test_the_schema_knows_every_loss_and_its_fields() -> None:
    schema = json_schema()
    kinds, *branches = schema["properties"]["loss"]["anyOf"]
    assert kinds["enum"] == list(LOSSES)
    for kind, branch in zip(LOSSES, branches, strict=True):
        fields = schema["$defs"][branch["$ref"].rpartition("/")[2]]["properties"]
        assert set(fields) == set(LOSSES[kind].model_fields)
        assert set(fields["over"]["enum"]) == {"last", "steps"}
