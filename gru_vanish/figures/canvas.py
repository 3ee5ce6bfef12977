"""What a figure is drawn on: a whole figure or a part of one, with its panels, and the words below them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure, SubFigure
from matplotlib.gridspec import GridSpec

from gru_vanish.figures.pages import Page
from gru_vanish.figures.style import points
from gru_vanish.figures.text import wrapped

DPI = 100.0  # at which letters are measured
PAD = 0.025  # inches around all panels
EDGE = 6.0  # pixels that words below the panels keep away from the edges, both together
BELOW = 0.32  # inches of the default page that every figure leaves below its panels for words

Later = Callable[[], bool]
"""What is done when every panel has its place; true where it has added something that takes place itself."""


@dataclass
class Canvas:
    """``page`` is as wide as ``figure``; ``later`` is worked off once all has been laid out."""

    figure: Figure | SubFigure
    page: Page
    later: list[Later] = field(default_factory=list)
    below: dict[str, Any] = field(default_factory=dict)
    """What stands below all panels."""
    rows: list["Row"] = field(default_factory=list)
    """The parts of a figure of several, row by row."""
    grid: GridSpec | None = None
    """Where these rows stand."""

    @classmethod
    def of(cls, page: Page) -> "Canvas":
        """Return an empty figure, as large as the look at hand says."""
        figure = Figure(layout="constrained", dpi=DPI)
        figure.get_layout_engine().set(w_pad=PAD, h_pad=PAD)  # type: ignore[union-attr, call-arg]
        FigureCanvasAgg(figure)
        return cls(figure, page)

    @property
    def renderer(self) -> RendererAgg:
        """What measures letters."""
        return cast(RendererAgg, cast(Any, self.figure.canvas).get_renderer())

    def panels(self, count: int, across: int, **shared: Any) -> list[Axes]:
        """Return so many panels, so many of them in a row."""
        places = list(self.figure.subplots(math.ceil(count / across), across, squeeze=False, **shared).flat)
        for axes in places[count:]:
            axes.remove()
        return places[:count]

    def legend(self, handles: Sequence[Artist], note: str | None = None, most: int = 3, **look: Any) -> None:
        """Write what lines and marks mean below all panels, as many side by side as there is room for."""
        self.below = {"handles": list(handles), "note": note, "most": most, "look": look}
        for old in list(self.figure.legends):
            old.remove()
        if not handles and not note:
            return
        title = wrapped(note, self.page.wrap()) if note else None
        for columns in range(max(1, min(most, len(handles))), 0, -1):
            found = self.figure.legend(
                handles=list(handles), title=title, title_fontsize=points(7), loc="outside lower center", ncols=columns,
                frameon=False, **look,
            )  # fmt: skip
            if columns == 1 or found.get_window_extent(self.renderer).width <= self.figure.bbox.width - EDGE:
                return
            found.remove()

    def add_below(self, handles: Sequence[Artist]) -> None:
        """Write more of them below all panels, before those that are there."""
        there = self.below or {"handles": [], "note": None, "most": 3, "look": {}}
        self.legend([*handles, *there["handles"]], there["note"], there["most"], **there["look"])

    def overflow(self) -> float:
        """Return the inches by which the words below are higher than every figure leaves for them."""
        heights = [one.get_window_extent(self.renderer).height / DPI for one in self.figure.legends]
        own = max(0.0, sum(heights) - BELOW * self.page.scale)
        return own + sum(row.overflow() for row in self.rows)

    def resize(self, width: float, height: float) -> None:
        """Give a figure that wants this many inches those that words below need besides, each row its own."""
        cast(Figure, self.figure).set_size_inches(width, height + self.overflow())
        if self.grid is not None:
            wanted = sum(row.height for row in self.rows)
            self.grid.set_height_ratios([row.height / wanted * height + row.overflow() for row in self.rows])

    def lay_out(self) -> None:
        """Give everything its place, once: that takes longer than to draw it, and all formats then agree.

        The words below take no height from the panels: the figure grows by what they need.
        """
        whole = cast(Figure, self.figure)
        width, height = whole.get_size_inches()
        self.resize(width, height)
        whole.draw_without_rendering()
        added = [step() for step in self.later]
        if any(added):
            self.resize(width, height)
            whole.draw_without_rendering()
        whole.set_layout_engine("none")


@dataclass(frozen=True)
class Row:
    """Parts of a figure side by side, and the inches of the default page that they want."""

    height: float
    parts: list[Canvas]

    def overflow(self) -> float:
        """Return the inches that words below the parts need besides."""
        return max(part.overflow() for part in self.parts)
