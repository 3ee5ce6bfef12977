"""A cell of the user's own: ``cells: {mine: {file: my_cell.py, hidden: 64}}``, allowed with ``--allow-code`` alone.

What its structure and its ``init`` block may say comes from the class in the file. The SHA-256 of the content is a
field of the structure, so it is in the key of every result, in every record and in the manifest; the path is not.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from pydantic import BaseModel

from gru_vanish.cells.broken_contract import BrokenContractError
from gru_vanish.cells.conformance import check
from gru_vanish.cells.interventions import Interventions
from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.marks import Node, Path, Place, Source, dotted, planted
from gru_vanish.config.own_file import HASH, Mistake, OwnFile, executed, line_in, read, told
from gru_vanish.config.vocabulary import CellWords, Vocabulary
from gru_vanish.config.wording import clipped, given, visible
from gru_vanish.contracts import Cell

KEY = "file"
_TAKEN = (KEY, "init", "preset", "title", *Interventions.model_fields)


def own_words(node: Node, words: Vocabulary, path: Path, problems: list[Problem]) -> CellWords | None:
    """The words of the cell in the file that a node names, or None after its problems were noted."""
    written, where = node.children[KEY], (*path, KEY)
    if written.broken:
        return None
    if not words.allow_code:
        message = "a cell of your own is code, which would be run; say --allow-code if you trust it"
        problems.append(problem(written.place, where, message))
        return None
    if not isinstance(written.value, str) or not written.value or "\x00" in written.value:
        problems.append(problem(written.place, where, f"given {given(written)}; expected the path of one Python file"))
        return None
    source = written.place.source
    target = os.path.join(os.path.dirname(source.name), written.value) if source.is_file else written.value
    try:
        found = executed(target, data := read(target))
    except (OSError, ValueError) as fault:
        reason = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
        problems.append(problem(written.place, where, f"{visible(clipped(target, 200))} cannot be read: {reason}"))
        return None
    text = data.decode("utf-8", "replace")
    if isinstance(found, Mistake):
        problems.append(_in_file(target, text, found, where))
        return None
    if mistake := _collision(found, words):
        problems.append(_in_file(target, text, mistake, where))
        return None
    return CellWords(found.cell, found.cell.Init, found.cell.presets, own=found)


def with_hash(node: Node, own: OwnFile) -> Node:
    """A cell's node without its ``file``, and with what the file itself says: its kind and its hash."""
    place = Place(Source(f"the content of {own.name}", is_file=False))
    said = {name: planted(own.cell.model_fields[name].default, place) for name in ("kind", HASH)}
    return replace(node, value={**said, **{key: child for key, child in node.children.items() if key != KEY}})


def conforms(
    own: OwnFile | None, structure: BaseModel | None, init: BaseModel | None, path: Path, problems: list[Problem]
) -> bool:
    """Whether a cell of a file keeps its contract with this structure; looked at once for each."""
    if own is None:
        return True
    if not isinstance(structure, Cell) or init is None:
        return False
    if structure not in own.checked:
        own.checked[structure] = _broken(structure, init)
    broken = own.checked[structure]
    if broken is None:
        return True
    line = line_in(broken.__cause__, own.name) or own.line_of(broken.name)
    mistake = Mistake(line, f"{broken.name}: {broken.sentence}")
    problems.append(_in_file(own.name, own.text, mistake, (*path, KEY)))
    return False


@contextmanager
def blamed(own: OwnFile | None, path: Path, problems: list[Problem]) -> Iterator[None]:
    """Turn what the user's code raises in here, a validator perhaps, into a problem at its line."""
    try:
        yield
    except Exception as fault:
        line = line_in(fault, own.name) if own else None
        if own is None or line is None:
            raise
        problems.append(_in_file(own.name, own.text, Mistake(line, told(fault)), (*path, KEY)))


def _broken(structure: Cell, init: BaseModel) -> BrokenContractError | None:
    try:
        check(structure, init)
    except BrokenContractError as broken:
        return broken
    return None


def _collision(own: OwnFile, words: Vocabulary) -> Mistake | None:
    """What of the class has a meaning already."""
    kind = own.cell.model_fields["kind"].default
    if kind.lower() in words.cells:
        return Mistake(own.line_of("kind"), f"kind '{kind}' is a cell of this program; choose another name")
    for name in own.cell.model_fields:
        if name in _TAKEN:
            return Mistake(own.line_of(name), f"{name}: a cell's node in a config uses this key itself")
    return None


def _in_file(name: str, text: str, mistake: Mistake, path: Path) -> Problem:
    """The problem at a line of the user's file."""
    lines = text.splitlines()
    line = lines[mistake.line - 1] if 0 < mistake.line <= len(lines) else ""
    column = len(line) - len(line.lstrip()) + 1
    return Problem(name, mistake.line, column, dotted(path), mistake.message, line.rstrip())
