"""Settings that differ: two resolved studies leaf by leaf, by dotted paths."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gru_vanish.analysis.comparing.pairs import Pair
from gru_vanish.analysis.names import REPEATED, value_text

Entry = Mapping[str, Any]

ELSEWHERE = ("schema", "name", "question", "title", "figures", "claims", "cells", "seeds", "measure")
"""Of a study: what changes no number, and what is told of the series, the claims or by the manifest itself."""
FEW = 6
"""Values of a list that are told in words; of a longer one the ends."""


class Absent:
    """Stands for a value that one of the studies does not have."""

    def __repr__(self) -> str:
        """Return the sign that tables show."""
        return "–"


ABSENT = Absent()


@dataclass(frozen=True)
class Changed:
    """One value that is not the same in both; ``pairs`` are the pairs of series that it is about, none: the study."""

    path: str
    a: Any
    b: Any
    pairs: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values; a study that has no such value has no entry."""
        values = {name: value for name, value in (("a", self.a), ("b", self.b)) if value is not ABSENT}
        return {"path": self.path, **values, "pairs": list(self.pairs)}


def changed_settings(a: Mapping[str, Any], b: Mapping[str, Any], pairs: Sequence[Pair]) -> tuple[Changed, ...]:
    """Return what differs between two manifests: first of the studies, then of the paired series.

    What differs in the same way in several pairs is one entry. What pairs say already, the study does not repeat.
    """
    found: dict[str, Changed] = {}
    for place, one in enumerate(pairs):
        for each in leaf_by_leaf(a["series"][one.a]["setting"], b["series"][one.b]["setting"]):
            if each.path.startswith(REPEATED):
                continue
            key = json.dumps([each.path, repr(each.a), repr(each.b)])
            before = found.get(key, each)
            found[key] = Changed(each.path, each.a, each.b, (*before.pairs, place))
    told = {each.path for each in found.values()}
    of_study = [each for each in leaf_by_leaf(study_of(a), study_of(b)) if each.path not in told]
    return (*of_study, *sorted(found.values(), key=lambda each: -len(each.pairs)))


def study_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a study says for itself, its seeds and measures as they were resolved."""
    own = {name: value for name, value in manifest.get("study", {}).items() if name not in ELSEWHERE}
    return {"seeds": list(manifest["seeds"]), "measure": list(manifest["measures"]), **own}


def leaf_by_leaf(a: Entry, b: Entry) -> Iterator[Changed]:
    """Give every leaf that is not the same in both, in the order of the first."""
    mine, theirs = dict(leaves(a)), dict(leaves(b))
    for path in dict.fromkeys([*mine, *theirs]):
        first, second = mine.get(path, ABSENT), theirs.get(path, ABSENT)
        if not equal(first, second):
            yield Changed(path, first, second)


def leaves(node: Entry, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Walk nested mappings; lists are values."""
    for key, value in node.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def equal(a: Any, b: Any) -> bool:
    """Say whether two JSON values are the same; 1 and 1.0 are, 1 and true are not."""
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(equal(*each) for each in zip(a, b, strict=True))
    return bool(a == b)


def setting_text(value: Any) -> str:
    """Return a value in words; of a long list its ends and its length."""
    if value is ABSENT:
        return repr(value)
    if isinstance(value, list | tuple) and len(value) > FEW:
        first, last = [value_text(one) for one in value[:3]], value_text(value[-1])
        return f"[{', '.join(first)}, …, {last}] ({len(value)})"
    return value_text(value)
