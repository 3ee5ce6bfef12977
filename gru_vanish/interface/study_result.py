"""What every result about a study has: its findings, their tables, and a look at them for notebooks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from gru_vanish.analysis import Findings
from gru_vanish.analysis.claims import Outcome
from gru_vanish.interface.html import definition, table
from gru_vanish.tables.exported import Exported, exported_tables
from gru_vanish.tables.text import sections

Columns = dict[str, list[Any]]
"""Values by the name of their column: what ``pandas.DataFrame`` takes. A value that does not exist is None."""


@dataclass(frozen=True, repr=False)
class StudyResult:
    """A study and what was found of it."""

    findings: Findings
    results: Path
    """the folder of all results"""
    remarks: tuple[str, ...]
    """what else has to be known: what the command line says on stderr"""

    @property
    def name(self) -> str:
        """The study's name."""
        return self.findings.name

    @property
    def folder(self) -> Path:
        """Where what is derived of the study lies."""
        return self.results / self.name

    @property
    def finished(self) -> bool:
        """Whether every unit of the study has been computed."""
        return self.findings.finished

    @property
    def claims(self) -> tuple[Outcome, ...]:
        """The study's claims as they were judged."""
        return self.findings.claims

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict of each claim: holds, contradicted or undecided."""
        return {one.bound.claim.id: one.verdict for one in self.claims}

    def summary(self) -> Columns:
        """Return one row for each series, of the h0 gradient, or else of the first measure."""
        tables = self.tables()
        return tables["summary" if self.findings.has_headline else self.findings.further[0]]

    def curves(self, measure: str | None = None) -> Columns:
        """Return one row for each series, seed and length (or index, of a further measure)."""
        tables = self.tables()
        if measure is None:
            measure = "h0_gradient" if self.findings.has_headline else self.findings.further[0]
        name = "curves" if measure == "h0_gradient" else f"{measure}_values"
        if name not in tables:
            raise LookupError(f"{self.name} does not measure '{measure}'; it does: {', '.join(self.findings.measures)}")
        return tables[name]

    def tables(self) -> dict[str, Columns]:
        """Return every table that `export` writes, by name."""
        return {name: dict(one.columns) for name, one in self._exported.items()}

    def columns(self) -> Mapping[str, Mapping[str, str]]:
        """Return what each column of each table means, with its unit."""
        return {
            name: {each.name: f"{each.meaning} ({each.unit})" if each.unit else each.meaning for each in one.dictionary}
            for name, one in self._exported.items()
        }

    def as_json(self) -> dict[str, Any]:
        """Return the summary as JSON values."""
        return self.findings.summary()

    def __repr__(self) -> str:
        """The study in a line."""
        return f"<{type(self).__name__} {', '.join([self.name, *self._facts()])}>"

    def _repr_html_(self) -> str:
        """The short tables, as a notebook shows them."""
        facts = definition(f"{self.name}: {self.findings.question}" if self.findings.question else self.name)
        tables = (table(one.grid.heads, one.grid.rows, one.title) for one in sections(self.findings))
        return "".join([facts, *tables])

    def _facts(self) -> list[str]:
        """Return what a line tells."""
        judged = [f"{key} {verdict}" for key, verdict in self.verdicts.items()]
        return [f"{self.findings.progress} units", *judged]

    @cached_property
    def _exported(self) -> dict[str, Exported]:
        return {one.name: one for one in exported_tables(self.findings)}
