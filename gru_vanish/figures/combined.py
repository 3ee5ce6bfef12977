"""Several figures of a study in one, with a letter each: drawn by the same code as each alone."""

import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.figures.canvas import Canvas, Row
from gru_vanish.figures.figure import Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.style import points

LEAST = 2.6  # inches of the default page that a figure among several is wide at least
ACROSS = 3  # figures side by side
ALIKE = 1.5  # how much higher one of a row may be: the others are drawn out to its height
MOST = 8  # figures; their names make the name of the file
LETTER = 0.2  # inches that the letter takes

Rows = list[list[Picture]]


def combined(make: Sequence[Callable[[Page], Picture]], page: Page) -> Picture:
    """Return the figures as one, in their order: as many side by side as a page holds, the others below them."""
    rows = in_rows(make, page)
    parts = [one for row in rows for one in row]
    heights = [max(one.height for one in row) + LETTER for row in rows]
    return Picture(
        name="+".join(one.name for one in parts),
        height=sum(heights),
        compose=partial(compose, rows=rows, heights=heights),
        caption="\n".join(captions(parts)) + "\n",
        alt=f"{len(parts)} figures in one. "
        + " ".join(f"{letter} {one.alt.strip()}" for letter, one in lettered(parts))
        + "\n",
        columns=columns(parts),
    )


def in_rows(make: Sequence[Callable[[Page], Picture]], page: Page) -> Rows:
    """Return the pictures row by row, each made for its own part of the page, those of a row about equally high."""
    rows: Rows = []
    left = list(make)
    while left:
        for count in range(page.across(len(left), ACROSS, LEAST), 0, -1):
            row = [one(page.part(count)) for one in left[:count]]
            heights = [one.height for one in row]
            if max(heights) <= ALIKE * min(heights):
                break
        rows.append(row)
        left = left[len(row) :]
    return rows


def lettered(parts: Sequence[Picture]) -> Iterator[tuple[str, Picture]]:
    """Give each picture with its letter: (a), (b), …"""
    for letter, one in zip(string.ascii_lowercase, parts, strict=False):
        yield f"({letter})", one


def compose(canvas: Canvas, rows: Rows, heights: Sequence[float]) -> None:
    """Draw every picture on its part of the figure, and its letter above it at the left."""
    letters = (letter for letter, _ in lettered([one for row in rows for one in row]))
    canvas.grid = canvas.figure.add_gridspec(len(rows), 1, height_ratios=list(heights))
    for place, (row, height) in enumerate(zip(rows, heights, strict=True)):
        strip = canvas.figure.add_subfigure(canvas.grid[place, 0])
        part = canvas.page.part(len(row))
        parts = [Canvas(spot, part, canvas.later) for spot in strip.subfigures(1, len(row), squeeze=False)[0]]
        canvas.rows.append(Row(height, parts))
        for beside, one in zip(parts, row, strict=True):
            one.compose(beside)
            beside.figure.suptitle(next(letters), x=0.005, ha="left", fontsize=points(9), fontweight="bold")


def captions(parts: Sequence[Picture]) -> Iterator[str]:
    """Give what all captions say, once, then the rest of each behind its letter."""
    lines = [one.caption.splitlines() for one in parts]
    shared = [line for line in lines[0] if all(line in other for other in lines) and is_statement(line)]
    yield from shared
    for (letter, one), own in zip(lettered(parts), lines, strict=True):
        yield f"{letter} {one.name}"
        yield from (line for line in own if line not in shared)


def is_statement(line: str) -> bool:
    """Say whether a line stands for itself: no item of a list and no head of one."""
    return line.endswith((".", "?")) and not line.startswith("- ")


def columns(parts: Sequence[Picture]) -> Mapping[str, NDArray[Any]]:
    """Return the numbers of all parts below one another, with the letter of each; empty what a part has not."""
    sizes = [len(next(iter(one.columns.values()))) for one in parts]
    found: dict[str, NDArray[Any]] = {
        "panel": np.repeat(np.asarray([letter.strip("()") for letter, _ in lettered(parts)], object), sizes)
    }
    for name in dict.fromkeys(name for one in parts for name in one.columns):
        pieces = [one.columns.get(name, np.full(size, "", object)) for one, size in zip(parts, sizes, strict=True)]
        found[name] = np.concatenate([np.asarray(piece, object) for piece in pieces])
    return found
