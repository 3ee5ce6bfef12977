"""What a figure is: the measures that it is drawn from, and the function that draws it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gru_vanish.analysis import Findings


class NotDrawableError(ValueError):
    """What is stored of a study does not make this figure; the sentence says why."""


@dataclass(frozen=True)
class Figure:
    """``draw`` writes the files of the figure into a folder and returns their paths.

    It raises `NotDrawableError` where no record of its measures is there yet, or where the study is not of the shape
    that the figure shows.
    """

    measures: tuple[str, ...]
    draw: Callable[[Findings, Path], list[Path]]
