"""The closed forms of a study's claims as lines: at every length, or along a swept axis, for figures to draw."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gru_vanish.analysis.claims.cases import Study, metric_of
from gru_vanish.analysis.claims.claim import BoundClaim, bound_claims
from gru_vanish.analysis.claims.closed_form import ClosedForm, Given
from gru_vanish.analysis.claims.closed_forms import CLOSED_FORMS
from gru_vanish.analysis.claims.quantities import Index, NotMeasuredError
from gru_vanish.analysis.payload import FloatArray

BETWEEN = 60
"""Points between the ends of a swept axis at which a form is computed, beside the swept values themselves."""


@dataclass(frozen=True)
class FormLine:
    """A closed form of one series, or along one axis: its value by seed at every place."""

    form: str
    places: FloatArray
    values: Mapping[int, FloatArray]

    @property
    def median(self) -> FloatArray:
        """The median over the seeds that have a value; nan where none has."""
        return self.over_seeds(np.nanmedian)

    @property
    def mean(self) -> FloatArray:
        """The mean over the seeds that have a value; nan where none has."""
        return self.over_seeds(np.nanmean)

    def over_seeds(self, statistic: Callable[..., FloatArray]) -> FloatArray:
        """Return a statistic over the seeds at every place."""
        stacked = np.asarray(list(self.values.values()))
        known = np.isfinite(stacked).any(axis=0)
        return np.where(known, statistic(np.where(known, stacked, 0.0), axis=0), np.nan)


def form_of(one: BoundClaim) -> str | None:
    """Return the closed form that a claim names, None where it names none that there is."""
    name = getattr(one.claim.predicate, "form", None)
    return name if name in CLOSED_FORMS else None


def forms_of(study: Study, metric: str, series: Sequence[int]) -> tuple[str, ...]:
    """Return the closed forms that claims name for any of these series and that give the quantity, each once."""
    found: dict[str, None] = {}
    for one in bound_claims(study.manifest):
        name = form_of(one)
        about = {place for line in one.lines for place in line.series}
        if name is not None and metric in CLOSED_FORMS[name].metrics and about.intersection(series):
            found[name] = None
    return tuple(found)


def over_lengths(study: Study, metric: str, series: int, rank: int | None = None) -> Iterator[FormLine]:
    """Give the forms of a quantity of one series at all its lengths; nothing where no claim names one.

    ``rank`` is that of a quantity that has one, such as a singular value.
    """
    lengths = [int(length) for length in study.manifest["series"][series]["setting"]["lengths"]]
    beside: Index = () if rank is None else (("rank", rank),)
    points: list[Index] = [(("length", length), *beside) for length in lengths]
    yield from over_points(study, metric, series, points, np.asarray(lengths, np.float64))


def over_points(
    study: Study, metric: str, series: int, points: Sequence[Index], places: FloatArray, part: str | None = None
) -> Iterator[FormLine]:
    """Give the forms of a quantity of one series at points of its index, which lie at these places of an axis."""
    given = Given(study.manifest["series"][series]["setting"], series, study.quantities, study.seeds)
    for name in forms_of(study, metric, [series]):
        found = [at(CLOSED_FORMS[name], given, metric, index, part) for index in points]
        if any(found):
            yield line_of(name, places, found)


def along_axis(
    study: Study, metric: str, series: Sequence[int], axis: str, index: Index = (), part: str | None = None
) -> Iterator[FormLine]:
    """Give the forms of a number of these series along their swept axis, between the swept values too where it can."""
    entries = study.manifest["series"]
    swept = [float(entries[place]["swept"][axis]) for place in series]
    for name in forms_of(study, metric, series):
        form = CLOSED_FORMS[name]
        settings = {value: entries[place]["setting"] for value, place in zip(swept, series, strict=True)}
        numbers = dict(zip(swept, series, strict=True))
        if not form.measures:
            first = entries[series[0]]["setting"]
            between = np.linspace(min(swept), max(swept), BETWEEN).tolist()
            moved = {value: moved_to(first, axis, value) for value in between if value not in settings}
            settings |= {value: setting for value, setting in moved.items() if fits(form, setting)}
        places = sorted(settings)
        points = [
            at(form, Given(settings[x], numbers.get(x, series[0]), study.quantities, study.seeds), metric, index, part)
            for x in places
        ]
        if any(points):
            yield line_of(name, np.asarray(places, np.float64), points)


def fits(form: ClosedForm, setting: Mapping[str, Any] | None) -> bool:
    """Say whether there is such a setting, and the form is one of it."""
    return setting is not None and form.why_not(setting) is None


def at(form: ClosedForm, given: Given, metric: str, index: Index, part: str | None = None) -> Mapping[int, float]:
    """Return a form's value by seed at one point, nothing where it has none there."""
    try:
        return form.sample(given, metric, index, part).values
    except NotMeasuredError:
        return {}


def line_of(name: str, places: FloatArray, points: Sequence[Mapping[int, float]]) -> FormLine:
    """Return the line of these points."""
    seeds = dict.fromkeys(seed for point in points for seed in point)
    values = {seed: np.asarray([point.get(seed, np.nan) for point in points], np.float64) for seed in seeds}
    return FormLine(name, places, values)


def moved_to(setting: Mapping[str, Any], axis: str, value: float) -> Mapping[str, Any] | None:
    """Return a setting with another value of a swept number; None where no number stands at the axis' path."""
    words = axis.split(".")
    path = ["cell", *words[2:]] if words[0] == "cells" else words
    return replaced(setting, path, value)


def replaced(node: Any, path: Sequence[str], value: float) -> Any:
    """Return a copy of nested mappings with the number at a path replaced; None where there is none."""
    if not path:
        if isinstance(node, Mapping) and node.get("kind") == "constant":
            return {**node, "value": value}
        return value if isinstance(node, float) else None
    if not isinstance(node, Mapping) or path[0] not in node:
        return None
    below = replaced(node[path[0]], path[1:], value)
    return None if below is None else {**node, path[0]: below}


def claims_with_forms(study: Study) -> list[BoundClaim]:
    """Return the claims that hold something against a closed form."""
    return [one for one in bound_claims(study.manifest) if form_of(one) and metric_of(one)]
