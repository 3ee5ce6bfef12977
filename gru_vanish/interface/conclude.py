"""From the store to what the user gets: tables on disk, and figures."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gru_vanish.analysis import Findings
from gru_vanish.analysis.claims import claim_rows
from gru_vanish.interface.host import Host
from gru_vanish.store import Store, write_tables

if TYPE_CHECKING:
    from gru_vanish.figures import Page


DRAWING = threading.RLock()
"""Held by the one thread that draws: matplotlib's settings and its reader of formulas are the whole process's."""


@dataclass(frozen=True)
class Drawing:
    """Which figures are drawn, alone and several in one, for which page and in which formats.

    None for the page is the default one, no formats are all: matplotlib, slow, is imported where they are looked up.
    """

    figures: Sequence[str] = ()
    panels: Sequence[Sequence[str]] = ()
    page: "Page | None" = None
    formats: Sequence[str] = ()


@dataclass
class Conclusion:
    """What a study has found, the files that were written, why figures were not, and the seconds that it took."""

    findings: Findings
    tables: list[Path]
    figures: list[Path] = field(default_factory=list)
    undrawn: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def paths(self) -> dict[str, list[str]]:
        """Return the written files as text."""
        return {
            "tables": [str(path) for path in self.tables],
            "figures": [str(path) for path in self.figures],
        }


def conclude(root: Path, manifest: Mapping[str, Any], drawing: Drawing, host: Host) -> Conclusion:
    """Analyse what the store holds of a study, write its tables, draw its figures; without jax."""
    folder, started = root / manifest["name"], time.perf_counter()
    with host.prompt():
        findings = Findings(manifest, Store(root).read)
        measured, _ = findings.counts
    done = Conclusion(findings, written(findings, folder))
    analysed = time.perf_counter()
    done.seconds["analyse"] = analysed - started
    if (drawing.figures or drawing.panels) and measured:
        with DRAWING:
            draw_all(drawing, done, folder / "figures", host)
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


def draw_all(drawing: Drawing, done: Conclusion, folder: Path, host: Host) -> None:
    """Draw the figures; note their files, and why others were not drawn. Matplotlib, slow, is imported here."""
    from gru_vanish import figures
    from gru_vanish.store import make_folder

    page = drawing.page or figures.DEFAULT
    folder = folder if page == figures.DEFAULT else folder / page.name
    make_folder(folder)
    for names in [*([name] for name in drawing.figures), *drawing.panels]:
        host.check()
        try:
            if len(names) == 1:
                one = figures.picture_of(names[0], done.findings, page)
            else:
                one = figures.panel_of(names, done.findings, page)
        except figures.NotDrawableError as fault:
            done.undrawn.append(f"{'+'.join(names)} is not drawn: {fault}")
            continue
        paths, height = figures.write_and_measure(one, folder, page, drawing.formats or figures.FORMATS)
        done.figures += paths
        if page.tallest is not None and height > 1.02 * page.tallest:
            held = f"a page of {page.venue} holds {page.tallest:.1f} in"
            done.remarks.append(f"{one.name} is {height:.1f} in tall; {held}")
