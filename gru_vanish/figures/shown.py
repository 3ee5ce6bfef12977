"""Figures of a study as matplotlib's own, for whoever shows them on a screen, and not in a file."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from matplotlib.figure import Figure
from numpy.typing import NDArray

from gru_vanish.figures.cut import fitted
from gru_vanish.figures.figure import Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.style import METADATA, look


@dataclass(frozen=True, eq=False)
class ShownFigure:
    """One figure, laid out for a page; a notebook shows it by itself."""

    name: str
    figure: Figure = field(repr=False)
    """matplotlib's own; what it looks like once it is drawn by others depends on their settings too"""
    caption: str = field(repr=False)
    alt: str = field(repr=False)
    """what is seen, in words, for those who can not see it"""
    columns: Mapping[str, NDArray[Any]] = field(repr=False)
    """the numbers that are drawn"""
    png: bytes = field(repr=False)
    """the very bytes that `draw` writes"""

    def _repr_png_(self) -> bytes:
        """The picture, as a notebook shows it."""
        return self.png


def shown(one: Picture, page: Page) -> Iterator[ShownFigure]:
    """Give a picture as figures of matplotlib: one, or several where the page does not hold it."""
    figures = list(fitted(one, page))
    for place, figure in enumerate(figures, 1):
        name = one.name if len(figures) == 1 else f"{one.name}-{place}"
        picture = io.BytesIO()
        with look(figure.get_figheight(), page):
            figure.savefig(picture, format="png", metadata=METADATA["png"])
        yield ShownFigure(name, figure, one.caption, one.alt, one.columns, picture.getvalue())
