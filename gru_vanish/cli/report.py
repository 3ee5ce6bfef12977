"""``report NAME``: one HTML page about a study, from the store alone; jax is not imported."""

import tempfile
from pathlib import Path

from gru_vanish.analysis import Findings
from gru_vanish.cli.conclude import tell_json
from gru_vanish.cli.draw import require_known, require_whole, suited
from gru_vanish.cli.exits import Exit, RefusalError
from gru_vanish.cli.layout import size
from gru_vanish.cli.output import say, tell
from gru_vanish.cli.readable import readable_tables
from gru_vanish.cli.signals import Signals
from gru_vanish.cli.tables import conditions
from gru_vanish.report import CHARTED, Picture, TextTable, Witness, document, pictures
from gru_vanish.store import Store, make_folder, manifest_path, read_manifest, write_atomically

FILE = "report.html"
TITLES = {
    "summary": "Decay of the gradient",
    "bands": "Norm of the gradient at some lengths",
    "break_even": "Where two cells decay equally fast",
}
"""Headings of the first tables; that of a measure is its name."""
LARGE = 2_000_000
"""Bytes of a page that a reader may have to wait for."""


def report(name: str, results: Path, output: Path | None, as_json: bool, signals: Signals) -> int:
    """Write the page of a study, beside its manifest or where ``output`` says."""
    findings, witness = found(name, results, signals)
    path = output or results / name / FILE
    make_folder(path.parent)  # first: what can not be written need not be made
    shown, undrawn = drawn(findings, signals)
    with signals.prompt():
        text = document(findings, witness, conditions(findings), tables(findings), shown)
    data = text.encode("utf-8", errors="backslashreplace")
    write_atomically(path, data)
    if not findings.finished:
        say(f"{name} is not finished: {findings.progress} units are in the store")
    for why in undrawn:
        say(why)
    if len(data) > LARGE:
        say(f"the page has {size(len(data))}: a config with fewer figures or series makes it smaller")
    if as_json:
        tell_json({"name": name, "path": str(path), "bytes": len(data), "undrawn": undrawn})
    else:
        tell(f"wrote {path} ({size(len(data))})")
    return Exit.done


def found(name: str, results: Path, signals: Signals) -> tuple[Findings, Witness]:
    """Return what the store holds of a study, and who read it; raise `RefusalError` where that is nothing."""
    try:
        manifest = read_manifest(results, name)
    except ValueError as fault:
        raise RefusalError(Exit.usage, str(fault)) from fault
    require_whole(manifest, name, manifest_path(results, name))
    require_known(manifest, name)
    witness = Witness(Store(results).read)
    with signals.prompt():
        findings = Findings(manifest, witness)
        measured, _ = findings.counts
    if not measured:
        raise RefusalError(Exit.usage, f"{name}: no record yet; compute it with `gru-vanish run`")
    return findings, witness


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


def drawn(findings: Findings, signals: Signals) -> tuple[list[Picture], list[str]]:
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
            signals.check()
            try:
                one = figures.picture_of(name, findings)
                files += figures.write_picture(one, Path(folder), figures.DEFAULT, ("png",))
            except figures.NotDrawableError as fault:
                undrawn += [f"{name} is not drawn: {fault}"] if own else []
        return pictures(files), undrawn
