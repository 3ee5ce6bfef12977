"""A readable table in Markdown."""

import re

from gru_vanish.tables.readable import Readable


def markdown_table(table: Readable) -> str:
    """Return caption, table and notes."""
    heads = [_head(*lines) for lines in table.grid.heads]
    rule = [":---", *("---:" for _ in heads[1:])]
    lines = [_row(heads), _row(rule), *(_row([escaped(cell) for cell in row]) for row in table.grid.rows)]
    notes = [f"- {escaped(note)}" for note in table.notes]
    return "\n\n".join(part for part in (escaped(table.caption), "\n".join(lines), "\n".join(notes)) if part) + "\n"


def escaped(text: str) -> str:
    """Return the text so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$])", r"\\\1", text)


def _head(name: str, unit: str) -> str:
    return escaped(f"{name} ({unit})" if name and unit else name or unit)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
