"""The page as a text: what it says, what it may load, how large it is, and that its colours can be read."""

import base64
import hashlib
import json
import math
import re
from typing import Any

import numpy as np
import pytest

from gru_vanish.report.compiled import library
from gru_vanish.report.look import DARK, HUES, LIGHT
from gru_vanish.report.path_chart import HUES as PATH_HUES
from tests.analysis import synthetic
from tests.analysis.payloads import with_measures
from tests.figures.studies import STUDIES, closed_form, findings, unfinished
from tests.report.pages import page_of, swept


@pytest.fixture(scope="module")
def text() -> str:
    return swept()


def data_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', text, re.S)
    assert found is not None
    return dict(json.loads(found[1]))


def test_the_policy_names_every_script_and_style_by_its_hash_and_nothing_else(text: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    rules = dict(rule.split(" ", 1) for rule in policy[1].split("; "))
    scripts = re.findall(r"<script>(.*?)</script>", text, re.S)
    styles = re.findall(r"<style>(.*?)</style>", text.partition("<body>")[0], re.S)
    assert len(scripts) == 2
    assert rules["script-src"].split() == [hashed(one) for one in scripts]
    assert rules["style-src"].split() == [hashed(one) for one in styles]
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["img-src"] == "data:"
    assert "unsafe" not in policy[1]


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_nothing_in_it_points_anywhere(text: str) -> None:
    """Its own parts name no address but namespaces; the library's code holds some, which it never asks for."""
    own = text.replace(library(), "")
    pictures = re.sub(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+", "", own)
    assert re.findall(r'(?:src|href)="([^"#][^"]*)"', pictures) == []
    assert set(re.findall(r"https?://[^\s\"'<]+", pictures)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<(link|iframe|object|embed|base)\b", own)
    assert not re.search(r"\sstyle=|\son[a-z]+=", re.sub(r"<script.*?</script>", "", own, flags=re.S))


def test_a_normal_sweep_is_small_and_holds_its_data_once(text: str) -> None:
    assert len(text.encode()) < 1_600_000
    data = data_of(text)
    assert set(data["tables"]) == {"series", "curves", "flows", "cells", "paths"}
    for spec in data["charts"].values():
        assert all("values" not in one for one in spec["data"] if one["name"] in data["tables"])


def test_numbers_of_the_charts_have_four_digits_and_are_those_of_the_analysis(text: str) -> None:
    curves = data_of(text)["tables"]["curves"]
    table = findings(synthetic.article(seeds=range(3))).headline
    expected = [value for one in table.series for value in (one.typical.median / 2.302585092994046).tolist()]
    assert curves["decades"] == [float(f"{value:.4g}") for value in expected]
    assert curves["length"] == [length for one in table.series for length in one.lengths.tolist()]
    rates = data_of(text)["tables"]["series"]["rate"]
    assert rates == [float(f"{one.rate.whole.mean:.4g}") for one in table.series if one.rate.whole is not None]


def test_the_same_study_gives_the_same_bytes(text: str) -> None:
    assert swept() == text


def test_claims_have_their_verdicts_numbers_and_a_sentence() -> None:
    text = page_of(closed_form())
    verdicts = [one.verdict for one in findings(closed_form()).claims]
    assert sorted(verdicts) == ["contradicted", "holds"]
    assert text.count('<li class="claim holds">') == text.count('<li class="claim contradicted">') == 1
    assert "Of 2 claims 1 holds and 1 is contradicted; 1 not as expected." in text
    assert "expected: holds" in text
    assert "It scales." in text
    assert "p (Holm)" in text


def test_closed_forms_are_curves_that_can_be_put_out() -> None:
    """Of a linear network with an orthogonal matrix ln‖δ_0‖ falls by −ln g a step, whatever was measured."""
    text = page_of(closed_form())
    forms = data_of(text)["tables"]["form_lines"]
    assert set(forms["form"]) == {"linear_orthogonal"}
    for series, gain in enumerate((0.8, 0.9, 1.1)):
        rows = [at for at, one in enumerate(forms["series"]) if one == series]
        lengths, decades = (np.asarray([forms[name][at] for at in rows], np.float64) for name in ("length", "decades"))
        slope = np.diff(decades) / np.diff(lengths)
        np.testing.assert_allclose(slope, math.log10(gain), rtol=0.05)
    assert 'data-signal="forms" checked' in text
    assert "closed form of a claim (linear_orthogonal)" in text
    assert "form_lines" not in data_of(page_of(synthetic.few()))["tables"]


def test_the_direct_derivative_is_there_beside_the_total_one(text: str) -> None:
    """A loss of the last step: nothing but the step T itself, where both are the same."""
    flows, cells = (data_of(text)["tables"][name] for name in ("flows", "cells"))
    for total, direct, first in zip(flows["decades"], flows["direct"], flows["first"], strict=True):
        own = slice(first, first + len(total))
        for shown, alone, length, steps in zip(total, direct, cells["length"][own], cells["steps"][own], strict=True):
            assert (alone is None) == (str(length) not in steps.split(" … "))
            if steps == str(length):
                assert alone == pytest.approx(shown, abs=2e-3)


def test_an_unfinished_study_says_so() -> None:
    text = page_of(unfinished())
    assert "Unfinished: 6 of 12 units" in text
    assert "not measured yet" in text


@pytest.mark.parametrize("name", ["one seed", "one length", "exact zeros", "two axes", "long title", "other script"])
def test_studies_of_every_shape_make_a_page(name: str) -> None:
    text = page_of(STUDIES[name]())
    for chart, spec in data_of(text)["charts"].items():
        assert spec["marks"], chart
    assert text.rstrip().endswith("</html>")


def test_a_study_that_is_all_text_has_no_script() -> None:
    """Nothing is measured that a chart shows."""
    made, records = synthetic.few(seeds=range(2), count=1)
    manifest, records = with_measures((made, records), ["lyapunov"])
    text = page_of(({**manifest, "measures": ["lyapunov"]}, records))
    assert "<script" not in text
    assert "script-src 'none'" in text


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_curves_stand_out_from_their_ground(colours: dict[str, str]) -> None:
    """By the contrast that the guidelines for accessible pages ask for: 4.5 for text, 3 for what is drawn."""
    for name in ("ink", "muted"):
        assert contrast(colours[name], colours["paper"]) >= 4.5
    for place in range(HUES):
        assert contrast(colours[f"c{place}"], colours["paper"]) >= 3.0
    for place in range(len(PATH_HUES)):
        assert contrast(colours[f"p{place}"], colours["paper"]) >= 3.0


def test_the_style_sheets_own_colours_stand_out(text: str) -> None:
    """Verdicts, links and the text on cards, on light and on dark."""
    style = re.search(r"<style>(.*?)</style>", text, re.S)
    assert style is not None
    light, _, rest = style[1].partition("@media (prefers-color-scheme: dark)")
    for part in (light, rest.partition("}")[0]):
        found = dict(re.findall(r"--([a-z0-9]+): (#[0-9a-f]{6})", part))
        for place in range(HUES):  # the swatches of the networks
            assert contrast(found[f"c{place}"], found["card"]) >= 3.0
        for name in ("good", "bad", "open", "link", "ink", "muted"):
            assert contrast(found[name], found["paper"]) >= 4.5, name
            assert contrast(found[name], found["card"]) >= 4.5, name


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
