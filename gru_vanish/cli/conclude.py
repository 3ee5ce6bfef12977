"""From the store to what the user gets: tables on disk, figures, and the text or JSON on stdout."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gru_vanish.analysis import Findings
from gru_vanish.analysis.claims import claim_rows
from gru_vanish.cli.layout import wrapped
from gru_vanish.cli.output import bold, printable, tell, width
from gru_vanish.cli.signals import Signals
from gru_vanish.cli.tables import conditions, sections
from gru_vanish.store import Store, write_tables
from gru_vanish.store.tables import encode_json


@dataclass
class Conclusion:
    """What a study has found, the files that were written, why figures were not, and the seconds that it took."""

    findings: Findings
    tables: list[Path]
    figures: list[Path] = field(default_factory=list)
    undrawn: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def paths(self) -> dict[str, list[str]]:
        """Return the written files as text."""
        return {
            "tables": [str(path) for path in self.tables],
            "figures": [str(path) for path in self.figures],
        }


def conclude(root: Path, manifest: Mapping[str, Any], figures: Sequence[str], signals: Signals) -> Conclusion:
    """Analyse what the store holds of a study, write its tables, draw its figures; without jax."""
    folder, started = root / manifest["name"], time.perf_counter()
    with signals.prompt():
        findings = Findings(manifest, Store(root).read)
        measured, _ = findings.counts
    done = Conclusion(findings, written(findings, folder))
    analysed = time.perf_counter()
    done.seconds["analyse"] = analysed - started
    if figures and measured:
        done.figures, done.undrawn = drawn(figures, findings, folder / "figures", signals)
        done.seconds["figures"] = time.perf_counter() - analysed
    return done


def written(findings: Findings, folder: Path) -> list[Path]:
    """Write the tables: those of the h0 gradient under the names of the whole, any further under its measure's."""
    rows, columns = {}, {}
    if findings.has_headline:
        rows["summary"] = findings.headline.summary_rows()
        columns["curves"] = findings.headline.curve_columns()
        if findings.headline.break_evens:
            rows["break_even"] = findings.headline.break_even_rows()
        if parts := findings.headline.part_rows():
            rows["h0_parts"], columns["h0_parts"] = parts, findings.headline.part_columns()
    if findings.claims:
        rows["claims"] = claim_rows(findings.claims)
    for measure in findings.further:
        rows[measure] = findings.of(measure).rows()
        columns |= {measure: findings.of(measure).columns(), **findings.of(measure).beside()}
    return write_tables(folder, rows, columns, findings.summary())


def drawn(names: Sequence[str], findings: Findings, folder: Path, signals: Signals) -> tuple[list[Path], list[str]]:
    """Draw the figures; return their files, and why others were not drawn. Matplotlib, slow, is imported here."""
    from gru_vanish.figures import NotDrawableError, draw
    from gru_vanish.store import make_folder

    make_folder(folder)
    paths: list[Path] = []
    undrawn: list[str] = []
    for name in names:
        signals.check()
        try:
            paths += draw(name, findings, folder)
        except NotDrawableError as fault:
            undrawn.append(f"{name} is not drawn: {fault}")
    return paths, undrawn


def tell_text(conclusion: Conclusion, others: Sequence[Path] = ()) -> None:
    """Write the tables, their notes and the paths to stdout."""
    findings, columns = conclusion.findings, width()
    question = f": {printable(findings.question)}" if findings.question else ""
    lines = [bold(wrapped(f"{findings.name}{question}", columns)), wrapped(conditions(findings), columns), ""]
    for section in sections(findings):
        lines += [bold(wrapped(section.title, columns))] if section.title else []
        lines += [*section.grid.lines(columns), ""]
        lines += [wrapped(f"note: {note}", columns) for note in section.notes]
    lines += [wrapped(f"note: {printable(why)}", columns) for why in conclusion.undrawn]
    lines += [f"wrote {path}" for path in folded([*others, *conclusion.tables, *conclusion.figures])]
    tell("\n".join(lines))


def tell_json(values: Mapping[str, Any]) -> None:
    """Write one JSON object to stdout."""
    tell(encode_json(values).decode("utf-8"))


def folded(paths: Sequence[Path]) -> list[str]:
    """Return the paths, those that differ in their endings alone as one: ``figures/a.{pdf,svg}``."""
    endings: dict[Path, list[str]] = {}
    for path in paths:
        endings.setdefault(path.with_suffix(""), []).append(path.suffix.removeprefix("."))
    return [
        f"{stem}.{found[0]}" if len(found) == 1 else f"{stem}.{{{','.join(found)}}}" for stem, found in endings.items()
    ]
