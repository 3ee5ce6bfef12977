"""Figures of the study that the page has no chart for, as small pictures with their captions."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gru_vanish.report.compiled import data_uri
from gru_vanish.report.reduced import reduced

LONGEST_ALT = 1500


@dataclass(frozen=True)
class Picture:
    """A figure: its name, the picture as a data address with its size, what it shows, and its caption."""

    name: str
    address: str
    width: int
    height: int
    alt: str
    caption: tuple[str, ...]


def pictures(files: Sequence[Path]) -> list[Picture]:
    """Return the pictures among the files of figures, in their order."""
    return [picture(path) for path in files if path.suffix == ".png"]


def picture(path: Path) -> Picture:
    """Return one figure with the texts beside it."""
    small, (width, height) = reduced(path.read_bytes())
    caption = tuple(lines_of(path.with_suffix(".txt")))
    alt = " ".join(lines_of(path.with_suffix(".alt.txt"))) or " ".join(caption[:3])
    name = path.stem.replace("_", " ")
    return Picture(name, data_uri("image/png", small), width, height, alt[:LONGEST_ALT] or name, caption)


def lines_of(path: Path) -> list[str]:
    """Return the lines of a text beside a figure, none where there is no such file."""
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
