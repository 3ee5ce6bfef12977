"""Which series goes into which panel, in which colour, under which words.

Up to six series share one panel.  With more, a label that is swept has a panel of its own, and the labels
with one setting share one; the plain RNN is repeated in pale grey wherever it is not among the curves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gru_vanish.analysis import SeriesTable, Table
from gru_vanish.analysis.names import Facet, number
from gru_vanish.figures.style import COLOURS, DASHES, sequential

TOGETHER = 6


@dataclass(frozen=True)
class Curve:
    """One series as it is drawn; ``inline``, a value of ``axis``, may stand on the curve itself."""

    series: SeriesTable
    words: str
    colour: str
    dashes: Any
    inline: str | None = None
    axis: str = ""


@dataclass(frozen=True)
class Panel:
    """The curves of one panel; the title holds what they share."""

    title: str
    curves: tuple[Curve, ...]
    reference: SeriesTable | None
    narrow: bool


def groups(series: Sequence[SeriesTable]) -> list[list[SeriesTable]]:
    """Return the series by label, in the order of the labels' first appearance."""
    found: dict[str, list[SeriesTable]] = {}
    for one in series:
        found.setdefault(one.label, []).append(one)
    return list(found.values())


def varying(series: Sequence[SeriesTable]) -> list[str]:
    """Return the keys of the facets that are not the same in all of these series."""
    keys = list(dict.fromkeys(facet.key for one in series for facet in one.name.facets))
    return [key for key in keys if len({facet_text(one, key) for one in series}) > 1]


def facet_text(one: SeriesTable, key: str) -> str | None:
    """Return this facet's words in a series' name."""
    return next((facet.text for facet in one.name.facets if facet.key == key), None)


def split(group: list[SeriesTable]) -> list[list[SeriesTable]]:
    """Split a group swept over several axes at the first of them, until a part has one axis or fits."""
    keys = varying(group)
    if len(group) <= TOGETHER or len(keys) < 2:
        return [group]
    parts: dict[str | None, list[SeriesTable]] = {}
    for one in group:
        parts.setdefault(facet_text(one, keys[0]), []).append(one)
    return [smaller for part in parts.values() for smaller in split(part)]


def arrange(table: Table) -> list[Panel]:
    """Return the panels of the series that have at least one measured seed."""
    series = [one for one in table.series if one.curves]
    if len(series) <= TOGETHER:
        return [panel(series, None, narrow=False)] if series else []
    swept = [part for group in groups(series) if len(group) > 1 for part in split(group)]
    single = [group[0] for group in groups(series) if len(group) == 1]
    parts = [single[start : start + TOGETHER] for start in range(0, len(single), TOGETHER)] + swept
    reference = next((one for one in series if one.setting["cell"]["kind"] == "rnn"), None)
    return [panel(part, reference, narrow=len(parts) > 1) for part in parts]


def panel(series: Sequence[SeriesTable], reference: SeriesTable | None, narrow: bool) -> Panel:
    """Return one panel: shared words in the title, the rest at the curves."""
    shared = shared_facets(series)
    title = panel_title(series, shared)
    hidden = {facet.key for facet in shared} if title else set()
    curves: list[Curve] = []
    categorical = 0
    for group in groups(series):
        axis = numeric_axis(group)
        if axis is None:
            for one in group:
                place = categorical % len(COLOURS)
                curves.append(Curve(one, words(one, title, hidden), COLOURS[place], DASHES[place]))
                categorical += 1
        else:
            curves += swept_curves(group, axis, title, hidden)
    beside = None if any(one is reference for one in series) else reference
    return Panel(title, tuple(curves), beside, narrow)


def panel_title(series: Sequence[SeriesTable], shared: Sequence[Facet]) -> str:
    """Return what the names of several series have in common, nothing where their cells differ."""
    if len(series) == 1 or len({one.name.cell for one in series}) > 1:
        return ""
    return ", ".join([series[0].name.cell, *(facet.text for facet in shared)])


def swept_curves(group: Sequence[SeriesTable], axis: str, title: str, hidden: set[str]) -> list[Curve]:
    """Return a numeric sweep's curves, dark to light with the rising value."""
    ordered = sorted(group, key=lambda one: float(one.swept[axis]))
    word = axis_word(ordered, axis)
    return [
        Curve(one, words(one, title, hidden), colour, "solid", inline(one, axis) if word else None, word)
        for one, colour in zip(ordered, sequential(len(ordered)), strict=True)
    ]


def inline(one: SeriesTable, axis: str) -> str:
    """Return the swept value to three digits."""
    return number(float(f"{float(one.swept[axis]):.3g}"))


def axis_word(group: Sequence[SeriesTable], axis: str) -> str:
    """Return what the values are values of: "b_z" where a name says "b_z = −4"; empty where no name does.

    Without such a word the number alone would hide the rest of the name, and the name is listed instead.
    """
    for one in group:
        value = number(float(one.swept[axis]))
        for facet in one.name.facets:
            if facet.text.endswith(f" {value}"):
                return facet.text.removesuffix(value).removesuffix("= ").strip()
    return ""


def shared_facets(series: Sequence[SeriesTable]) -> list[Facet]:
    """Return the facets that all these series have in common, in the order of the name."""
    others = [set(one.name.facets) for one in series]
    return [facet for facet in series[0].name.facets if all(facet in other for other in others)]


def words(one: SeriesTable, title: str, hidden: set[str]) -> str:
    """Return the part of a series' name that the panel's title does not say already."""
    facets = [facet.text for facet in one.name.facets if facet.key not in hidden]
    text = ", ".join(facets) if title else ", ".join([one.name.cell, *facets])
    remarks = [f"{one.progress} seeds"] if one.missing else []
    gone = np.flatnonzero(one.share_exact_zero() == 1.0)
    if gone.size:
        remarks.append(f"exactly 0 from T = {one.lengths[gone[0]]}")
    return f"{text} ({'; '.join(remarks)})" if remarks else text


def numeric_axis(group: Sequence[SeriesTable]) -> str | None:
    """Return the one swept axis of this group if it is numeric and at least three values long."""
    axes = dict.fromkeys(axis for one in group for axis in one.swept)
    moving = [axis for axis in axes if len({repr(one.swept.get(axis)) for one in group}) > 1]
    if len(group) < 3 or len(moving) != 1:
        return None
    values = [one.swept.get(moving[0]) for one in group]
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
        return None
    return moving[0]
