"""Small tables for notebooks; whatever a name contains is shown, never obeyed."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

MOST = 60
"""Rows that are shown; the values themselves have all."""


def table(heads: Sequence[Sequence[str]], rows: Sequence[Sequence[str]], title: str = "") -> str:
    """Return a table; a head is in lines."""
    head = "".join(f"<th>{'<br>'.join(escape(line) for line in lines if line)}</th>" for lines in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows[:MOST])
    more = f"<tr><td colspan={len(heads)}>… and {len(rows) - MOST} more</td></tr>" if len(rows) > MOST else ""
    caption = f"<caption>{escape(title)}</caption>" if title else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}{more}</tbody></table>"


def definition(text: str) -> str:
    """Return a paragraph in bold."""
    return f"<p><b>{escape(text)}</b></p>"


def pictures(paths: Iterable[Path]) -> str:
    """Return the PNGs among files as pictures that need no file; each with its text for those who can not see it."""
    shown = []
    for path in (path for path in paths if path.suffix == ".png"):
        words = path.with_suffix(".alt.txt")
        alt = words.read_text(encoding="utf-8") if words.is_file() else path.stem
        data = b64encode(path.read_bytes()).decode("ascii")
        shown.append(f'<img alt="{escape(alt)}" src="data:image/png;base64,{data}" style="max-width:100%">')
    return "".join(shown)
