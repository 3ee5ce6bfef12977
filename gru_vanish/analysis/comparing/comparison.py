"""Two studies side by side: what was set differently, and what came out differently."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gru_vanish.analysis.comparing.numbers import NOT_TESTED, OUTCOMES, Number, compared_numbers
from gru_vanish.analysis.comparing.origin import changed_origin
from gru_vanish.analysis.comparing.pairs import Asked, Pair, paired_series
from gru_vanish.analysis.comparing.plain import Plain, plain_differences
from gru_vanish.analysis.comparing.rows import as_json, rows
from gru_vanish.analysis.comparing.series_words import Series
from gru_vanish.analysis.comparing.settings import Changed, changed_settings
from gru_vanish.analysis.comparing.side import Side
from gru_vanish.analysis.comparing.verdicts import Verdict, compared_verdicts
from gru_vanish.analysis.findings import Findings


@dataclass(frozen=True)
class Comparison:
    """All that two studies have to say about each other; every difference is B − A."""

    a: Side
    b: Side
    pairs: tuple[Pair, ...]
    only_a: tuple[Series, ...]
    only_b: tuple[Series, ...]
    measures: tuple[str, ...]
    """Those that were compared, in the order of A."""
    settings: tuple[Changed, ...]
    origin: tuple[Changed, ...]
    numbers: tuple[Number, ...]
    plain: tuple[Plain, ...]
    """What differs and has no interval."""
    claims: tuple[Verdict, ...]

    @property
    def tests(self) -> int:
        """The comparisons for which the p-values are corrected."""
        return sum(one.corrected is not None for one in self.numbers)

    @property
    def beyond(self) -> tuple[Number, ...]:
        """The numbers that differ beyond their intervals: those by which measures are told first, then by their p."""
        found = [one for one in self.numbers if one.is_beyond]
        return tuple(sorted(found, key=lambda one: (not one.is_main, one.rank, one.tested.p if one.tested else 1.0)))

    def count(self, *outcomes: str) -> int:
        """Return how many numbers have one of these outcomes."""
        return sum(one.outcome in outcomes for one in self.numbers)

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per number, with an interval or without, for ``differences.csv``."""
        return rows(self.numbers, self.plain)

    def as_json(self) -> Mapping[str, Any]:
        """Return everything as JSON values."""
        return {
            **as_json(self.a, self.b, self.pairs, (self.only_a, self.only_b), self.measures),
            "settings": [one.as_json() for one in self.settings],
            "origin": [one.as_json() for one in self.origin],
            "comparisons": self.tests,
            "outcomes": {name: self.count(name) for name in OUTCOMES if name == NOT_TESTED or self.count(name)},
            "numbers": self.rows(),
            "claims": [
                {"id": one.id, "says": one.says, "a": one.a, "b": one.b, "changed": one.changed,
                 "restated": one.restated} for one in self.claims
            ],
        }  # fmt: skip


def compare(a: Findings, b: Findings, pairs: Asked = (), measures: Sequence[str] | None = None) -> Comparison:
    """Return two studies side by side, from what is stored of them alone.

    ``pairs`` are (series of A, series of B) that shall stand together, each a label, a short name or a number in the
    manifest; the others are paired by label and swept values, else where only one pairing makes sense. ``measures``
    are those whose numbers are compared; all that both have by default.

    Raises ``LookupError``, with the nearest word, for a series or a measure that a study does not have.
    """
    titles = (a.name, b.name) if a.name != b.name else (f"{a.name} (A)", f"{b.name} (B)")
    sides = Side.of(a, titles[0]), Side.of(b, titles[1])
    taken = common_measures(a, b, measures)
    found = paired_series(a.manifest, b.manifest, pairs)
    numbers = compared_numbers(*sides, found.pairs, taken)
    claims = compared_verdicts(sides[0].findings.claims, sides[1].findings.claims)
    return Comparison(
        *sides,
        found.pairs,
        found.only_a,
        found.only_b,
        taken,
        changed_settings(a.manifest, b.manifest, found.pairs),
        changed_origin(a.manifest, b.manifest, sides[0].seen, sides[1].seen),
        numbers,
        tuple(plain_differences(*sides, found.pairs, taken)),
        claims,
    )


def common_measures(a: Findings, b: Findings, wanted: Sequence[str] | None) -> tuple[str, ...]:
    """Return the measures that both studies take, of those that are wanted."""
    both = tuple(measure for measure in a.measures if measure in b.measures)
    for word in wanted or ():
        if word not in both:
            close = difflib.get_close_matches(word, both, n=1)
            hint = f"; did you mean '{close[0]}'?" if close else "."
            raise LookupError(f"not both studies measure '{word}'{hint} Both measure: {', '.join(both) or 'nothing'}")
    return tuple(measure for measure in both if wanted is None or not wanted or measure in wanted)
