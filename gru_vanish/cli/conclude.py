"""What a study has found, on stdout: as text or as one JSON object."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gru_vanish.cli.output import bold, printable, tell, width
from gru_vanish.interface.conclude import Conclusion
from gru_vanish.store.tables import encode_json
from gru_vanish.tables.layout import wrapped
from gru_vanish.tables.text import conditions, sections


def tell_text(conclusion: Conclusion, others: Sequence[Path] = ()) -> None:
    """Write the tables, their notes and the paths to stdout."""
    findings, columns = conclusion.findings, width()
    question = f": {printable(findings.question)}" if findings.question else ""
    lines = [bold(wrapped(f"{findings.name}{question}", columns)), wrapped(conditions(findings), columns), ""]
    for section in sections(findings):
        lines += [bold(wrapped(section.title, columns))] if section.title else []
        lines += [*section.grid.lines(columns), ""]
        lines += [wrapped(f"note: {note}", columns) for note in section.notes]
    lines += [wrapped(f"note: {printable(why)}", columns) for why in [*conclusion.undrawn, *conclusion.remarks]]
    lines += [f"wrote {path}" for path in folded([*others, *conclusion.tables, *conclusion.figures])]
    tell("\n".join(lines))


def tell_json(values: Mapping[str, Any]) -> None:
    """Write one JSON object to stdout."""
    tell(encode_json(values).decode("utf-8"))


def folded(paths: Sequence[Path]) -> list[str]:
    """Return the paths, those that differ in their endings alone as one: ``figures/a.{pdf,svg,alt.txt}``."""
    endings: dict[Path, list[str]] = {}
    for path in paths:
        name, _, ending = path.name.partition(".")
        endings.setdefault(path.with_name(name) if name else path, []).append(ending)
    return [
        f"{stem}.{found[0]}" if len(found) == 1 else f"{stem}.{{{','.join(found)}}}" for stem, found in endings.items()
    ]
