"""Everything that a study has found: the headline and every further measure, each analysed when it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gru_vanish.analysis.analyse import analyse
from gru_vanish.analysis.claims import Outcome, Study, claim_values, judge, study_of
from gru_vanish.analysis.intervals import CONFIDENCE
from gru_vanish.analysis.measured import MeasureTable
from gru_vanish.analysis.measures import MEASURE_TABLES
from gru_vanish.analysis.payload import MEASURE, Reader
from gru_vanish.analysis.table import Table


@dataclass(frozen=True)
class Findings:
    """A manifest and its records; a measure's records are read once, when its table is first wanted."""

    manifest: Mapping[str, Any]
    read: Reader
    _tables: dict[str, MeasureTable[Any]] = field(default_factory=dict, init=False, repr=False)

    @property
    def name(self) -> str:
        """The study's name."""
        return str(self.manifest["name"])

    @property
    def question(self) -> str:
        """The study's question, empty where there is none."""
        return str(self.manifest.get("question") or "")

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that the study takes."""
        return tuple(self.manifest["measures"])

    @property
    def further(self) -> tuple[str, ...]:
        """The measures beside the h0 gradient."""
        return tuple(measure for measure in self.measures if measure != MEASURE)

    @property
    def has_headline(self) -> bool:
        """Whether the study measures the h0 gradient."""
        return MEASURE in self.measures

    @cached_property
    def headline(self) -> Table:
        """The table of the h0 gradient; ``ValueError`` where the study does not measure it."""
        return analyse(self.manifest, self.read)

    def of(self, measure: str) -> MeasureTable[Any]:
        """Return the table of a further measure; ``ValueError`` where the study does not take it."""
        if measure not in self._tables:
            if measure not in MEASURE_TABLES:
                raise LookupError(f"no table for the measure '{measure}'; there is: {', '.join(MEASURE_TABLES)}")
            self._tables[measure] = MEASURE_TABLES[measure](self.manifest, self.read)
        return self._tables[measure]

    @cached_property
    def claims(self) -> tuple[Outcome, ...]:
        """The study's claims with their verdicts; none where it states none."""
        return judge(self.manifest, lambda: self.headline, self.of)

    @cached_property
    def claimed(self) -> Study:
        """What the claims are judged by: quantities and closed forms, for figures that draw them."""
        return study_of(self.manifest, lambda: self.headline, self.of)

    @property
    def counts(self) -> tuple[int, int]:
        """The measured and the planned units, over all measures."""
        counts = [self.of(measure).counts for measure in self.further]
        if self.has_headline:
            counts.append(self.headline.counts)
        return sum(measured for measured, _ in counts), sum(planned for _, planned in counts)

    @property
    def finished(self) -> bool:
        """Whether every planned unit is there."""
        measured, planned = self.counts
        return measured == planned

    @property
    def progress(self) -> str:
        """The measured units over all measures, as ``k of N``."""
        return "{} of {}".format(*self.counts)

    def summary(self) -> dict[str, Any]:
        """Return the summary as JSON-like values for ``summary.json``."""
        return {
            "schema": 1,
            "name": self.name,
            "question": self.question,
            "created": str(self.manifest.get("created") or ""),
            "finished": self.finished,
            "units": self.progress,
            "confidence": CONFIDENCE,
            **(self.headline.summary() if self.has_headline else {}),
            "measures": {measure: summary_of(self.of(measure)) for measure in self.further},
            **({"claims": claim_values(self.claims)} if self.claims else {}),
        }


def summary_of(table: MeasureTable[Any]) -> dict[str, Any]:
    """Return one measure's part of the summary."""
    return {"finished": table.finished, "units": table.progress, "rows": table.rows()}
