"""What a study's claims hold against closed forms, as curves: the quantity over seeds, and the form beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gru_vanish.analysis.claims.cases import Study, index_text, metric_of
from gru_vanish.analysis.claims.claim import BoundClaim
from gru_vanish.analysis.claims.form_lines import FormLine, along_axis, claims_with_forms, over_points
from gru_vanish.analysis.claims.metrics import Metric
from gru_vanish.analysis.claims.quantities import Index, NotMeasuredError
from gru_vanish.analysis.claims.sample import Sample, alone
from gru_vanish.analysis.payload import FloatArray

LENGTH = "length"


@dataclass(frozen=True)
class Compared:
    """One curve: mean or median over seeds with its interval, nan where it has none, and the closed forms of it."""

    series: tuple[int, ...]
    """By their numbers in the study, in the order of the places; one alone along an index of the metric."""
    name: str
    places: FloatArray
    value: FloatArray
    low: FloatArray
    high: FloatArray
    forms: tuple[FormLine, ...]
    by_median: bool = False
    """Whether the value is the median over seeds, and not the mean."""

    def level(self, line: FormLine) -> FloatArray:
        """Return a closed form as the value is taken over seeds: equal for every seed is equal here."""
        return line.median if self.by_median else line.mean


@dataclass(frozen=True)
class Comparison:
    """Curves of one quantity along one axis: a column of its index, a swept path, or none."""

    metric: Metric
    axis: str
    curves: tuple[Compared, ...]
    claims: tuple[str, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        """The closed forms, each once."""
        return tuple(dict.fromkeys(line.form for curve in self.curves for line in curve.forms))


def comparisons(study: Study) -> list[Comparison]:
    """Return what can be drawn, claims of one quantity along one axis together; nothing of what is not measured."""
    found: dict[tuple[str, str], Comparison] = {}
    for one in claims_with_forms(study):
        metric, axis = metric_of(one), axis_of(one, study)
        curves = tuple(along_index(one, metric, study) if metric.index else along_series(one, metric, axis, study))
        if not curves:
            continue
        key = (metric.name, axis.split(".", 2)[-1])
        before = found.get(key, Comparison(metric, axis, (), ()))
        seen = {(curve.series, curve.name) for curve in before.curves}
        added = tuple(curve for curve in curves if (curve.series, curve.name) not in seen)
        found[key] = replace(before, curves=before.curves + added, claims=(*before.claims, one.claim.id))
    return list(found.values())


def series_of(one: BoundClaim) -> list[int]:
    """Return the series that a claim is about, in the order of the study."""
    return sorted({place for line in one.lines for place in line.series})


def axis_of(one: BoundClaim, study: Study) -> str:
    """Return the axis along which a claim's quantity is drawn, empty where there is none."""
    metric = metric_of(one)
    if metric.index:
        return LENGTH if LENGTH in metric.index else metric.index[0]
    swept = [study.manifest["series"][place]["swept"] for place in series_of(one)]
    moving = [path for path in swept[0] if len({repr(each.get(path)) for each in swept}) > 1]
    numbers = all(isinstance(each[path], int | float) for each in swept for path in moving)
    return moving[0] if len(moving) == 1 and numbers else ""


def along_index(one: BoundClaim, metric: Metric, study: Study) -> Iterator[Compared]:
    """Give a curve for every series along the first column of the index; of further columns the claim's, or the first.

    A claim about one length is drawn at all of them.
    """
    axis = LENGTH if LENGTH in metric.index else metric.index[0]
    for place in series_of(one):
        try:
            held = study.quantities.values(metric, one.part, place)
        except NotMeasuredError:
            continue
        fixed = {name: value for name, value in one.index.items() if name != axis}
        kept = {index: sample for index, sample in held.items() if fixed.items() <= dict(index).items()}
        groups: dict[Index, dict[Index, Sample]] = {}
        for index, sample in kept.items():
            rest = tuple(each for each in index if each[0] != axis)
            groups.setdefault(rest, {})[index] = sample
        if groups:
            rest, points = next(iter(groups.items()))
            name = named(study.names[place], one.part, index_text(rest))
            places = np.asarray([float(dict(index)[axis]) for index in points], np.float64)
            forms = tuple(over_points(study, metric.name, place, list(points), places, one.part))
            yield compared((place,), name, places, list(points.values()), forms)


def along_series(one: BoundClaim, metric: Metric, axis: str, study: Study) -> Iterator[Compared]:
    """Give one curve along a swept axis, or a point for every series where there is none."""
    samples: dict[int, Sample] = {}
    for place in series_of(one):
        try:
            held = study.quantities.values(metric, one.part, place)
        except NotMeasuredError:
            continue
        if held:
            samples[place] = held[()]
    if axis and samples:
        swept = {place: float(study.manifest["series"][place]["swept"][axis]) for place in samples}
        ordered = sorted(samples, key=lambda place: swept[place])
        places = np.asarray([swept[place] for place in ordered], np.float64)
        forms = tuple(along_axis(study, metric.name, ordered, axis, part=one.part))
        kept = [samples[place] for place in ordered]
        yield compared(tuple(ordered), named(one.claim.of, one.part, ""), places, kept, forms)
        return
    for place, sample in samples.items():
        forms = tuple(over_points(study, metric.name, place, [()], np.zeros(1), one.part))
        yield compared((place,), named(study.names[place], one.part, ""), np.zeros(1), [sample], forms)


def named(name: str, part: str | None, rest: str) -> str:
    """Return a curve's name: its series, the part of the quantity, and the point of its further index."""
    return ", ".join(word for word in (name, part, rest) if word)


def compared(
    series: tuple[int, ...], name: str, places: FloatArray, samples: Sequence[Sample], forms: tuple[FormLine, ...]
) -> Compared:
    """Return the readings of these samples; a single seed has no interval."""
    rows = []
    for sample in samples:
        reading = alone(sample).reading()
        ends = (None, None, None) if reading is None else (reading.value, reading.low, reading.high)
        rows.append([np.nan if end is None else end for end in ends])
    value, low, high = np.asarray(rows, np.float64).T
    by_median = any(sample.by_median for sample in samples)
    return Compared(series, name, places, value, low, high, forms, by_median)
