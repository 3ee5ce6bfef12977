"""Four hundred studies in which nothing is the case: how many claims are decided all the same."""

import math

import numpy as np
import pytest

from gru_vanish.analysis.claims.evidence import everywhere
from gru_vanish.analysis.claims.judge import decisions
from gru_vanish.analysis.claims.predicate import Case, Point
from gru_vanish.analysis.claims.predicates import PREDICATES
from gru_vanish.analysis.claims.sample import Sample

STUDIES, SEEDS = 400, 8
MOST = 0.05 + 3 * math.sqrt(0.05 * 0.95 / STUDIES)


def noise(rng: np.random.Generator, *, heavy: bool, centre: float = 0.0) -> Sample:
    """A sample whose mean (or, of a censored kind, whose median) is the centre."""
    values = rng.standard_t(5, SEEDS) if heavy else rng.standard_normal(SEEDS)
    return Sample(dict(enumerate((centre + values).tolist())))


def median_noise(rng: np.random.Generator) -> Sample:
    return Sample(dict(enumerate(rng.standard_cauchy(SEEDS).tolist())), by_median=True)


def verdicts(name: str, written: dict[str, object], families: list[list[Case]]) -> list[list[str]]:
    """The verdicts of every study; a study's claims are all of one predicate."""
    predicate = PREDICATES[name].model_validate(written)
    found = []
    for cases in families:
        evidence = [everywhere([predicate.judge(case).evidence]) for case in cases]
        found.append([one.verdict for one in decisions(evidence)])
    return found


def wrong(found: list[list[str]], which: set[str]) -> float:
    """The share of studies with at least one wrong verdict."""
    return float(np.mean([bool(which & set(study)) for study in found]))


@pytest.mark.parametrize("claims", [1, 6])
@pytest.mark.parametrize("heavy", [False, True], ids=["normal", "heavy tails"])
def test_series_that_do_not_differ(claims: int, heavy: bool) -> None:
    rng = np.random.default_rng([1, claims, heavy])
    families = [
        [Case("", (Point(noise(rng, heavy=heavy), noise(rng, heavy=heavy)),)) for _ in range(claims)]
        for _ in range(STUDIES)
    ]
    share = wrong(verdicts("less_than", {"series": "other"}, families), {"holds", "contradicted"})
    assert share <= MOST
    if not heavy:
        assert share >= 0.01  # a test that never decides would pass as well


def test_medians_that_do_not_differ() -> None:
    rng = np.random.default_rng(2)
    families = [[Case("", (Point(median_noise(rng), median_noise(rng)),)) for _ in range(3)] for _ in range(STUDIES)]
    assert wrong(verdicts("greater_than", {"series": "other"}, families), {"holds", "contradicted"}) <= MOST


def test_a_number_at_the_end_of_its_margin() -> None:
    """At the end itself it is neither inside nor outside."""
    rng = np.random.default_rng(3)
    families = [[Case("", (Point(noise(rng, heavy=False, centre=2.0)),))] for _ in range(STUDIES)]
    found = verdicts("equals", {"number": 0.0, "within": 2.0}, families)
    assert 0.01 <= wrong(found, {"holds", "contradicted"}) <= MOST


def test_a_line_that_is_flat() -> None:
    rng = np.random.default_rng(4)
    families = [
        [Case("", tuple(Point(noise(rng, heavy=False), at=float(at)) for at in range(7)))] for _ in range(STUDIES)
    ]
    assert wrong(verdicts("monotone", {"direction": "increasing"}, families), {"holds", "contradicted"}) <= MOST


def test_crossings_about_the_end_of_the_range() -> None:
    rng = np.random.default_rng(5)
    families = []
    for _ in range(STUDIES):
        zero = Sample(dict.fromkeys(range(SEEDS), 0.0))
        centres = 1.0 + 0.3 * rng.standard_normal(SEEDS)
        points = tuple(
            Point(Sample({seed: at - float(centre) for seed, centre in enumerate(centres)}), zero, at=at)
            for at in (-4.0, 4.0)
        )
        families.append([Case("", points)])
    found = verdicts("break_even", {"series": "other", "between": (1.0, 3.0)}, families)
    assert 0.01 <= wrong(found, {"holds", "contradicted"}) <= MOST
