"""What a figure is: the measures that it is drawn from, and the function that makes its picture for a page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from gru_vanish.analysis import Findings
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.pages import Page


class NotDrawableError(ValueError):
    """What is stored of a study does not make this figure; the sentence says why."""


@dataclass(frozen=True)
class Picture:
    """A figure of a study, ready to be drawn on a canvas: alone, or as a part of several."""

    name: str
    height: float
    """inches of the default page"""
    compose: Callable[[Canvas], None]
    caption: str
    alt: str
    """what is seen, in words, for those who can not see it"""
    columns: Mapping[str, NDArray[Any]]
    """the numbers that are drawn"""


@dataclass(frozen=True)
class Figure:
    """``picture`` makes the picture for a page; what its columns mean stands in ``gru_vanish.figures.columns``.

    It raises `NotDrawableError` where no record of its measures is there yet, or where the study is not of the shape
    that the figure shows.
    """

    measures: tuple[str, ...]
    picture: Callable[[Findings, Page], Picture]
