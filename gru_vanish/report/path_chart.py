"""Through which gate paths the gradient flows: the shares of the selected series, which add up to 1."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from gru_vanish.report.data import SERIES, Table
from gru_vanish.report.look import FONT
from gru_vanish.report.rounding import rounded
from gru_vanish.report.signals import layered, present, selected
from gru_vanish.report.sliders import Slider

PATHS = "paths"
ROW = 54
"""Pixels of a network: its name and its bar."""
HUES = tuple(f"var(--p{place})" for place in range(9))


def path_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return one row for each series and path with a share over all steps of the longest length."""
    known = [row for row in rows if row["path"] is not None and row["share"] is not None]
    return {
        "series": [row["series"] for row in known],
        "path": [row["path"] for row in known],
        "length": [row["length"] for row in known],
        **{name: [rounded(row[name]) for row in known] for name in ("share", "share_low", "share_high")},
    }


def path_chart(table: Table, networks: int, sliders: Sequence[Slider]) -> alt.TopLevelMixin:
    """Return the chart: a bar for each network, its name above it."""
    paths = list(dict.fromkeys(table["path"]))
    fields = ["label", "name", *(f"a{index}" for index in range(len(sliders)))]
    base = (
        alt.Chart(alt.NamedData(PATHS))
        .transform_lookup("series", alt.LookupData(alt.NamedData(SERIES), "series", fields))
        .transform_filter(f"{present()} && {selected(sliders)}")
        .transform_calculate(
            order=f"indexof({paths}, datum.path)",
            interval="isValid(datum.share_low) ? datum.share_low + ' … ' + datum.share_high : 'one seed: none'",
        )
        .encode(y=alt.Y("label:O", axis=None, scale=alt.Scale(padding=0)))
    )
    colour = alt.Color(
        "path:N",
        scale=alt.Scale(domain=paths, range=[HUES[place % len(HUES)] for place in range(len(paths))]),
        legend=alt.Legend(title="path", orient="top", direction="horizontal", columns=4, symbolType="square"),
    )
    shares = [share for share in table["share"] if share is not None]
    ends = [min(0.0, *shares), max(1.0, *shares)]
    bars = base.mark_bar(height=18, yOffset=9).encode(
        x=alt.X(
            "share:Q",
            title="share of the gradient",
            axis=alt.Axis(format=".2~f", tickCount=6),
            scale=alt.Scale(domain=ends, nice=False),
        ),
        color=colour,
        order="order:Q",
        tooltip=[
            alt.Tooltip("name:N", title="network"),
            alt.Tooltip("path:N", title="path"),
            alt.Tooltip("share:Q", title="share"),
            alt.Tooltip("interval:N", title="95 % interval over seeds"),
            alt.Tooltip("length:Q", title="T"),
        ],
    )
    names = (
        base.transform_aggregate(name="min(name)", groupby=["label"])
        .mark_text(align="left", baseline="bottom", dy=-3, font=FONT, fontSize=12, color="var(--ink)", limit=340)
        .encode(text="name:N", x=alt.value(2))
    )
    return layered([bars, names], sliders, ROW * max(networks, 1))
