"""One look for all figures: sizes, fonts, colours, and settings that make two runs give the same bytes."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, cast

import numpy as np
from matplotlib import colormaps, rc_context, rcParams
from matplotlib.colors import to_hex
from tueplots import axes

from gru_vanish.figures.pages import BASE, DEFAULT, SMALLEST, Page

# Okabe & Ito's colours, those of most contrast first; their yellow is left out: on white it is lost.
COLOURS = ("#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
# A dash pattern beside every colour, so that the curves can be told apart in grey.
DASHES: tuple[Any, ...] = (
    "solid",
    (0, (4, 1.2)),
    (0, (1.2, 1.2)),
    (0, (5, 1.2, 1.2, 1.2)),
    (0, (7, 2)),
    (0, (4, 1, 1, 1, 1, 1)),
    (0, (2, 2)),
)
REFERENCE = "#8C8C8C"
FLOOR = "#EDEDED"


def rc_params(height: float, page: Page) -> dict[str, Any]:
    """Return matplotlib's settings for a figure of a page's width and this height in inches."""
    return {
        **page.letters,
        **axes.lines(base_width=0.5),
        "figure.figsize": (page.width, height),
        "font.family": ["STIXGeneral", "DejaVu Sans"],
        "mathtext.fontset": "stix",
        "text.usetex": False,
        "axes.unicode_minus": True,
        "pdf.fonttype": 42,  # Type 42: text stays text, as most journals ask
        "ps.fonttype": 42,
        "svg.fonttype": "path",
        "svg.hashsalt": "gru-vanish",  # otherwise the ids in an SVG are random
        "hatch.linewidth": 0.4,
        "savefig.dpi": 300,
        "savefig.facecolor": "white",
        "savefig.bbox": None,  # a tight box would change the width
        "path.simplify": True,
    }


def look(height: float, page: Page = DEFAULT) -> AbstractContextManager[None]:
    """Return the context in which a figure of this height in inches is made and written."""
    # matplotlib's types ask for the literal name of every setting, which a merged dict can not show.
    return rc_context(cast(Any, rc_params(height, page)))


def points(size: float) -> float:
    """Return the size on the page at hand of letters that have this many points on the default page."""
    return max(SMALLEST, size * float(rcParams["font.size"]) / BASE)


# Without these dates (and the SVG's salt above) two runs would not give the same bytes.
METADATA: dict[str, dict[str, Any]] = {
    "pdf": {"CreationDate": None, "Creator": "gru-vanish", "Producer": "gru-vanish"},
    "svg": {"Date": None, "Creator": "gru-vanish"},
    "png": {"Software": "gru-vanish"},
}


def sequential(count: int) -> list[str]:
    """Return colours from dark to light for an ordered axis; the luminance rises: grey keeps the order."""
    scale = colormaps["viridis"]
    places: Sequence[float] = np.linspace(0.0, 0.72, count).tolist() if count > 1 else [0.3]
    return [to_hex(scale(place)) for place in places]
