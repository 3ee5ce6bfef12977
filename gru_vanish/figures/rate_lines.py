"""Decay rates along one swept number: the lines of a panel, the cells beside them, and where they break even."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis import BreakEven, Estimate, SeriesTable, Table
from gru_vanish.analysis.axes import by_label, moving_axes, numeric_axes
from gru_vanish.analysis.axis_words import own_path
from gru_vanish.analysis.claims import FormLine, Study, along_axis
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.analysis.rows import Row, estimate
from gru_vanish.analysis.table import columns_of
from gru_vanish.figures.panels import common_name


@dataclass(frozen=True)
class RateLine:
    """One label along its axis: the points with a decay rate, by the rising swept value."""

    label: str
    name: str
    axis: str
    series: tuple[SeriesTable, ...]
    break_evens: tuple[BreakEven, ...]
    forms: tuple[FormLine, ...] = ()
    """Closed forms of the rates along the axis, where a claim names one."""

    @property
    def values(self) -> FloatArray:
        """The swept values."""
        return np.asarray([one.swept[self.axis] for one in self.series], np.float64)

    @property
    def rates(self) -> list[Estimate]:
        """The decay rates."""
        return [one.rate.whole for one in self.series if one.rate.whole is not None]

    @property
    def means(self) -> FloatArray:
        """Their means over seeds."""
        return np.asarray([rate.mean for rate in self.rates])


@dataclass(frozen=True)
class RatePanel:
    """Lines along axes of one name, and the unswept series beside them."""

    axis: str
    lines: tuple[RateLine, ...]
    references: tuple[SeriesTable, ...]


def line_of(label: str, group: Sequence[SeriesTable], axis: str, table: Table, study: Study | None) -> RateLine:
    """Return the line of one label."""
    known = [one for one in group if one.rate.whole is not None]
    ordered = sorted(known, key=lambda one: float(one.swept[axis]))
    met = [one for one in table.break_evens if one.label == label and one.axis == axis and one.value is not None]
    numbers = {id(one): place for place, one in enumerate(table.series)}
    places = [numbers[id(one)] for one in ordered]
    forms = along_axis(study, "decay_rate", places, axis) if study is not None and places else ()
    return RateLine(label, common_name(group), axis, tuple(ordered), tuple(met), tuple(forms))


def swept_once(table: Table) -> dict[str, str]:
    """Return the labels that are swept over exactly one axis, of numbers, with that axis."""
    axes = {label: numeric_axes(group) for label, group in by_label(table.series).items()}
    return {label: found[0] for label, found in axes.items() if found is not None and len(found) == 1}


def rate_panels(table: Table, study: Study | None = None) -> list[RatePanel]:
    """Return a panel for every swept number that has a measured point; with the study's closed forms if it is given."""
    groups, once = by_label(table.series), swept_once(table)
    references = tuple(
        group[0] for group in groups.values() if not moving_axes(group) and group[0].rate.whole is not None
    )
    panels: dict[str, list[RateLine]] = {}
    for label, axis in once.items():
        line = line_of(label, groups[label], axis, table, study)
        if line.series:
            panels.setdefault(own_path(axis), []).append(line)
    return [RatePanel(lines[0].axis, tuple(lines), references) for lines in panels.values()]


def columns(panels: Sequence[RatePanel]) -> dict[str, NDArray[Any]]:
    """Return the numbers that were drawn: one row per point, reference and break-even, empty where there is none."""
    rows: list[Row] = []
    for panel in panels:
        for line in panel.lines:
            for one, value in zip(line.series, line.values, strict=True):
                rows.append(row("point", line.label, one.name.short, float(value), one.rate.whole, one.rate.shape))
            for met in line.break_evens:
                rows.append(row("break_even", line.label, f"against {met.reference_name}", None, met.value, ""))
        for one in panel.references:
            rows.append(row("reference", one.label, one.name.short, None, one.rate.whole, one.rate.shape))
    return columns_of(rows)


def row(kind: str, label: str, name: str, swept: float | None, value: Estimate | None, shape: str) -> Row:
    """Return one row; a break-even's value is on the swept axis, all others are decay rates in nats per step."""
    return {"kind": kind, "label": label, "name": name, "swept": swept, **estimate("value", value), "shape": shape}
