"""Which series goes into which panel, in which colour, under which words.

Up to six series share one panel.  With more, a label that is swept has a panel of its own, and the labels
with one setting share one; the plain RNN is repeated in pale grey wherever it is not among the curves.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from gru_vanish.analysis import Named
from gru_vanish.analysis.axes import by_label, shared_facets
from gru_vanish.analysis.names import Facet, number
from gru_vanish.figures.style import COLOURS, DASHES, sequential

TOGETHER = 6

One = TypeVar("One", bound=Named)
"""A series as one measure sees it."""
Remarks = Callable[[One], Sequence[str]]
"""What stands in brackets behind a series' name."""


@dataclass(frozen=True)
class Curve(Generic[One]):
    """One series as it is drawn; ``inline``, a value of ``axis``, may stand on the curve itself."""

    series: One
    words: str
    colour: str
    dashes: Any
    inline: str | None = None
    axis: str = ""


@dataclass(frozen=True)
class Panel(Generic[One]):
    """The curves of one panel; the title holds what they share."""

    title: str
    curves: tuple[Curve[One], ...]
    reference: One | None
    narrow: bool


def varying(series: Sequence[Named]) -> list[str]:
    """Return the keys of the facets that are not the same in all of these series."""
    keys = list(dict.fromkeys(facet.key for one in series for facet in one.name.facets))
    return [key for key in keys if len({facet_text(one, key) for one in series}) > 1]


def facet_text(one: Named, key: str) -> str | None:
    """Return this facet's words in a series' name."""
    return next((facet.text for facet in one.name.facets if facet.key == key), None)


def split(group: list[One]) -> list[list[One]]:
    """Split a group swept over several axes at the first of them, until a part has one axis or fits."""
    keys = varying(group)
    if len(group) <= TOGETHER or len(keys) < 2:
        return [group]
    parts: dict[str | None, list[One]] = {}
    for one in group:
        parts.setdefault(facet_text(one, keys[0]), []).append(one)
    return [smaller for part in parts.values() for smaller in split(part)]


def no_remarks(_: Named) -> Sequence[str]:
    """Say nothing."""
    return ()


def arrange(series: Sequence[One], remarks: Remarks[One] = no_remarks) -> list[Panel[One]]:
    """Return the panels of these series: those that are drawn, with at least one measured seed."""
    if len(series) <= TOGETHER:
        return [panel(series, None, False, remarks)] if series else []
    swept = [part for group in by_label(series).values() if len(group) > 1 for part in split(group)]
    single = [group[0] for group in by_label(series).values() if len(group) == 1]
    parts = [single[start : start + TOGETHER] for start in range(0, len(single), TOGETHER)] + swept
    reference = next((one for one in series if one.setting["cell"]["kind"] == "rnn"), None)
    return [panel(part, reference, len(parts) > 1, remarks) for part in parts]


def panel(series: Sequence[One], reference: One | None, narrow: bool, remarks: Remarks[One]) -> Panel[One]:
    """Return one panel: shared words in the title, the rest at the curves."""
    shared = shared_facets(series)
    title = panel_title(series, shared)
    hidden = {facet.key for facet in shared} if title else set()
    curves: list[Curve[One]] = []

    def words(one: One) -> str:
        return shown_words(one, title, hidden, remarks(one))

    together = by_label(series).values()
    # Each sweep has dashes of its own and all others come after these: no two share both shade and dash in grey.
    sweeps, categorical = 0, 0
    first = sum(numeric_axis(group) is not None for group in together)
    for group in together:
        axis = numeric_axis(group)
        if axis is None:
            for one in group:
                dashes = DASHES[(first + categorical) % len(DASHES)]
                curves.append(Curve(one, words(one), COLOURS[categorical % len(COLOURS)], dashes))
                categorical += 1
        else:
            curves += swept_curves(group, axis, words, DASHES[sweeps % len(DASHES)])
            sweeps += 1
    beside = None if any(one is reference for one in series) else reference
    return Panel(title, tuple(curves), beside, narrow)


def panel_title(series: Sequence[Named], shared: Sequence[Facet]) -> str:
    """Return what the names of several series have in common, nothing where their cells differ."""
    if len(series) == 1 or len({one.name.cell for one in series}) > 1:
        return ""
    return ", ".join([series[0].name.cell, *(facet.text for facet in shared)])


def common_name(series: Sequence[Named]) -> str:
    """Return what the names of one label's series have in common; of a matrix with a swept gain still its kind."""
    shared = shared_facets(series)
    words = panel_title(series, shared) or series[0].name.cell
    kinds = {recurrent_kind(one.setting) for one in series}
    if len(kinds) == 1 and (kind := kinds.pop()) and not any(facet.key == "cell.init.recurrent" for facet in shared):
        return f"{words}, {kind}"
    return words


def recurrent_kind(setting: Mapping[str, Any]) -> str:
    """Return the kind of the recurrent initialiser, empty where a cell has none."""
    recurrent = setting["cell"].get("init", {}).get("recurrent", "")
    return str(recurrent.get("kind", "")) if isinstance(recurrent, Mapping) else str(recurrent)


def swept_curves(group: Sequence[One], axis: str, words: Callable[[One], str], dashes: Any) -> list[Curve[One]]:
    """Return a numeric sweep's curves, dark to light with the rising value, all with the same dashes."""
    ordered = sorted(group, key=lambda one: float(one.swept[axis]))
    word = axis_word(ordered, axis)
    return [
        Curve(one, words(one), colour, dashes, inline(one, axis) if word else None, word)
        for one, colour in zip(ordered, sequential(len(ordered)), strict=True)
    ]


def inline(one: Named, axis: str) -> str:
    """Return the swept value to three digits."""
    return number(float(f"{float(one.swept[axis]):.3g}"))


def axis_word(group: Sequence[Named], axis: str) -> str:
    """Return what the values are values of: "b_z" where a name says "b_z = −4"; empty where no name does.

    Without such a word the number alone would hide the rest of the name, and the name is listed instead.
    """
    for one in group:
        value = number(float(one.swept[axis]))
        for facet in one.name.facets:
            if facet.text.endswith(f" {value}"):
                return facet.text.removesuffix(value).removesuffix("= ").strip()
    return ""


def shown_words(one: Named, title: str, hidden: set[str], remarks: Sequence[str]) -> str:
    """Return the part of a series' name that the panel's title does not say already, remarks in brackets."""
    facets = [facet.text for facet in one.name.facets if facet.key not in hidden]
    text = ", ".join(facets) if title else ", ".join([one.name.cell, *facets])
    found = [f"{one.progress} seeds"] if one.missing else []
    found += remarks
    return f"{text} ({'; '.join(found)})" if found else text


def numeric_axis(group: Sequence[Named]) -> str | None:
    """Return the one swept axis of this group if it is numeric and at least three values long."""
    axes = dict.fromkeys(axis for one in group for axis in one.swept)
    moving = [axis for axis in axes if len({repr(one.swept.get(axis)) for one in group}) > 1]
    if len(group) < 3 or len(moving) != 1:
        return None
    values = [one.swept.get(moving[0]) for one in group]
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
        return None
    return moving[0]
