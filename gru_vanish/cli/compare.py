"""``compare A B``: two studies side by side, from the store alone; jax is not imported."""

from collections.abc import Sequence
from pathlib import Path

from gru_vanish.analysis import Comparison
from gru_vanish.cli.conclude import folded, tell_json
from gru_vanish.cli.exits import Exit
from gru_vanish.cli.output import bold, tell, width
from gru_vanish.cli.signals import Signals
from gru_vanish.interface.compare import Wanted, studies_compared
from gru_vanish.tables.comparison import comparison_sections
from gru_vanish.tables.layout import Grid, Section, printable, wrapped


def compare_studies(a: str, b: str, roots: tuple[Path, Path], wanted: Wanted, as_json: bool, signals: Signals) -> int:
    """Write and tell what two studies have to say about each other."""
    comparison, paths, figures, remarks = studies_compared(a, b, roots, wanted, signals)
    if as_json:
        files = {"tables": [str(path) for path in paths], "figures": [str(path) for path in figures]}
        tell_json({**comparison.as_json(), "paths": files, "remarks": remarks})
    else:
        tell_text(comparison, remarks, [*paths, *figures])
    return Exit.done


def tell_text(comparison: Comparison, remarks: Sequence[str], paths: Sequence[Path]) -> None:
    """Write the tables, their notes and the paths to stdout."""
    columns = width()
    lines = []
    for letter, side in (("A", comparison.a), ("B", comparison.b)):
        told = f"{letter}: {side.title}, {side.findings.progress} units"
        question = f": {side.findings.question}" if side.findings.question else ""
        lines.append(bold(wrapped(printable(f"{told}{question}"), columns)))
    lines.append("")
    for section in map(plain, comparison_sections(comparison)):
        lines.append(bold(wrapped(section.title, columns)))
        lines += [*(section.grid.lines(columns) if section.grid.rows else ["none"]), ""]
        lines += [wrapped(f"note: {note}", columns) for note in section.notes]
        lines += [""] * bool(section.notes)
    lines += [wrapped(f"note: {printable(one)}", columns) for one in remarks]
    lines += [f"wrote {path}" for path in folded(paths)]
    tell("\n".join(lines))


def plain(section: Section) -> Section:
    """Return a section in which a terminal finds nothing to act on."""
    rows = [[printable(cell) for cell in row] for row in section.grid.rows]
    return Section(section.title, Grid(section.grid.heads, rows), tuple(map(printable, section.notes)))
