"""What results offer: columns for data frames, verdicts, and a look at them for notebooks."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest

from gru_vanish import compare, diagnose, draw, layers, plan, run, verify
from tests.interface.conftest import Both

SHOUT = "<script>alert(1)</script>"


class Seen(HTMLParser):
    """The tags of a text, each closed where it has to be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        if tag not in ("br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_summary_and_curves_are_columns(both: Both) -> None:
    frame = pandas.DataFrame(both.ran.summary())
    assert list(frame["label"]) == ["RNN", "GRU", "GRU"]
    curves = pandas.DataFrame(both.ran.curves())
    assert len(curves) == 3 * 2 * 4
    written = pandas.read_parquet(both.by_python / "tiny" / "curves.parquet")
    assert np.array_equal(curves["ln_h0_gradient"], written["ln_h0_gradient"], equal_nan=True)
    assert set(both.ran.tables()) >= {"summary", "curves", "bands", "claims"}
    assert "nats" in both.ran.columns()["summary"]["decay_rate"]
    with pytest.raises(LookupError, match="does not measure 'flow_map'; it does: h0_gradient"):
        both.ran.curves("flow_map")


def test_a_run_tells_what_it_has_found(both: Both) -> None:
    ran = both.ran
    assert (ran.name, ran.computed, ran.found, ran.failures, ran.finished) == ("tiny", 6, 0, (), True)
    assert ran.verdicts.keys() == {"K1"}
    assert ran.verdicts["K1"] == ran.claims[0].verdict
    assert f"K1 {ran.verdicts['K1']}" in repr(ran)
    assert len(repr(ran)) < 120
    assert all(path.is_file() for path in ran.paths)
    assert ran.remarks[-1].startswith("6 units: 6 computed")


def test_names_are_shown_and_never_obeyed(both: Both, tmp_path: Path) -> None:
    text = (both.by_command.parent / "tiny.yaml").read_text(encoding="utf-8")
    text = text.replace("[bold]plain[/bold] RNN", SHOUT).replace("Is a study", f"{SHOUT} Is a study")
    found = run(text, results=both.by_python, set={"name": "loud"})
    for one in (found, draw(found, formats="png"), plan(text, results=tmp_path), verify(found, sample=1)):
        shown = one._repr_html_()
        assert "<script" not in shown
        assert Seen(shown).tags <= {"p", "b", "table", "caption", "thead", "tbody", "tr", "th", "td", "br", "img"}
    assert "&lt;script&gt;" in found._repr_html_()


def test_two_studies_side_by_side(both: Both) -> None:
    found = compare("tiny", both.ran, results=both.by_command)
    assert all(path.is_file() for path in found.paths)
    assert not found.comparison.beyond
    assert len(pandas.DataFrame(found.differences())) == len(found.comparison.rows())
    assert "0 of " in repr(found)
    Seen(found._repr_html_())


def test_a_model_of_the_users_own(tmp_path: Path) -> None:
    draws = np.random.default_rng(0)
    hidden, size = 3, 2
    shapes = {"weight_ih_l0": (hidden, size), "weight_hh_l0": (hidden, hidden), "bias_ih_l0": (hidden,), "bias_hh_l0": (hidden,)}  # fmt: skip  # noqa: E501
    weights = {f"rnn.{name}": draws.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    np.savez(tmp_path / "model.npz", **weights)
    inputs = draws.normal(size=(4, 6, size)).astype(np.float32)
    assert list(layers(tmp_path / "model.npz", "torch").layers) == ["rnn.l0"]
    with pytest.raises(Exception, match=r"inputs has the shape \(4, 6, 2\): say batch_first=True if that is"):
        diagnose(tmp_path / "model.npz", "torch", inputs, results=tmp_path)
    found = diagnose(tmp_path / "model.npz", "torch", inputs, batch_first=True, seeds=1, results=tmp_path)
    assert [one.label for one in found.diagnoses] == ["rnn-l0"]
    assert found.config.is_file()
    assert found.as_json()["diagnoses"][0]["verdict"] == found.diagnoses[0].verdict
    assert "rnn-l0" in found._repr_html_()
