"""From a manifest's claims and a study's tables to verdicts, corrected for the number of claims."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gru_vanish.analysis.claims.cases import Study, cases, metric_of, place_of
from gru_vanish.analysis.claims.claim import CONTRADICTED, HOLDS, UNDECIDED, BoundClaim, Line, Verdict, bound_claims
from gru_vanish.analysis.claims.evidence import MOST_SEEDS, UNKNOWN, Evidence, everywhere
from gru_vanish.analysis.claims.holm import Corrected, holm
from gru_vanish.analysis.claims.metrics import Metric
from gru_vanish.analysis.claims.predicate import Finding, Point, unknown
from gru_vanish.analysis.claims.quantities import NotMeasuredError, Quantities
from gru_vanish.analysis.intervals import CONFIDENCE
from gru_vanish.analysis.measured import MeasureTable
from gru_vanish.analysis.names import series_names
from gru_vanish.analysis.table import Table

ALPHA = 1.0 - CONFIDENCE


@dataclass(frozen=True)
class Decision:
    """A claim's two-sided p-value, what the correction makes of it, and the verdict."""

    p: float
    corrected: Corrected
    verdict: Verdict


@dataclass(frozen=True)
class Outcome:
    """A claim and what the seeds say of it; ``p`` is that of the claim alone, two-sided."""

    bound: BoundClaim
    metric: Metric
    verdict: Verdict
    p: float
    corrected: Corrected
    evidence: Evidence
    findings: tuple[Finding, ...]
    seeds: int
    seeds_planned: int

    @property
    def lacking(self) -> bool:
        """Whether a point could not be judged at all: then no seeds of the same kind would help."""
        return any(one.evidence is UNKNOWN for one in self.findings)

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the one that the config expects."""
        return self.verdict == self.bound.claim.expect

    @property
    def deciding(self) -> Finding:
        """The point that decides: the one that contradicts most surely, else the one that holds least surely."""
        if self.verdict == CONTRADICTED:
            return min(self.findings, key=lambda one: (one.evidence.contradicted.p, -size(one)))
        return max(self.findings, key=lambda one: (one.evidence.holds.p, -size(one)))

    @property
    def unit(self) -> str:
        """The unit of the readings at the point that decides."""
        return self.metric.unit if self.deciding.unit is None else self.deciding.unit

    @property
    def seeds_needed(self) -> int | None:
        """With how many seeds in all an undecided claim would be decided, mean and spread staying; None: with none."""
        level = ALPHA / (2.0 * self.corrected.multiplier)
        needed = min(self.evidence.holds.needed(level), self.evidence.contradicted.needed(level))
        return int(max(needed, self.seeds + 1)) if needed <= MOST_SEEDS else None


def size(one: Finding) -> float:
    """Return the size of what was tested: of equally sure points the nearest to its bound is told."""
    return 0.0 if one.difference is None else abs(one.difference.value)


def judge(
    manifest: Mapping[str, Any], headline: Callable[[], Table], of: Callable[[str], MeasureTable[Any]]
) -> tuple[Outcome, ...]:
    """Return the outcome of every claim of a manifest; the tables are asked for only where a claim names them."""
    claims = bound_claims(manifest)
    study = study_of(manifest, headline, of)
    found = [findings(one, study) for one in claims]
    evidence = [everywhere([each.evidence for each in one]) for one in found]
    return tuple(
        Outcome(
            one,
            metric_of(one),
            decided.verdict,
            decided.p,
            decided.corrected,
            each,
            parts,
            seeds_of(parts),
            len(study.seeds),
        )
        for one, each, decided, parts in zip(claims, evidence, decisions(evidence), found, strict=True)
    )


def study_of(
    manifest: Mapping[str, Any], headline: Callable[[], Table], of: Callable[[str], MeasureTable[Any]]
) -> Study:
    """Return what claims are judged by; names are needed only where there are claims."""
    names = tuple(name.short for name in series_names(manifest["series"])) if manifest.get("claims") else ()
    return Study(manifest, Quantities(headline, of), names, tuple(int(seed) for seed in manifest["seeds"]))


def decisions(evidence: Sequence[Evidence]) -> list[Decision]:
    """Return what is decided of several claims together."""
    p_values = [min(1.0, 2.0 * min(one.holds.p, one.contradicted.p)) for one in evidence]
    return [
        Decision(p, corrected, verdict(one, corrected))
        for one, p, corrected in zip(evidence, p_values, holm(p_values), strict=True)
    ]


def verdict(evidence: Evidence, corrected: Corrected) -> Verdict:
    """Decide, where the corrected p-value allows it, for the side that is surer."""
    if not corrected.p <= ALPHA:
        return UNDECIDED
    return HOLDS if evidence.holds.p < evidence.contradicted.p else CONTRADICTED


def seeds_of(parts: Sequence[Finding]) -> int:
    """Return the fewest seeds of any reading."""
    readings = [one.difference or one.value for one in parts]
    return min((one.seeds for one in readings if one is not None), default=0)


def findings(one: BoundClaim, study: Study) -> tuple[Finding, ...]:
    """Return what the seeds say of every case of a claim, one at least."""
    found = [each for line in one.lines for each in of_line(one, line, study)]
    return tuple(found) or (unknown(one.claim.of, "nothing to judge"),)


def of_line(one: BoundClaim, line: Line, study: Study) -> Iterator[Finding]:
    """Give the findings of one line of series; what is not measured is said, never guessed."""
    place = place_of(study.names[line.series[0]], ())
    try:
        for case in cases(one, line, study):
            lacking = [point for point in case.points if len(known(point)) < 2]
            yield unknown(case.place, why(lacking[0], study)) if lacking else one.claim.predicate.judge(case)
    except NotMeasuredError as fault:
        yield unknown(place, str(fault))


def known(point: Point) -> set[int]:
    """Return the seeds with a value of everything that is compared."""
    there = point.sample.seeds
    return set(there if point.against is None else there & point.against.seeds)


def why(point: Point, study: Study) -> str:
    """Say that there are too few seeds."""
    if not known(point):
        return f"no value in any of {len(study.seeds)} seeds"
    return "one seed with a value: no interval"
