"""Pictures, drawn from the table of an analysis alone."""

from collections.abc import Callable
from pathlib import Path

from gru_vanish.analysis import Table
from gru_vanish.figures import gradient_vs_length

FIGURES: dict[str, Callable[[Table, Path], list[Path]]] = {
    "gradient_vs_length": gradient_vs_length.draw_figure,
}

__all__ = ["FIGURES", "draw"]


def draw(name: str, table: Table, folder: Path) -> list[Path]:
    """Draw one figure into the folder and return the files; raise ``LookupError`` for an unknown name."""
    if name not in FIGURES:
        raise LookupError(f"no figure '{name}'; there is: {', '.join(FIGURES)}")
    return FIGURES[name](table, folder)
