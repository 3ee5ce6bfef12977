"""A series of one of two studies, how a user may name it, and what a pair of them is called."""

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gru_vanish.analysis.names import Facet, SeriesName, facets, series_names


@dataclass(frozen=True)
class Series:
    """An entry of a manifest; ``point`` are its swept values by their paths within the cell."""

    index: int
    label: str
    name: SeriesName
    point: Mapping[str, Any]
    setting: Mapping[str, Any]


def series_of(manifest: Mapping[str, Any]) -> list[Series]:
    """Return the series of a manifest in its order."""
    entries = manifest["series"]
    return [
        Series(index, str(one["label"]), name, point_of(one), one["setting"])
        for index, (one, name) in enumerate(zip(entries, series_names(entries), strict=True))
    ]


def point_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return swept values by paths without the cell's label, so that two labels may have the same ones."""
    start = f"cells.{entry['label']}."
    return {path.removeprefix(start): value for path, value in entry.get("swept", {}).items()}


def resolved(word: str, manifest: Mapping[str, Any], series: Sequence[Series]) -> list[Series]:
    """Return the series that a name means: a label, a short name, or a number in the manifest, from 0.

    Raises ``LookupError`` with the nearest name.
    """
    plain = word.strip().replace("-", "−")
    found = [one for one in series if one.label == word.strip()]
    found = found or [one for one in series if one.name.short.replace("-", "−") == plain]
    if not found and word.strip().isdecimal():
        found = [one for one in series if one.index == int(word)]
    if found:
        return found
    names = list(dict.fromkeys([*(one.label for one in series), *(one.name.short for one in series)]))
    lowered = {name.lower(): name for name in names}
    close = difflib.get_close_matches(word.lower(), lowered, n=1)
    hint = f"; did you mean '{lowered[close[0]]}'?" if close else "."
    labels = ", ".join(dict.fromkeys(one.label for one in series))
    raise LookupError(f"study {manifest['name']} has no series '{word}'{hint} There is: {labels}")


def pair_names(pairs: Sequence[tuple[Series, Series]]) -> list[str]:
    """Return a name for every pair: what both have in common of their names; all are different."""
    names = [", ".join([cell_words(a, b), *(facet.text for facet in common_facets(a, b))]) for a, b in pairs]
    for words in (labels, numbers):
        taken = Counter(names)
        names = [
            f"{name} ({words(*pair)})" if taken[name] > 1 else name for name, pair in zip(names, pairs, strict=True)
        ]
    return names


def cell_words(a: Series, b: Series) -> str:
    """Return what the cells are called."""
    return a.name.cell if a.name.cell == b.name.cell else f"{a.name.cell} | {b.name.cell}"


def labels(a: Series, b: Series) -> str:
    """Return the labels, once where they are one."""
    return a.label if a.label == b.label else f"{a.label} | {b.label}"


def numbers(a: Series, b: Series) -> str:
    """Return the numbers in the manifests."""
    return f"{a.index} | {b.index}"


def common_facets(a: Series, b: Series) -> Iterator[Facet]:
    """Give the facets of either name that are true of both series."""
    told: set[str] = set()
    for one, other in ((a, b), (b, a)):
        true = {(facet.key, facet.text) for facet in facets(other.setting)}
        kept = {(facet.key, facet.text) for facet in other.name.facets}
        for facet in one.name.facets:
            if facet.key not in told and (facet.key, facet.text) in true | kept:
                told.add(facet.key)
                yield facet
