"""Two studies in one figure: the gradient of every pair of series, and the differences with their intervals."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from gru_vanish.analysis import Column, Comparison
from gru_vanish.analysis.columns import BAND_COLUMNS
from gru_vanish.analysis.comparing import DIFFERENCE_COLUMNS
from gru_vanish.figures.combined import LETTER, Rows, captions, columns, compose, in_rows, lettered
from gru_vanish.figures.compared_curves import curves_picture
from gru_vanish.figures.compared_numbers import numbers_picture
from gru_vanish.figures.compared_words import pair_lines
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.pages import DEFAULT, Page
from gru_vanish.figures.statements import joined

NAME = "comparison"

_BANDS = {column.name: column for column in BAND_COLUMNS}
_DIFFERENCES = {column.name: column for column in DIFFERENCE_COLUMNS}
COMPARISON_COLUMNS = (
    Column("panel", "", "letter of the part of the figure, where it has two"),
    _DIFFERENCES["series"],
    Column("study", "", "A or B"),
    *(
        _BANDS[name]
        for name in ("length", "seeds", "ln_h0_gradient_median", "ln_h0_gradient_low", "ln_h0_gradient_high")
    ),
    Column("number", "", "measure and number, the part in brackets"),
    *(_DIFFERENCES[name] for name in ("unit", "difference", "difference_low", "difference_high", "p_holm", "outcome")),
)
"""The columns of the CSV beside the figure; it holds those of the parts that are drawn."""


def comparison_picture(comparison: Comparison, page: Page = DEFAULT) -> Picture:
    """Return the figure of two studies; where one of its parts can not be drawn, the other alone.

    Raises `NotDrawableError` where neither can.
    """
    parts: list[Callable[[Page], Picture]] = []
    faults = []
    for make in (curves_picture, numbers_picture):
        try:
            make(comparison, page)
        except NotDrawableError as fault:
            faults.append(str(fault))
        else:
            parts.append(partial(make, comparison))
    if not parts:
        raise NotDrawableError("; ".join(faults))
    whole = parts[0](page) if len(parts) == 1 else together(parts, page)
    return replace(whole, name=NAME, caption=whole.caption + joined(pair_lines(comparison)))


def together(parts: Sequence[Callable[[Page], Picture]], page: Page) -> Picture:
    """Return both parts side by side or one above the other: as more of the numbers have room, or else the lower."""
    layouts = [in_rows(parts, page), [[one(page)] for one in parts]]
    rows = min(layouts, key=lambda rows: (-amount(rows), sum(heights(rows))))
    own = heights(rows)
    drawn = [one for row in rows for one in row]
    return Picture(
        NAME,
        sum(own),
        partial(compose, rows=rows, heights=own),
        joined(captions(drawn)),
        " ".join(f"{letter} {one.alt.strip()}" for letter, one in lettered(drawn)) + "\n",
        columns(drawn),
    )


def heights(rows: Rows) -> list[float]:
    """Return the inches of every row."""
    return [max(one.height for one in row) + LETTER for row in rows]


def amount(rows: Rows) -> int:
    """Return how many numbers are drawn."""
    return sum(len(next(iter(one.columns.values()))) for row in rows for one in row)
