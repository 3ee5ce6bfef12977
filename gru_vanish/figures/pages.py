"""The pages that figures are made for: how wide a venue's column and text are, and how large its letters.

Widths and sizes of letters are those of tueplots, which reads them off the venues' own style files. A figure file
counts in the inches and points of the default page, whose letters have `BASE` points: a page with larger letters is
a narrower one, and what is drawn on it is enlarged. So one set of rules serves all pages.
"""

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from tueplots import figsizes, fontsizes

BASE = 9.0  # points of the letters on the default page
WIDTH = 5.5  # inches of the default page: the text width of a conference page
SMALLEST = 6.0  # points; nothing is written in smaller letters
PAPER = 8.5  # inches that a page of a paper leaves for a figure, beside its caption
FLATTEST = 0.8  # of its own height: a figure is not pressed further to fit a page
GLYPH = 0.47  # mean width of a letter of STIX, in heights of the letters
COLUMN, FULL = "column", "full"
WIDTHS = (COLUMN, FULL)

Sizes = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """A page: its width in inches, the settings of its letters, and the greatest height of a figure, if any."""

    venue: str
    columns: str
    width: float
    letters: Mapping[str, Any]
    tallest: float | None = None

    @property
    def name(self) -> str:
        """What the page is called, also as a folder; the default page has none of its own."""
        return f"{self.venue}-{self.columns}"

    @property
    def scale(self) -> float:
        """How much larger its letters are than those of the default page."""
        return float(self.letters["font.size"]) / BASE

    @property
    def room(self) -> float:
        """Its width in inches of the default page."""
        return self.width / self.scale

    def across(self, count: int, most: int, least: float = 1.5) -> int:
        """Return how many panels stand side by side: at most so many, none narrower than ``least`` inches.

        Rows are about equally long: four panels of which three have room are two and two.
        """
        widest = max(1, min(count, most, int(self.room / least + 1e-9)))
        return math.ceil(count / math.ceil(count / widest))

    def row(self, heights: Mapping[int, float], across: int) -> float:
        """Return the height of a row, from the heights by the number of panels in a row of the default page."""
        widths = sorted(WIDTH / count for count in heights)
        return float(np.interp(self.room / across, widths, [heights[round(WIDTH / width)] for width in widths]))

    def wrap(self, across: int = 1, most: int = 60, points: float = 7.0, margin: float = 0.3) -> int:
        """Return the letters of a line above or below one of the panels side by side, at most so many."""
        return max(12, min(most, int((self.room / across - margin) * 72 / (points * GLYPH))))

    def height(self, wanted: float) -> float:
        """Return the height in inches of a figure that wants this much on the default page."""
        natural = wanted * self.scale
        return natural if self.tallest is None else max(min(natural, self.tallest), FLATTEST * natural)

    def part(self, count: int) -> "Page":
        """Return one of so many equal parts side by side."""
        return replace(self, width=self.width / count, tallest=None)


@dataclass(frozen=True)
class Venue:
    """The two widths of a venue in inches, equal where its text has one column, and its letters."""

    column: float
    full: float
    letters: Mapping[str, Any]
    tallest: float | None = PAPER


def venue(letters: Sizes, full: Sizes, column: Sizes | None = None) -> Venue:
    """Return a venue of tueplots."""
    widths = [float(sizes()["figure.figsize"][0]) for sizes in (column or full, full)]
    return Venue(widths[0], widths[1], letters())


def slides() -> Venue:
    """Return a 16:9 slide; a column is half of it, and a title and a line of words stay free."""
    (full, tallest), (half, _) = (
        figsizes.beamer_169(rel_width=share, rel_height=0.85)["figure.figsize"] for share in (0.9, 0.45)
    )
    return Venue(float(half), float(full), fontsizes.beamer(), float(tallest))


def ieee() -> Venue:
    """Return IEEE's transactions, which tueplots lacks: 252 and 516 pt of the class IEEEtran, 8 pt as its captions."""
    small = dict.fromkeys(("legend.fontsize", "xtick.labelsize", "ytick.labelsize"), 7.0)
    return Venue(
        252 / 72.27, 516 / 72.27, {**dict.fromkeys(("font.size", "axes.labelsize", "axes.titlesize"), 8.0), **small}
    )


SCREEN = "screen"
VENUES: dict[str, Venue] = {
    SCREEN: Venue(WIDTH / 2, WIDTH, fontsizes.neurips2024(), None),
    "neurips": venue(fontsizes.neurips2024, figsizes.neurips2024),
    "icml": venue(fontsizes.icml2024, figsizes.icml2024_full, figsizes.icml2024_half),
    "iclr": venue(fontsizes.iclr2024, figsizes.iclr2024),
    "aistats": venue(fontsizes.aistats2025, figsizes.aistats2025_full, figsizes.aistats2025_half),
    "aaai": venue(fontsizes.aaai2024, figsizes.aaai2024_full, figsizes.aaai2024_half),
    "uai": venue(fontsizes.uai2023, figsizes.uai2023_full, figsizes.uai2023_half),
    "cvpr": venue(fontsizes.cvpr2024, figsizes.cvpr2024_full, figsizes.cvpr2024_half),
    "eccv": venue(fontsizes.eccv2024, figsizes.eccv2024),
    "probnum": venue(fontsizes.probnum2025, figsizes.probnum2025_full, figsizes.probnum2025_half),
    "jmlr": venue(fontsizes.jmlr2001, figsizes.jmlr2001),
    "tmlr": venue(fontsizes.tmlr2023, figsizes.tmlr2023),
    "ieee": ieee(),
    "slides": slides(),
}
"""Every venue by its name on the command line; the first is the default."""


def page_of(name: str, columns: str = FULL) -> Page:
    """Return the page of a venue, ``column`` or ``full``; raise ``LookupError`` for a word that is none."""
    found, which = known("venue", name, VENUES), known("width", columns, WIDTHS)
    one = VENUES[found]
    return Page(found, which, one.column if which == COLUMN else one.full, one.letters, one.tallest)


def known(what: str, word: str, words: Any) -> str:
    """Return the word if it is one of these; raise ``LookupError`` with the nearest."""
    if word in words:
        return word
    close = difflib.get_close_matches(word.lower(), list(words), n=1)
    hint = f"; did you mean '{close[0]}'?" if close else "."
    raise LookupError(f"no {what} '{word}'{hint} There is: {', '.join(words)}")


DEFAULT = page_of(SCREEN)
