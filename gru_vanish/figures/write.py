"""A figure on disk: three formats, its caption, and the numbers that were drawn."""

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from gru_vanish.figures.style import METADATA


def write_figure(
    figure: Figure, name: str, folder: Path, caption: str, columns: Mapping[str, NDArray[Any]]
) -> list[Path]:
    """Write ``name.pdf``, ``.svg``, ``.png``, ``.txt`` and ``.csv`` into the folder; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    figure.draw_without_rendering()  # laid out once: that takes longer than to draw it, and all formats agree
    figure.set_layout_engine("none")
    written = []
    for kind, metadata in METADATA.items():
        path = folder / f"{name}.{kind}"
        picture = io.BytesIO()  # drawn in full first: a failure leaves the file of before
        figure.savefig(picture, format=kind, metadata=metadata)
        path.write_bytes(picture.getvalue())
        written.append(path)
    for kind, text in (("txt", caption), ("csv", csv_text(columns))):
        path = folder / f"{name}.{kind}"
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return written


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
