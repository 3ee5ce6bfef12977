"""The cells of a study as the page tells of them: one entry for each label, whatever is swept within it."""

from collections.abc import Sequence
from dataclasses import dataclass

from gru_vanish.analysis import Findings, Named
from gru_vanish.analysis.axes import by_label, shared_facets


@dataclass(frozen=True)
class Network:
    """One label: its place among all, what its series' names have in common, and its equations as text."""

    place: int
    label: str
    name: str
    equations: str
    series: tuple[Named, ...]


def series_of(findings: Findings) -> Sequence[Named]:
    """Return the series of a study, in the order of its manifest."""
    if findings.has_headline:
        return findings.headline.series
    return findings.of(findings.measures[0]).series


def networks(findings: Findings) -> tuple[Network, ...]:
    """Return the cells in the order of their first series."""
    texts = findings.manifest.get("equations") or {}
    groups = by_label(series_of(findings))
    return tuple(
        Network(place, label, common_name(group), str(texts.get(label, "")), tuple(group))
        for place, (label, group) in enumerate(groups.items())
    )


def common_name(group: Sequence[Named]) -> str:
    """Return what the names of one label's series have in common."""
    return ", ".join([group[0].name.cell, *(facet.text for facet in shared_facets(group))])
