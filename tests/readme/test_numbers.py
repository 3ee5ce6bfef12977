"""Every number of the README's text is that of a committed result, or is listed here as one that measures nothing."""

import json
import re
from collections.abc import Callable, Iterator

import pytest

from gru_vanish.config import load
from tests.experiments.committed import REFERENCE, ROOT, Row, against, read, reading, verdicts
from tests.readme.pages import README, without_code_and_targets

NUMBER = re.compile(r"(?<![\w₀-₉/])[−-]?\d[\d.,]*(?:[⁻⁰¹²³⁴-⁹]+)?")
"""Not the digits of a name such as C1, float32 or experiments/01_vanishing."""

CLAIMED = {
    "C1": "{falls} nats per step with weights uniform in ±1/√n",
    "C2": "{uniform} against {uniform.against}, and {orthogonal} against {orthogonal.against}",
    "C3": "{article} and {keeps} nats per step",
    "C4": "{share-open} of the gradient by the candidate, and {share-shut}",
    "C5": "without it the loss rises by {update-long} after 40 steps; "
    "reset, bits compared: {xor-reset.difference} more after 10 steps than after 2",
    "C6": "{update} further open at relevant steps, and {reset}",
    "C7": "loss {adding-orthogonal} against {adding-orthogonal.against}, and {as-written} against {as-written.against} "
    "of an orthogonal RNN",
    "C8": "{weights} rms from the planted weights; loss {as-written} of guessing",
}
"""The last cell of the row of each of the article's claims; in braces the claim whose number stands there."""

UNMEASURED = {
    "an example of a size": ["10⁻³⁰⁰⁰⁰⁰ is as good as 10⁻³"],
    "the level of the intervals": ["with 95 % intervals"],
    "an initialisation": ["weights uniform in ±1/√n"],
    "a setting that decides": ["on the adding problem with b_z = −2", "holds with b_z = −2", "a recurrent gain of 1,"],
    "a limit of what the article says": ["update gate near 1", "reset gate near 1", "near 0 forgets"],
    "what plain code prints": ["prints exactly 0"],
    "versions": ["Python ≥ 3.11", "Python 3.11 runs jax 0.10, Python 3.12 and newer jax 0.12"],
    "the name of a hash": ["SHA-256"],
    "exit codes": [
        "0 done · 1 a bug · 2 usage",
        "3 some units failed · 4 environment",
        "5 damaged results",
        "130/143 interrupted",
    ],
}
"""By what they are instead: numbers that no run gives, with the words around them."""


def rate(row: Row, digits: int, interval: bool = True) -> str:
    """A decay rate, rounded to so many digits after the point, with its interval."""
    names = ("decay_rate", "decay_rate_low", "decay_rate_high")
    value, low, high = (f"{float(row[name]):.{digits}f}" for name in names)
    return f"{value} [{low}, {high}]" if interval else value


def series(label: str, **swept: float) -> Row:
    """The row of one series of the article's study."""
    wanted = {f"cells.{label}.init.{name}": value for name, value in swept.items()}
    rows = read(REFERENCE / "article" / "summary.csv")
    (found,) = (row for row in rows if row["label"] == label and json.loads(row["swept"]) == wanted)
    return found


def of_the_figure() -> Iterator[str]:
    """The sentences about the article's study."""
    rnn, gru = series("RNN"), series("GRU", update_bias=0)
    yield f"the RNN at {rate(rnn, 3)}, the GRU a little more slowly, at {rate(gru, 3)}."
    orthogonal = [rate(series(label), 3, interval=False) for label in ("GRU-orthogonal", "RNN-orthogonal")]
    yield "With orthogonal weights the GRU is the faster one: {} against {}.".format(*orthogonal)
    replaces, keeps = (series(label, update_bias=4) for label in ("GRU", "GRU-keeps"))
    yield f"A bias of +4 gives {rate(replaces, 3)} where z replaces the old state (the article), and {rate(keeps, 4)}"
    yield f"prints exactly 0 for the RNN from T = {rnn['plain_zero_length']} on"


def of_the_setting() -> Iterator[str]:
    """What the figure shows, by its config."""
    one = load(ROOT / "configs" / "article.yaml")
    found = {(each.setting.cell.hidden, each.setting.inputs.size, max(each.setting.lengths)) for each in one.series}
    ((hidden, size, longest),) = found
    yield f"hidden size {hidden}, {size} normal inputs, {len(one.study.seeds)} seeds and T up to {longest}."


def of_the_claims() -> Iterator[str]:
    known = verdicts("claims")
    for claim, cell in CLAIMED.items():
        numbers = {}
        for word in re.findall(r"\{(.*?)\}", cell):
            name, _, column = word.partition(".")
            row = known[f"{claim}.{name}"]
            numbers[word] = against(row) if column == "against" else reading(row, column or "value")
        yield "| " + re.sub(r"\{(.*?)\}", lambda found, numbers=numbers: numbers[found[1]], cell) + " |"


def of_files() -> Iterator[str]:
    found = verdicts("published")
    assert all(row["as_expected"] == "true" for row in found.values())
    yield f"all {len(found)} verdicts are as they should be"
    lines = (ROOT / "experiments" / "03_own_cell" / "my_cell.py").read_text(encoding="utf-8").splitlines()
    yield f"shows one in {len(lines)} lines."


MEASURED = (of_the_figure, of_the_setting, of_the_claims, of_files)


@pytest.mark.parametrize("sentences", MEASURED)
def test_numbers_are_those_of_committed_results(sentences: Callable[[], Iterator[str]]) -> None:
    for sentence in sentences():
        assert without_code_and_targets(README).count(sentence) == 1, sentence


@pytest.mark.parametrize("words", [each for group in UNMEASURED.values() for each in group])
def test_the_list_of_other_numbers_is_not_longer_than_needed(words: str) -> None:
    assert words in without_code_and_targets(README)


def test_there_is_no_other_number() -> None:
    text = without_code_and_targets(README)
    measured = [sentence for sentences in MEASURED for sentence in sentences()]
    for known in [*measured, *(words for group in UNMEASURED.values() for words in group)]:
        text = text.replace(known, " … ")
    left = [text[max(0, one.start() - 40) : one.end() + 20] for one in NUMBER.finditer(text)]
    assert not left


@pytest.mark.parametrize("text", ["at 0.5", "T = 67", "(3 of 4)", "−1.5 ± 2", "10⁻⁶ left", "a 5%", "n=3"])
def test_numbers_are_seen(text: str) -> None:
    assert NUMBER.search(text)


@pytest.mark.parametrize("text", ["C1", "float32", "bfloat16", "∂L/∂h₀", "Bx_2"])
def test_names_are_not_numbers(text: str) -> None:
    assert not NUMBER.search(text)
