"""A Python file of the user's with a cell in it: read, executed once, and the class found."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import inspect
import os
import stat
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

from pydantic import create_model

from gru_vanish.cells.broken_contract import BrokenContractError
from gru_vanish.cells.conformance import check_kind
from gru_vanish.config.own_imports import foreign_imports
from gru_vanish.contracts import Cell

MAX_BYTES = 1 << 20
HASH = "file_sha256"
"""The field in which the structure of a cell carries the SHA-256 of its file, and with it every key."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a file, and its line, from 1."""

    line: int
    message: str


@dataclass(frozen=True, eq=False)
class OwnFile:
    """A file that was executed, and the class that it defines."""

    name: str
    data: bytes
    text: str
    tree: ast.Module
    cell: type[Cell]
    """the class as written, with the fields `HASH` and, where it lacks one, ``kind``"""
    checked: dict[Cell, BrokenContractError | None] = field(default_factory=dict)
    """what was found wrong with each structure that was looked at"""

    def line_of(self, attribute: str) -> int:
        """Return the line of an attribute of the class, or of the class where the file has none."""
        return _line(self.tree, self.cell.__name__, attribute)


_EXECUTED: dict[str, OwnFile] = {}
"""What was executed in this process, by the SHA-256 of its content."""


def read(path: str) -> bytes:
    """Return the bytes of a file; raises OSError or ValueError with the reason."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise ValueError("not a file")
    with open(path, "rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError("larger than 1 MiB")
    return data


@lru_cache(maxsize=64)
def executed(name: str, data: bytes) -> OwnFile | Mistake:
    """Execute the text of a file, once in a process, and return its class, or the first thing that is wrong."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        return Mistake(data[: fault.start].count(b"\n") + 1, "not UTF-8; save the file as UTF-8")
    try:
        tree = ast.parse(text, name)
        code = compile(text, name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as fault:  # ValueError: a NUL byte
        return Mistake(getattr(fault, "lineno", None) or 1, f"{type(fault).__name__}: {getattr(fault, 'msg', fault)}")
    for line, sentence in foreign_imports(tree):
        return Mistake(line, sentence)
    digest = hashlib.sha256(data).hexdigest()
    module = ModuleType(f"gru_vanish_own_{digest[:16]}")
    module.__file__ = name
    sys.modules[module.__name__] = module  # where pydantic looks annotations up
    try:
        with contextlib.redirect_stdout(sys.stderr):  # stdout is for results
            exec(code, module.__dict__)
    except (Exception, SystemExit) as fault:
        return Mistake(line_in(fault, name) or 1, told(fault))
    written = _class_in(module, tree)
    if isinstance(written, Mistake):
        return written
    try:
        check_kind(written)
        found = OwnFile(name, data, text, tree, _with_fields(written, digest))
        _EXECUTED[digest] = found
        return found
    except BrokenContractError as broken:
        return Mistake(_line(tree, written.__name__, broken.name), f"{broken.name}: {broken.sentence}")


def of_digest(digest: str) -> OwnFile | None:
    """Return the file that was executed in this process and has this SHA-256."""
    return _EXECUTED.get(digest)


def line_in(fault: BaseException | None, name: str) -> int | None:
    """Return the innermost line of the file on the way to what was raised, or None where it is not on the way."""
    while fault is not None:
        step, found = fault.__traceback__, None
        while step is not None:
            found = step.tb_lineno if step.tb_frame.f_code.co_filename == name else found
            step = step.tb_next
        if found is not None:
            return found
        fault = fault.__cause__ or fault.__context__
    return None


def told(fault: BaseException) -> str:
    """Return an exception in one line."""
    first = (str(fault).strip().splitlines() or [""])[0]
    return f"{type(fault).__name__}: {first}" if first else type(fault).__name__


def _class_in(module: ModuleType, tree: ast.Module) -> type[Cell] | Mistake:
    """Return the one cell of an executed module."""
    classes = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Cell)]
    own = [value for value in dict.fromkeys(classes) if value.__module__ == module.__name__]
    chosen = getattr(module, "CELL", None)
    if chosen is not None:
        if chosen not in own:
            line = next((item.lineno for item in tree.body if "CELL" in _defined_by(item)), 1)
            return Mistake(line, "CELL has to name a subclass of Cell that this file defines")
        own = [chosen]
    # What others are built on may stay abstract.
    own = [cell for cell in own if not inspect.isabstract(cell)] or own
    if not own:
        return Mistake(1, "no cell in this file: define a subclass of gru_vanish.cells.AutodiffCell")
    if len(own) > 1:
        names = ", ".join(cell.__name__ for cell in own)
        line = _line(tree, own[1].__name__)
        return Mistake(line, f"{len(own)} cells in this file, {names}: choose with CELL = {own[0].__name__}")
    if inspect.isabstract(own[0]):
        absent = ", ".join(sorted(own[0].__abstractmethods__))
        return Mistake(_line(tree, own[0].__name__), f"{own[0].__name__} does not define {absent}")
    return own[0]


def _with_fields(written: type[Cell], digest: str) -> type[Cell]:
    """Return the class with the hash of its file as a field, and with its own name as ``kind`` where it has none."""
    kind = written.model_fields.get("kind")
    words = get_args(kind.annotation) if kind is not None and get_origin(kind.annotation) is Literal else ()
    if kind is not None and words != (kind.default,):
        raise BrokenContractError("kind", 'write it as kind: Literal["name"] = "name"')
    if HASH in written.model_fields:
        raise BrokenContractError(HASH, "this field is the program's own")
    fields: dict[str, Any] = {HASH: (Literal[digest], digest)}
    if kind is None:
        fields["kind"] = (Literal[written.__name__], written.__name__)
    name, module, text = written.__name__, written.__module__, written.__doc__
    return create_model(name, __base__=written, __module__=module, __doc__=text, **fields)


def _line(tree: ast.Module, name: str, attribute: str = "") -> int:
    """Return the line of an attribute of a class, of the class where it has none, or 1."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            return next((item.lineno for item in node.body if attribute in _defined_by(item)), node.lineno)
    return 1


def _defined_by(node: ast.stmt) -> set[str]:
    """Return the names that a statement defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets if isinstance(node, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}
