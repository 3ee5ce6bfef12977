"""The blocks of a study, each validated on its own, so that a fault in one hides none in another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from gru_vanish.analysis.claims import Claim
from gru_vanish.config import grammar
from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.marks import Node, Place, Source, planted
from gru_vanish.config.merge import only, without
from gru_vanish.config.on_task import KIND as ON_TASK
from gru_vanish.config.on_task import OPTIONAL, blocks, check_together
from gru_vanish.config.sections import CellNode, cell, section
from gru_vanish.config.study import LABEL, Frame, Numerics, Study
from gru_vanish.config.translate import validated
from gru_vanish.config.vocabulary import Vocabulary
from gru_vanish.config.wording import given, not_allowed

SECTIONS = ("inputs", "h0", "loss")
_DEFAULTS = {"h0": "zeros", "loss": "projection"}
_BLOCKS = (*SECTIONS, *OPTIONAL, "cells", "sweep", "claims", "precision", "matmul")


@dataclass(frozen=True)
class Parts:
    """The blocks of a study, each validated on its own; a block with a problem is None."""

    frame: Frame | None
    numerics: Numerics | None
    sections: Mapping[str, BaseModel | None]
    """Those of `SECTIONS`, and of `OPTIONAL` what the study has."""
    cells: Mapping[str, CellNode | None]

    def study(self, sweep: dict[str, Any], claims: Iterable[Claim] = ()) -> Study:
        """The whole, once there are no problems."""
        fields = {**dict(self.frame or ()), **dict(self.numerics or ()), **self.sections}
        fields["schema"] = fields.pop("schema_version")
        return Study.model_validate({**fields, "cells": dict(self.cells), "sweep": sweep, "claims": tuple(claims)})


def with_defaults(tree: Node) -> Node:
    """The tree with the blocks that may be left out."""
    place = Place(Source("default", is_file=False))
    defaults = {**_DEFAULTS, **({"inputs": ON_TASK} if "task" in tree.children else {})}
    missing = {name: planted(value, place) for name, value in defaults.items() if name not in tree.children}
    return replace(tree, value={**tree.children, **missing})


def parts(tree: Node, words: Vocabulary, problems: list[Problem]) -> Parts:
    """Every block of a tree, validated; all their problems are noted."""
    beside = {name: name for name in (*_BLOCKS, "extends")}
    frame = validated(Frame, _expanded(without(tree, *_BLOCKS), problems), (), problems, beside)
    if frame is not None:
        check_together(tree, frame.measure, problems)
    for name, known in (("measure", words.measures), ("figures", words.figures)):
        _check_words(name, tree, known, problems)
    numerics = validated(Numerics, only(tree, "precision", "matmul"), (), problems)
    return Parts(frame, numerics, _sections(tree, words, problems), _cells(tree, words, problems))


def _sections(tree: Node, words: Vocabulary, problems: list[Problem]) -> dict[str, BaseModel | None]:
    found: dict[str, BaseModel | None] = {}
    for name in SECTIONS:
        node = tree.children.get(name)
        if node is None:
            problems.append(problem(tree.place, (name,), "missing; this key is required"))
        found[name] = section(name, node, words, problems) if node else None
    return {**found, **blocks(tree, words, problems)}


def _cells(tree: Node, words: Vocabulary, problems: list[Problem]) -> dict[str, CellNode | None]:
    node = tree.children.get("cells")
    if node is None:
        problems.append(problem(tree.place, ("cells",), "missing; this key is required"))
        return {}
    if not node.children and not node.broken:
        message = f"given {given(node)}; expected a mapping of labels to at least one cell"
        problems.append(problem(node.place, ("cells",), message))
    found: dict[str, CellNode | None] = {}
    for label, child in node.children.items():
        if not re.fullmatch(LABEL, label):
            message = "a label is a letter and up to 31 letters, digits, '_' or '-'"
            problems.append(problem(child.head, ("cells", label), message))
        found[label] = cell(label, child, words, problems)
    return found


def _expanded(tree: Node, problems: list[Problem]) -> Node:
    """The tree with the lists of seeds and lengths written out."""
    entries = dict(tree.children)
    for name, read in (("seeds", grammar.seeds), ("lengths", grammar.lengths)):
        if name in entries:
            entries[name] = read(entries[name], problems)
    return replace(tree, value=entries)


def _check_words(name: str, tree: Node, known: Iterable[str], problems: list[Problem]) -> None:
    node = tree.children.get(name)
    seen: set[str] = set()
    for index, item in enumerate(node.items if node else []):
        if not isinstance(item.value, str):
            continue  # the model says what is wrong
        if item.value not in known:
            problems.append(problem(item.place, (name, index), not_allowed(item, list(known))))
        elif item.value in seen:
            problems.append(problem(item.place, (name, index), f"{item.value} is named twice"))
        seen.add(item.value)
