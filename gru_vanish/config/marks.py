"""Values that remember where they were written: the tree on which every other file of this room works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
Scalar: TypeAlias = bool | int | float | str | None
Value: TypeAlias = "Scalar | dict[str, Node] | list[Node]"


@dataclass(frozen=True, slots=True)
class Source:
    """A text that a value came from: a file, a ``--set`` option, or something built in, without lines."""

    name: str
    lines: tuple[str, ...] = field(default=(), repr=False)
    is_file: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a source; ``line`` and ``column`` count from 1, in characters."""

    source: Source
    line: int = 1
    column: int = 1

    @property
    def written(self) -> bool:
        """Whether the user wrote this, so that an error may point at it."""
        return bool(self.source.lines)

    @property
    def source_line(self) -> str:
        """The line of text that this place lies on, or ``""``."""
        lines = self.source.lines
        return lines[self.line - 1] if 0 < self.line <= len(lines) else ""

    @property
    def origin(self) -> str:
        """Where a value came from, for people: ``file:line``, ``--set a.b=value``, ``preset torch``."""
        return f"{self.source.name}:{self.line}" if self.source.is_file else self.source.name


@dataclass(frozen=True, slots=True)
class Node:
    """One value with the place of its key and its own.

    ``text`` is a scalar as the user wrote it. ``broken`` says that a problem was already reported for it, so
    nobody complains twice. ``made`` says that a form such as ``{range: ...}`` stands behind it.
    """

    value: Value
    place: Place
    key: Place | None = None
    text: str = ""
    broken: bool = False
    made: bool = False

    @property
    def children(self) -> dict[str, Node]:
        """The entries of a mapping; empty for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """The entries of a list; empty for anything else."""
        return self.value if isinstance(self.value, list) else []

    @property
    def head(self) -> Place:
        """Where to point when something is missing inside: the key that opens it."""
        return self.key or self.place

    def at(self, path: Path) -> Node | None:
        """The node that lies at ``path`` below this one, or None."""
        node: Node | None = self
        for step in path:
            node = node.child(step) if node else None
        return node

    def child(self, step: str | int) -> Node | None:
        """The entry named or numbered ``step``, or None."""
        if isinstance(step, str):
            return self.children.get(step)
        return self.items[step] if 0 <= step < len(self.items) else None

    def keyed(self, key: Place | None) -> Node:
        """The same node under another key."""
        return replace(self, key=key)


def plain(node: Node) -> Any:
    """The JSON-like value without its places; what was broken is null."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return None if node.broken else node.value


def planted(value: Any, place: Place) -> Node:
    """The tree of a JSON-like value that nobody wrote, all at one place."""
    if isinstance(value, Mapping):
        return Node({str(key): planted(child, place) for key, child in value.items()}, place, place)
    if isinstance(value, list | tuple):
        return Node([planted(item, place) for item in value], place, place)
    return Node(value, place, place, text=str(value))


def dotted(path: Path) -> str:
    """``("cells", "GRU", "measure", 2)`` as ``cells.GRU.measure[2]``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")
