"""The claims of a study on the terminal: a verdict for each, and what it rests on."""

from collections.abc import Sequence

from gru_vanish.analysis.claims import Outcome, in_words
from gru_vanish.tables.layout import Grid, Section, printable

NOTHING = "–"


def claims_section(outcomes: Sequence[Outcome]) -> Section:
    """Return the table of verdicts, and every claim in words."""
    fitting = sum(one.as_expected for one in outcomes)
    title = f"claims, {fitting} of {len(outcomes)} as expected"
    heads = (("", "claim"), ("", "verdict"), ("", "expected"), ("tested", "95 %"), ("p", "Holm"), ("", "seeds"))
    notes = tuple(printable(in_words(one)) for one in outcomes)
    return Section(title, Grid(heads, [row(one) for one in outcomes]), notes)


def row(one: Outcome) -> tuple[str, ...]:
    """Return one claim in words."""
    tested = one.deciding.difference or one.deciding.value
    return (
        one.bound.claim.id,
        one.verdict,
        "yes" if one.as_expected else f"no: {one.bound.claim.expect}",
        NOTHING if tested is None else f"{tested.text()} {one.unit}".rstrip(),
        f"{one.corrected.p:.2g}",
        str(one.seeds),
    )
