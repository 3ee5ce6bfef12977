"""Which series of one study stands beside which of another."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gru_vanish.analysis.comparing.series_words import Series, pair_names, resolved, series_of

NAMED = "named by the user"
LABEL_AND_POINT = "same label and swept values"
LABEL_AND_CELL = "same label and cell"
LABEL = "same label"
SETTING = "same setting"
CELL = "same cell"
ONLY_ONES = "the only series of both"

Asked = Sequence[tuple[str, str]]
"""(series of A, series of B) as a user names them: a label, a short name, or a number in the manifest."""


@dataclass(frozen=True)
class Pair:
    """Two series by their numbers in the manifests, why they stand together, and what both are called."""

    a: int
    b: int
    how: str
    name: str = ""


@dataclass(frozen=True)
class Paired:
    """All pairs in the order of A, and the series that only one of the studies has."""

    pairs: tuple[Pair, ...]
    only_a: tuple[Series, ...]
    only_b: tuple[Series, ...]


def paired_series(a: Mapping[str, Any], b: Mapping[str, Any], asked: Asked = ()) -> Paired:
    """Return the pairs of two manifests: those that are asked for, then what can only be meant.

    Raises ``LookupError``, with the nearest word, for a series that a study does not have.
    """
    ours, theirs = series_of(a), series_of(b)
    named = [pair for first, second in asked for pair in pairs_of(first, second, (a, ours), (b, theirs))]
    found = list(dict.fromkeys(named))
    for rule, how in rules(ours, theirs):
        left = [one for one in ours if one.index not in {pair.a for pair in found}]
        right = [one for one in theirs if one.index not in {pair.b for pair in found}]
        found += matched(left, right, rule, how)
    found.sort(key=lambda pair: (pair.a, pair.b))
    names = pair_names([(ours[pair.a], theirs[pair.b]) for pair in found])
    return Paired(
        tuple(replace(pair, name=name) for pair, name in zip(found, names, strict=True)),
        tuple(one for one in ours if one.index not in {pair.a for pair in found}),
        tuple(one for one in theirs if one.index not in {pair.b for pair in found}),
    )


Rule = Callable[[Series], str | None]
"""What two series must have in common, None where a series is not up for it."""


def rules(ours: Sequence[Series], theirs: Sequence[Series]) -> Iterator[tuple[Rule, str]]:
    """Give the rules from the surest on; each pairs what is alone with its key in both studies."""
    yield lambda one: key(one.label, one.point), LABEL_AND_POINT
    yield lambda one: key(one.label, one.setting["cell"]), LABEL_AND_CELL
    # Of a label with several series what is left over are other points of a sweep, and no pair.
    counts = [Counter(one.label for one in study) for study in (ours, theirs)]
    alone = {label for label in counts[0] if counts[0][label] == counts[1][label] == 1}
    yield lambda one: one.label if one.label in alone else None, LABEL
    yield lambda one: key(one.setting), SETTING
    yield lambda one: key(one.setting["cell"]), CELL
    if len(ours) == len(theirs) == 1:
        yield lambda one: "", ONLY_ONES


def key(*values: Any) -> str:
    """Return values as text that is equal for equal ones: 1 as 1.0."""
    return json.dumps(floats(values), sort_keys=True)


def floats(value: Any) -> Any:
    """Return JSON values with every whole number as a float; true and false are none."""
    if isinstance(value, Mapping):
        return {name: floats(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [floats(one) for one in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def matched(left: Sequence[Series], right: Sequence[Series], rule: Rule, how: str) -> list[Pair]:
    """Return the pairs of series that alone have their key."""
    first, second = [rule(one) for one in left], [rule(one) for one in right]
    counts = Counter(first), Counter(second)
    alone = {word for word in first if word is not None and counts[0][word] == counts[1][word] == 1}
    places = {word: one.index for word, one in zip(second, right, strict=True) if word in alone}
    return [Pair(one.index, places[word], how) for word, one in zip(first, left, strict=True) if word in alone]


Study = tuple[Mapping[str, Any], Sequence[Series]]


def pairs_of(first: str, second: str, a: Study, b: Study) -> list[Pair]:
    """Return the pairs that two names stand for; those of two labels go by their swept values."""
    ours, theirs = resolved(first, *a), resolved(second, *b)
    if len(ours) == len(theirs) == 1:
        return [Pair(ours[0].index, theirs[0].index, NAMED)]
    found = matched(ours, theirs, lambda one: key(one.point), NAMED)
    if not found:
        names = "; ".join(one.name.short for one in (*ours, *theirs))
        counts = f"{len(ours)} series and {second} {len(theirs)}"
        raise LookupError(f"{first} names {counts}, of which none have the same swept values; name one of: {names}")
    return found


def asked_pair(text: str, a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[str, str]:
    """Return both names of ``A_SERIES=B_SERIES``; names may hold ``=`` themselves, as "GRU, b_z = 0" does."""
    cuts = [(text[:place].strip(), text[place + 1 :].strip()) for place, letter in enumerate(text) if letter == "="]
    if not cuts:
        raise LookupError(f"'{text}' is no pair: write SERIES_OF_A=SERIES_OF_B")
    faults = []
    for first, second in cuts:
        try:
            resolved(first, a, series_of(a))
            resolved(second, b, series_of(b))
        except LookupError as fault:
            faults.append(fault)
        else:
            return first, second
    raise faults[len(faults) // 2]
