"""From a bound claim to what its predicate judges at once: a single point, or a line along an axis."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gru_vanish.analysis.claims.claim import BoundClaim, Line
from gru_vanish.analysis.claims.closed_forms import CLOSED_FORMS, Given
from gru_vanish.analysis.claims.metrics import Metric, metrics, split
from gru_vanish.analysis.claims.predicate import Case, Point
from gru_vanish.analysis.claims.quantities import Index, NotMeasuredError, Quantities, Values
from gru_vanish.analysis.claims.sample import Sample
from gru_vanish.analysis.names import number


@dataclass(frozen=True)
class Study:
    """What claims are judged by."""

    manifest: Mapping[str, Any]
    quantities: Quantities
    names: tuple[str, ...]
    seeds: tuple[int, ...]


def metric_of(one: BoundClaim) -> Metric:
    """Return the metric of a claim; ``ValueError`` where this version does not know it."""
    written = split(one.claim.metric)
    if written is None or written[0] not in metrics():
        raise ValueError(f"claim {one.claim.id}: this version of the program has no metric {one.claim.metric!r}")
    return metrics()[written[0]]


def cases(one: BoundClaim, line: Line, study: Study) -> Iterator[Case]:
    """Give what the predicate judges at once along one line: every point, or the line in the order of the axis."""
    held = [chosen(values(one, place, study), one.index) for place in line.series]
    empty = next((place for place, found in zip(line.series, held, strict=True) if not found), None)
    if empty is not None:
        raise NotMeasuredError(f"{study.names[empty]}: not measured yet")
    if one.axis is not None and one.axis_is_swept:
        for index in held[0]:
            points = [swept_point(one, line, rank, held[rank], index, study) for rank in range(len(line.series))]
            yield Case(place_of(one.claim.of, index), tuple(points), short(one.axis))
        return
    (values_here,) = held
    if one.axis is None:
        for index in values_here:
            yield Case(place_of(study.names[line.series[0]], index), (point(one, line, 0, values_here, index, study),))
        return
    yield from along_index(one, line, values_here, study)


def along_index(one: BoundClaim, line: Line, values_here: Values, study: Study) -> Iterator[Case]:
    """Give one case for every point of the index without the axis, its points by the rising axis."""
    groups: dict[Index, list[tuple[float, Sample]]] = {}
    for index, sample in values_here.items():
        own = dict(index)
        if one.axis not in own:
            raise NotMeasuredError(f"{one.claim.metric} has no axis {one.axis}; there is: {', '.join(own) or 'none'}")
        value = float(own.pop(one.axis))
        if one.within is None or one.within[0] <= value <= one.within[1]:
            groups.setdefault(tuple(own.items()), []).append((value, sample))
    if not groups:
        raise NotMeasuredError(f"no {one.axis} from {one.within[0]:g} to {one.within[1]:g}" if one.within else "empty")
    for rest, points in groups.items():
        ordered = sorted(points, key=lambda each: each[0])
        place = place_of(study.names[line.series[0]], rest)
        yield Case(place, tuple(Point(sample, at=value) for value, sample in ordered), str(one.axis))


def swept_point(one: BoundClaim, line: Line, rank: int, held: Values, index: Index, study: Study) -> Point:
    """Return the point of one series on a swept axis."""
    if index not in held:
        raise NotMeasuredError(f"{study.names[line.series[rank]]}: no value at {index_text(index)}")
    found = point(one, line, rank, held, index, study)
    swept = study.manifest["series"][line.series[rank]]["swept"]
    return Point(found.sample, found.against, at=float(swept[one.axis]))


def point(one: BoundClaim, line: Line, rank: int, held: Values, index: Index, study: Study) -> Point:
    """Return a number with what it is held against."""
    predicate = one.claim.predicate
    form = getattr(predicate, "form", None)
    if form is not None:
        series = line.series[rank]
        setting = study.manifest["series"][series]["setting"]
        if form not in CLOSED_FORMS:
            raise NotMeasuredError(f"this version of the program has no closed form {form}")
        given = Given(setting, series, study.quantities, study.seeds)
        return Point(held[index], CLOSED_FORMS[form].sample(given, metric_of(one).name, index, one.part))
    if not line.against:
        return Point(held[index])
    other = values(one, line.against[rank], study)
    if index not in other:
        where = f" at {index_text(index)}" if index else ""
        raise NotMeasuredError(f"{study.names[line.against[rank]]}: not measured{where}")
    return Point(held[index], other[index])


def values(one: BoundClaim, series: int, study: Study) -> Values:
    """Return the claim's quantity of one series."""
    metric = metric_of(one)
    if metric.measure not in study.manifest["measures"]:
        raise NotMeasuredError(f"the study does not measure {metric.measure}")
    return study.quantities.values(metric, one.part, series)


def chosen(held: Values, index: Mapping[str, Any]) -> Values:
    """Return the values at the asked point of the index; raise `NotMeasuredError` with what there is."""
    kept = held
    for name, wanted in index.items():
        there = list(dict.fromkeys(dict(each).get(name) for each in kept))
        kept = {each: sample for each, sample in kept.items() if dict(each).get(name) == wanted}
        if held and not kept:
            some = ", ".join(str(value) for value in there[:12]) + (" …" if len(there) > 12 else "")
            raise NotMeasuredError(f"no {name} {wanted}; there is: {some}")
    return kept


def place_of(name: str, index: Index) -> str:
    """Return where a number was measured, in words."""
    return f"{name} at {index_text(index)}" if index else name


def index_text(index: Index) -> str:
    """Return a point of an index in words."""
    return ", ".join(f"{name} = {number(value) if isinstance(value, int | float) else value}" for name, value in index)


def short(path: str) -> str:
    """Return the last word of a path."""
    return path.rsplit(".", 1)[-1]
