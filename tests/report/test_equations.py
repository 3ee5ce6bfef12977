"""Every cell's equations as MathML: no symbol is lost, none is added, and what is no equation stays a sentence."""

import re
from xml.etree import ElementTree

import pytest

from gru_vanish.cells import CELLS
from gru_vanish.report.equations import OPERATORS, SYMBOLS, equation, typeset


def every_text() -> dict[str, str]:
    """The equations of every cell of the table, in each of its presets and activations."""
    found = {}
    for kind, cell in CELLS.items():
        for name, preset in {"": {}, **cell.presets}.items():
            structure = {key: value for key, value in preset.items() if key != "init"}
            found[f"{kind} {name}".strip()] = cell.model_validate({"hidden": 4, **structure}).equations()
    for phi in ("relu", "identity"):
        found[f"rnn {phi}"] = CELLS["rnn"].model_validate({"hidden": 4, "activation": phi}).equations()
    return found


TEXTS = every_text()


def leaves(maths: str) -> list[str]:
    """The visible symbols of MathML in their order."""
    root = ElementTree.fromstring(maths)
    texts = [one.text or "" for one in root.iter() if one.tag in ("mi", "mn", "mo")]
    return [text for text in texts if text not in ("\u2061", "\u2062")]


def symbols(line: str) -> list[str]:
    """The symbols of the text, by a reading of its own: the brackets of an index only hold it together."""
    line = re.sub(r"_\(([^()]*)\)", r"_\1", line)
    words = re.findall(r"[A-Za-z]+|'|[0-9.]+|[-+*=(),]", line)
    shown = {"'": "′", **SYMBOLS, **OPERATORS}
    return [shown.get(word, word) for word in words]


@pytest.mark.parametrize("name", TEXTS)
def test_every_cell_is_set_without_loss(name: str) -> None:
    for line in TEXTS[name].splitlines():
        maths = equation(line)
        assert maths is not None, line
        assert leaves(maths) == symbols(line)


def test_the_tree_is_what_the_text_means() -> None:
    maths = equation("h_t = (1 - z_t) * h_(t-1) + W^T c'")
    assert maths is not None
    root = ElementTree.fromstring(maths)
    assert [one.tag for one in root.iter() if one.tag.startswith("ms")] == ["msub", "msub", "msub", "msup", "msup"]
    index = root.findall(".//msub")[2]
    assert [one.text for one in index.iter() if one.text] == ["h", "t", "−", "1"]


def test_the_imaginary_unit_is_upright_and_the_input_gate_is_not() -> None:
    unit, gate = equation("s = i x"), equation("i_t = sigma(W_i x_t)")
    assert unit is not None
    assert gate is not None
    assert '<mi mathvariant="normal">i</mi>' in unit
    assert '<mi mathvariant="normal">i</mi>' not in gate


def test_lambda_is_a_letter_and_sigma_of_something_a_function() -> None:
    maths = equation("lambda = sigma(nu)")
    assert maths is not None
    assert leaves(maths) == ["λ", "=", "σ", "(", "ν", ")"]
    assert maths.count("\u2061") == 1


@pytest.mark.parametrize(
    "line",
    [
        "gate reset: clamped to a number",
        "A leaky cell, h_t = (1 - dt) h_(t-1)",
        "h_t = ",
        "h_t = (x",
        "= x",
        "a = b = c",
        "h_t = <script>alert(1)</script>",
        "h__t = 1",
        "x_t = y ^",
    ],
)
def test_what_is_no_equation_stays_as_it_is(line: str) -> None:
    assert equation(line) is None
    assert [one.text for one in typeset(line)] == [line.strip()]


def test_a_word_can_not_become_markup() -> None:
    """The label for screen readers is the only place where the text itself stands."""
    maths = equation("a = b'")
    assert maths is not None
    assert ElementTree.fromstring(maths).get("aria-label") == "a = b'"
