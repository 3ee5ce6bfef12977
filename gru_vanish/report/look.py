"""One look for all charts of the page. Colours are those of its style sheet, so charts follow light, dark and print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

HEIGHT = 380
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
LIGHT = {
    "paper": "#ffffff", "ink": "#1b1f24", "muted": "#57606a", "line": "#d0d7de",
    "c0": "#1b1f24", "c1": "#c44900", "c2": "#0969a8", "c3": "#00785a",
    "c4": "#a3407f", "c5": "#8a6100", "c6": "#2f7fb8",
    "p0": "#0969a8", "p1": "#d2691e", "p2": "#2a9577", "p3": "#c678a8",
    "p4": "#a17c1a", "p5": "#4f96c9", "p6": "#7d8691",
    "p7": "#9a6ad6", "p8": "#5b6470",
}  # fmt: skip
DARK = {
    "paper": "#14171c", "ink": "#e8eaed", "muted": "#a2abb6", "line": "#3a424c",
    "c0": "#e8eaed", "c1": "#ff8f4a", "c2": "#58b1f0", "c3": "#37cfa3",
    "c4": "#e58cc4", "c5": "#e3b341", "c6": "#9ad0f5",
    "p0": "#4a9bdb", "p1": "#e58a4b", "p2": "#3fb795", "p3": "#d08bb6",
    "p4": "#caa23f", "p5": "#9cc8ea", "p6": "#8b949e",
    "p7": "#b493e6", "p8": "#c9d1d9",
}  # fmt: skip
"""The style sheet's colours; Okabe and Ito's, those of the figures, with the lightness that each ground asks for."""
VIRIDIS = ("#440154", "#482878", "#3e4a89", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6dcd59", "#b4de2c", "#fde725")
"""Colours of a map, evenly spaced from low to high; the luminance rises, so grey keeps the order."""
HUES = 7
DASHES = ([1, 0], [7, 3], [2, 2.5], [9, 3, 2, 3], [12, 3], [5, 2, 2, 2, 2, 2], [3, 5])
"""A dash beside every colour, so that curves can be told apart in grey."""

CONFIG: Mapping[str, Any] = {
    "background": None,
    "font": FONT,
    "mark": {"aria": False},
    "view": {"stroke": None},
    "axis": {
        "aria": False, "labelColor": "var(--muted)", "titleColor": "var(--ink)", "domainColor": "var(--muted)",
        "tickColor": "var(--muted)", "gridColor": "var(--line)", "gridOpacity": 0.6, "labelFontSize": 12,
        "titleFontSize": 12.5, "titleFontWeight": "normal", "titlePadding": 8, "labelPadding": 4,
    },
    "legend": {
        "labelColor": "var(--ink)", "titleColor": "var(--muted)", "labelFontSize": 12, "titleFontWeight": "normal",
    },
    "text": {"font": FONT, "color": "var(--ink)"},
}  # fmt: skip


@dataclass(frozen=True)
class Colours:
    """The colour and the dash of every network."""

    count: int

    def hue(self, place: int) -> str:
        """Return the name of a network's colour in the style sheet."""
        return f"c{place % HUES}"

    def dash(self, place: int) -> Sequence[float]:
        """Return a network's dash; with more networks than hues another one for the same hue."""
        return DASHES[(place + place // HUES) % len(DASHES)]

    def scale(self) -> alt.Color:
        """Return the colour by network, without a legend: that is a list of buttons."""
        domain = list(range(self.count))
        hues = [f"var(--{self.hue(place)})" for place in domain]
        return alt.Color("label:N", scale=alt.Scale(domain=domain, range=hues), legend=None)

    def dashes(self) -> alt.StrokeDash:
        """Return the dash by network."""
        domain = list(range(self.count))
        scale = alt.Scale(domain=domain, range=[list(self.dash(place)) for place in domain])
        return alt.StrokeDash("label:N", scale=scale, legend=None)
