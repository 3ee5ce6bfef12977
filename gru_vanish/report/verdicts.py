"""The claims of a study for the page: each with its verdict and the numbers that it rests on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gru_vanish.analysis import Findings, SeriesTable
from gru_vanish.analysis.claims import Outcome
from gru_vanish.analysis.claims.claim import CONTRADICTED, HOLDS, UNDECIDED
from gru_vanish.analysis.claims.rows import note

MARKS = {"holds": "✓", "contradicted": "✗", "undecided": "?"}
"""A sign beside every verdict, so that it is not told by its colour alone."""


@dataclass(frozen=True)
class Verdict:
    """One claim in the words of the page."""

    id: str
    says: str
    source: str
    verdict: str
    mark: str
    expected: str
    about: str
    place: str
    numbers: tuple[tuple[str, str], ...]
    seeds: str
    p: str
    note: str


def verdicts(outcomes: Sequence[Outcome]) -> list[Verdict]:
    """Return the claims in the order of the config."""
    return [verdict(one) for one in outcomes]


def verdict(one: Outcome) -> Verdict:
    """Return one claim."""
    claim, deciding = one.bound.claim, one.deciding
    unit = f" {one.unit}" if one.unit else ""
    told = {"measured": deciding.value, "against": deciding.against, "tested": deciding.difference}
    if deciding.difference == deciding.value:  # held against 0
        del told["tested"]
    return Verdict(
        id=claim.id,
        says=claim.says,
        source=claim.source or "",
        verdict=one.verdict,
        mark=MARKS[one.verdict],
        expected="" if one.as_expected else f"expected: {claim.expect}",
        about=f"{claim.metric} of {claim.of}: {claim.predicate.words()}",
        place=deciding.place,
        numbers=tuple((name, f"{each.text()}{unit}") for name, each in told.items() if each is not None),
        seeds=f"{one.seeds} of {one.seeds_planned} seeds",
        p=f"{one.corrected.p:.2g}",
        note=note(one),
    )


def answer(findings: Findings) -> str:
    """Return the study's result in a sentence: what became of its claims, else the slowest and the fastest decay."""
    if findings.claims:
        counts = Counter(one.verdict for one in findings.claims)
        words = ((HOLDS, "hold"), (CONTRADICTED, "are contradicted"), (UNDECIDED, "are undecided"))
        parts = [f"{counts[verdict]} {word}" for verdict, word in words]
        shown = [part for part in parts if not part.startswith("0 ")]
        listed = " and ".join(shown) if len(shown) < 3 else f"{shown[0]}, {shown[1]} and {shown[2]}"
        claims = "claim" if len(findings.claims) == 1 else "claims"
        other = sum(not one.as_expected for one in findings.claims)
        expected = f"{other} not as expected" if other else "all as expected"
        return grammar(f"Of {len(findings.claims)} {claims} {listed}; {expected}.")
    return extremes(findings.headline.series) if findings.has_headline else ""


def grammar(text: str) -> str:
    """Return the sentence with its verbs for one."""
    for plural, single in ((" 1 hold", " 1 holds"), (" 1 are ", " 1 is ")):
        text = text.replace(plural, single)
    return text


def extremes(series: Sequence[SeriesTable]) -> str:
    """Return which series loses the gradient most slowly and which the fastest; nothing with fewer than two."""
    known = sorted(
        ((one.rate.whole, one) for one in series if one.rate.whole is not None), key=lambda pair: pair[0].mean
    )
    if len(known) < 2:
        return ""
    (slow, slowest), (fast, fastest) = known[0], known[-1]
    return (
        f"The gradient decays most slowly in {slowest.name.short} ({slow.text()} nats per step) "
        f"and fastest in {fastest.name.short} ({fast.text()})."
    )
