"""``report``: one HTML page about a study, from the store alone; jax is not imported."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from gru_vanish.analysis import Findings
from gru_vanish.interface.caller import Caller, asked
from gru_vanish.interface.conclude import DRAWING
from gru_vanish.interface.draw import suited
from gru_vanish.interface.host import Host
from gru_vanish.interface.known_study import found, place_of, say_unfinished
from gru_vanish.interface.refusals import Exit, RefusalError
from gru_vanish.interface.study_result import StudyResult
from gru_vanish.report import CHARTED, Picture, TextTable, Witness, document, pictures
from gru_vanish.store import Store, make_folder, write_atomically
from gru_vanish.tables.layout import size
from gru_vanish.tables.readable import readable_tables
from gru_vanish.tables.text import conditions

FILE = "report.html"
TITLES = {
    "summary": "Decay of the gradient",
    "bands": "Norm of the gradient at some lengths",
    "break_even": "Where two cells decay equally fast",
}
"""Headings of the first tables; that of a measure is its name."""


@dataclass(frozen=True, repr=False)
class ReportResult(StudyResult):
    """A page that was written."""

    path: Path
    bytes: int
    undrawn: tuple[str, ...]
    """why figures of the config were not drawn"""

    def _facts(self) -> list[str]:
        return [str(self.path), size(self.bytes)]


def report(
    study: str | StudyResult, *, results: str | Path = "results", output: str | Path | None = None
) -> ReportResult:
    """Write one HTML page about a study, with charts that move; it needs no network.

    Args:
        study: its name, or what `run` has given.
        results: the folder of all results.
        output: where to write it; default: ``report.html`` in the study's folder.
    """
    name, root = place_of(study, results)

    def work(caller: Caller) -> ReportResult:
        findings, path, size, undrawn = reported(name, root, None if output is None else Path(output), caller)
        return ReportResult(findings, root, tuple(caller.remarks), path, size, tuple(undrawn))

    return asked(work, computes=False)


def reported(name: str, results: Path, output: Path | None, host: Host) -> tuple[Findings, Path, int, list[str]]:
    """Write the page of a study, beside its manifest or where ``output`` says; return what it tells of."""
    witness = Witness(Store(results).read)
    findings = found(name, results, host, witness)
    path = output or results / name / FILE
    make_folder(path.parent)  # first: what can not be written need not be made
    with DRAWING:
        shown, undrawn = drawn(findings, host)
    with host.prompt():
        text = document(findings, witness, conditions(findings), tables(findings), shown)
    data = text.encode("utf-8", errors="backslashreplace")
    write_atomically(path, data)
    say_unfinished(findings, host)
    return findings, path, len(data), undrawn


def tables(findings: Findings) -> list[TextTable]:
    """Return the tables of the page; claims have a part of their own."""
    question = f"{findings.question} "
    return [
        TextTable(
            title=TITLES.get(one.name, one.name.replace("_", " ")),
            caption=one.caption.removeprefix(question),
            heads=one.grid.heads,
            rows=one.grid.rows,
            notes=one.notes,
        )
        for one in readable_tables(findings)
        if one.name != "claims"
    ]


def drawn(findings: Findings, host: Host) -> tuple[list[Picture], list[str]]:
    """Draw the study's figures that the page has no chart for; say why others that the config names were not drawn."""
    from gru_vanish import figures

    own = findings.manifest.get("figures") or []
    try:
        asked = [figures.known("figure", name, figures.FIGURES) for name in own] or suited(findings.manifest)
    except LookupError as fault:
        raise RefusalError(Exit.usage, str(fault.args[0])) from fault
    files: list[Path] = []
    undrawn: list[str] = []
    with tempfile.TemporaryDirectory(prefix="gru-vanish-") as folder:
        for name in (name for name in asked if name not in CHARTED):
            host.check()
            try:
                one = figures.picture_of(name, findings)
                files += figures.write_picture(one, Path(folder), figures.DEFAULT, ("png",))
            except figures.NotDrawableError as fault:
                undrawn += [f"{name} is not drawn: {fault}"] if own else []
        return pictures(files), undrawn
