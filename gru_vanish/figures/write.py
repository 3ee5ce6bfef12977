"""A figure on disk: its picture in several formats, its caption, what is seen in words, and the numbers drawn."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from gru_vanish.figures.cut import fitted
from gru_vanish.figures.figure import Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.style import METADATA, look

FORMATS = tuple(METADATA)


def write_picture(one: Picture, folder: Path, page: Page, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Draw a picture on a page and write ``name.pdf`` …, ``.txt``, ``.alt.txt`` and ``.csv``; return their paths."""
    return write_and_measure(one, folder, page, formats)[0]


def write_and_measure(one: Picture, folder: Path, page: Page, formats: Sequence[str]) -> tuple[list[Path], float]:
    """Write a picture as `write_picture`; return the paths and the greatest height in inches that it has got.

    One that its page does not hold becomes ``name-1.pdf`` …, ``name-2.pdf`` …, with the numbers of all beside them.
    """
    figures = list(fitted(one, page))
    paths: list[Path] = []
    for place, figure in enumerate(figures, 1):
        name = one.name if len(figures) == 1 else f"{one.name}-{place}"
        which = "" if len(figures) == 1 else f"Part {place} of {len(figures)}.\n"
        with look(figure.get_figheight(), page):
            paths += saved(figure, name, folder, formats)
        paths += written(name, folder, {"txt": which + one.caption, "alt.txt": which + one.alt})
    paths += written(one.name, folder, {"csv": csv_text(one.columns)})
    return paths, max(float(figure.get_figheight()) for figure in figures)


def write_figure(
    figure: Figure, name: str, folder: Path, caption: str, columns: Mapping[str, NDArray[Any]]
) -> list[Path]:
    """Write a figure that is no study's as ``name.pdf``, ``.svg``, ``.png``, ``.txt`` and ``.csv``."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    drawn = saved(figure, name, folder, FORMATS)
    return [*drawn, *written(name, folder, {"txt": caption, "csv": csv_text(columns)})]


def saved(figure: Figure, name: str, folder: Path, formats: Sequence[str]) -> list[Path]:
    """Save a figure in each of the formats; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for kind in (kind for kind in METADATA if kind in formats):
        picture = io.BytesIO()  # drawn in full first: a failure leaves the file of before
        figure.savefig(picture, format=kind, metadata=METADATA[kind])
        paths.append(folder / f"{name}.{kind}")
        paths[-1].write_bytes(picture.getvalue())
    return paths


def written(name: str, folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write the texts beside a figure by their endings; return the files."""
    paths = []
    for kind, text in texts.items():
        paths.append(folder / f"{name}.{kind}")
        paths[-1].write_text(text, encoding="utf-8", newline="\n")
    return paths


def csv_text(columns: Mapping[str, NDArray[Any]]) -> str:
    """Return the columns as CSV; floats so that they read back exactly, nan as an empty cell."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*([cell(value) for value in column] for column in columns.values()), strict=True))
    return stream.getvalue()


def cell(value: Any) -> str:
    """Return one CSV cell; text that a spreadsheet would run as a formula gets a leading apostrophe."""
    if isinstance(value, float | np.floating):
        return repr(float(value)) if math.isfinite(value) else ""
    text = str(value)
    formula = isinstance(value, str) and text.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{text}" if formula else text
