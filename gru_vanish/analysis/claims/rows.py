"""What the tables say of every claim, and what their columns mean."""

from collections.abc import Sequence

from gru_vanish.analysis.claims.claim import UNDECIDED
from gru_vanish.analysis.claims.judge import Outcome
from gru_vanish.analysis.claims.predicate import Finding
from gru_vanish.analysis.claims.sample import Reading
from gru_vanish.analysis.columns import Column
from gru_vanish.analysis.rows import Row, known

CLAIM_COLUMNS = (
    Column("id", "", "the claim's name in the config"),
    Column("says", "", "the statement in words"),
    Column("source", "", "who states it"),
    Column("verdict", "", "'holds', 'contradicted' or 'undecided'"),
    Column("expect", "", "the verdict that the config expects"),
    Column("as_expected", "", "true: verdict and expectation agree"),
    Column("metric", "", "the measured quantity"),
    Column("unit", "", "the unit of all readings; empty: a share, a count or a ratio"),
    Column("of", "", "label of the series that it is said of"),
    Column("predicate", "", "what is said of it"),
    Column("place", "", "the point that decides: the worst one, or the one that contradicts"),
    Column("value", "see unit", "the quantity there, over seeds"),
    Column("value_low", "see unit", "lower end of its 95 % interval: Student t, order statistics for a median"),
    Column("value_high", "see unit", "upper end of it"),
    Column("against", "see unit", "what it is held against there, over seeds; empty for a constant"),
    Column("difference", "see unit", "what is tested there: value − other, a step of a line, a difference of misfits"),
    Column("difference_low", "see unit", "lower end of its 95 % interval over seeds, not corrected"),
    Column("difference_high", "see unit", "upper end of it"),
    Column("statistic", "", "'mean' (Student t) or 'median' (sign test) over seeds"),
    Column("seeds", "", "seeds of the reading with the fewest"),
    Column("points", "", "points that were judged; it holds only if it holds at all of them"),
    Column("p", "", "two-sided p-value of the claim alone"),
    Column("p_holm", "", "the same, corrected for the number of claims (Holm); decided where at most 0.05"),
    Column("seeds_needed", "", "seeds in all that would decide, mean and spread staying; empty: decided, or never"),
    Column("note", "", "why it is undecided, and what a reader must know"),
)


def claim_rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return one row per claim for ``claims.csv``; None where there is no value."""
    return [claim_row(one) for one in outcomes]


def claim_row(one: Outcome) -> Row:
    """Return one claim in the order of `CLAIM_COLUMNS`."""
    claim, deciding = one.bound.claim, one.deciding
    told = deciding.difference or deciding.value
    return {
        "id": claim.id,
        "says": claim.says,
        "source": claim.source,
        "verdict": one.verdict,
        "expect": claim.expect,
        "as_expected": one.as_expected,
        "metric": claim.metric,
        "unit": one.unit,
        "of": claim.of,
        "predicate": claim.predicate.words(),
        "place": deciding.place,
        **reading("value", deciding.value),
        "against": None if deciding.against is None else known(deciding.against.value),
        **reading("difference", deciding.difference),
        "statistic": None if told is None else told.statistic,
        "seeds": one.seeds,
        "points": len(one.findings),
        "p": one.p,
        "p_holm": one.corrected.p,
        "seeds_needed": one.seeds_needed if one.verdict == UNDECIDED else None,
        "note": note(one),
    }


def reading(name: str, one: Reading | None) -> Row:
    """Return a value with its interval."""
    ends = (None, None, None) if one is None else (one.value, one.low, one.high)
    return {f"{name}{end}": known(value) for end, value in zip(("", "_low", "_high"), ends, strict=True)}


def note(one: Outcome) -> str:
    """Return why a claim is undecided, and what is to be known of the point that decides."""
    parts = [one.deciding.note] if one.deciding.note else []
    if one.verdict == UNDECIDED:
        parts.append(what_would_decide(one))
    if 0 < one.seeds < one.seeds_planned:
        parts.append(f"{one.seeds} of {one.seeds_planned} seeds have a value")
    return "; ".join(part for part in parts if part)


def what_would_decide(one: Outcome) -> str:
    """Say how many more seeds would decide an undecided claim."""
    if one.lacking:
        return ""
    if one.seeds_needed is None:
        return "not by more seeds: what is left of the effect is 0, or within rounding, or at the margin"
    more = one.seeds_needed - one.seeds
    alone = one.corrected.multiplier > 1 and one.p <= 0.05
    corrected = "; alone it would be decided, corrected for the number of claims it is not" if alone else ""
    return f"about {more} more seed{'' if more == 1 else 's'} would decide{corrected}"


def claim_values(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return every claim for ``summary.json``: its row, and what was read at every point."""
    return [{**claim_row(one), "readings": [finding_row(each) for each in one.findings]} for one in outcomes]


def finding_row(one: Finding) -> Row:
    """Return what was read at one point."""
    return {
        "place": one.place,
        **reading("value", one.value),
        "against": None if one.against is None else known(one.against.value),
        **reading("difference", one.difference),
        "p_holds": one.evidence.holds.p,
        "p_contradicted": one.evidence.contradicted.p,
        "note": one.note,
    }


def in_words(one: Outcome) -> str:
    """Return a claim with its verdict and its numbers in a sentence."""
    claim, deciding = one.bound.claim, one.deciding
    unit = f" {one.unit}" if one.unit else ""
    told = {"measured": deciding.value, "against": deciding.against, "tested": deciding.difference}
    if deciding.difference == deciding.value:  # held against 0
        del told["tested"]
    numbers = [f"{name} {each.text()}{unit}" for name, each in told.items() if each is not None]
    said = f"{claim.says.rstrip('.')} ({claim.metric} of {claim.of}: {claim.predicate.words()})"
    where = f"{deciding.place}: {', '.join(numbers)}" if numbers else deciding.place
    expected = "" if one.as_expected else f", expected: {claim.expect}"
    rest = note(one)
    return f"{claim.id} {one.verdict.upper()}{expected}. {said}. {where}" + (f"; {rest}" if rest else "")


def short_verdicts(outcomes: Sequence[Outcome]) -> str:
    """Return the claims' names with their verdicts, for captions."""
    return ", ".join(f"{one.bound.claim.id} {one.verdict}" for one in outcomes)
