"""The axes of a sweep, read from the series themselves: what moves within a label, and whether it is a number."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from gru_vanish.analysis.named import Named
from gru_vanish.analysis.names import Facet

One = TypeVar("One", bound=Named)


def by_label(series: Sequence[One]) -> dict[str, list[One]]:
    """Return the series of every label, labels in the order of their first appearance."""
    found: dict[str, list[One]] = {}
    for one in series:
        found.setdefault(one.label, []).append(one)
    return found


def shared_facets(series: Sequence[Named]) -> list[Facet]:
    """Return the facets that all these series have in common, in the order of the name."""
    others = [set(one.name.facets) for one in series]
    return [facet for facet in series[0].name.facets if all(facet in other for other in others)]


def is_number(value: Any) -> bool:
    """Say whether a swept value is a number; true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def moving_axes(group: Sequence[Named]) -> list[str]:
    """Return the paths whose values differ within a group, in the order of the sweep."""
    paths = dict.fromkeys(path for one in group for path in one.swept)
    return [path for path in paths if len({repr(one.swept.get(path)) for one in group}) > 1]


def numeric_axes(group: Sequence[Named]) -> list[str] | None:
    """Return the paths whose values differ, None where one of them holds anything but numbers."""
    paths = moving_axes(group)
    return paths if all(is_number(one.swept.get(path)) for one in group for path in paths) else None


def at(one: Named, paths: Sequence[str]) -> Mapping[str, Any]:
    """Return a series' values on some axes."""
    return {path: one.swept.get(path) for path in paths}
