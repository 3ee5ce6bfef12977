"""Columns of text, for a terminal of some width or for a pipe."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import combining, east_asian_width

GAP = "  "
NARROWEST = 16
"""Columns below which the first column is not squeezed: then every row becomes a block of lines."""


@dataclass(frozen=True)
class Grid:
    """A table of text; the first column is aligned to the left, the others to the right."""

    heads: Sequence[Sequence[str]]
    """The lines of each column's head, equally many in all."""
    rows: Sequence[Sequence[str]]

    def lines(self, width: int | None) -> list[str]:
        """Return the table: as wide as it is for ``None``, else within ``width`` columns of a terminal."""
        columns = list(zip(*self._lines_of_heads(), *self.rows, strict=True))
        widths = [max(map(cells, column)) for column in columns]
        spare = None if width is None else width - sum(widths[1:]) - len(GAP) * (len(widths) - 1)
        if spare is None or spare >= widths[0]:
            return self._drawn(widths)
        if spare >= NARROWEST:
            return self._drawn([spare, *widths[1:]])
        return self._blocks(width or 80)

    def _lines_of_heads(self) -> list[tuple[str, ...]]:
        return list(zip(*self.heads, strict=True))

    def _drawn(self, widths: Sequence[int]) -> list[str]:
        heads = [line for row in self._lines_of_heads() for line in drawn_row(row, widths)]
        rule = GAP.join("─" * width for width in widths)
        return [*heads, rule, *(line for row in self.rows for line in drawn_row(row, widths))]

    def _blocks(self, width: int) -> list[str]:
        """Return one block of lines for each row, its first cell as the heading."""
        names = [" ".join(part for part in head if part) for head in self.heads]
        lines = []
        for row in self.rows:
            lines += textwrap.wrap(row[0], max(width, 10)) or [""]
            lines += [f"  {name}: {value}" for name, value in zip(names[1:], row[1:], strict=True)]
        return lines


@dataclass(frozen=True)
class Section:
    """One table on the terminal with its notes; the headline has no title of its own."""

    title: str
    grid: Grid
    notes: Sequence[str]


def wrapped(text: str, width: int | None) -> str:
    """Return the text in lines of at most ``width`` columns, the later ones indented; None: as it is."""
    if width is None or cells(text) <= width:
        return text
    return "\n".join(textwrap.wrap(text, max(width, 20), subsequent_indent="  ", break_on_hyphens=False))


def drawn_row(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return the lines of one row: its first cell is broken where it is wider than its column."""
    first, *more = textwrap.wrap(row[0], widths[0], subsequent_indent="  ", break_on_hyphens=False) or [""]
    values = [" " * (width - cells(value)) + value for value, width in zip(row[1:], widths[1:], strict=True)]
    padded = first + " " * (widths[0] - cells(first))
    return [GAP.join([padded, *values]).rstrip(), *more]


def cells(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def size(count: float) -> str:
    """Return a number of bytes in the unit that suits it."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 999.5:  # three digits at most, where 1023 would be 1.02e+03
            return f"{count:.3g} {unit}"
        count /= 1024
    return f"{count:.3g} TiB"


def printable(text: str) -> str:
    """Return the text with what a terminal would act on, or would not show, written as an escape."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
