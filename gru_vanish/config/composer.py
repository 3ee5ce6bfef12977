"""YAML 1.2 text -> a tree of `Node`, from the parser's events alone: nothing is constructed or expanded.

The events are read one by one and judged before anything is built from them. So an alias bomb is refused at
its anchors and three thousand brackets at the depth limit, and neither costs memory or the Python stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml import events as yaml
from ruamel.yaml.error import MarkedYAMLError

from gru_vanish.config.errors import ConfigError, Problem, problem
from gru_vanish.config.marks import Node, Path, Place, Source
from gru_vanish.config.scalars import ScalarRefusedError, resolve
from gru_vanish.config.wording import clipped, visible

MAX_DEPTH = 32
MAX_VALUES = 200_000

_PLAIN = "; a config is plain YAML, write the value out"


def compose(source: Source, problems: list[Problem], offset: int = 0) -> Node:
    """The tree of the one document in ``source``; faults that leave the rest readable go to ``problems``.

    The first ``offset`` characters of line 1 are not YAML (the ``a.b=`` of an option).

    Raises:
        ConfigError: the text is not YAML, has no or several documents, or is nested too deeply.
    """
    return _Composer(source, problems, offset).document()


class _Composer:
    """Reads events from left to right; the only state is the iterator and the count of values."""

    def __init__(self, source: Source, problems: list[Problem], offset: int) -> None:
        self._source, self._problems, self._offset = source, problems, offset
        self._place = Place(source, 1, offset + 1)
        self._values = 0
        text = "\n".join(source.lines)[offset:]
        # ruamel.yaml's events are untyped
        self._parser: Iterator[Any] = iter(YAML(typ="safe", pure=True).parse(text))

    def document(self) -> Node:
        self._next()
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            self._refuse(Place(self._source, 1, self._offset + 1), (), "empty: there is nothing to read here")
        if event.version or event.tags:
            self._problems.append(problem(Place(self._source), (), "a % directive" + _PLAIN))
        root = self._node(self._next(), ())
        self._next()
        if not isinstance(self._next(), yaml.StreamEndEvent):
            self._refuse(self._place, (), "a second document; a config is one document")
        return root

    def _next(self) -> Any:
        try:
            event = next(self._parser)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = self._at(mark) if mark else self._place
            self._refuse(place, (), _sentence(error))
        except Exception:  # the scanner lets OverflowError through for \UFFFFFFFF, and perhaps others
            self._refuse(self._place, (), "not valid YAML after this: an escape that names no character")
        # nothing is written where an empty value ends up: it keeps the place of what came before
        empty = isinstance(event, yaml.ScalarEvent) and event.value == "" and event.implicit[0]
        self._place = self._place if empty else self._at(event.start_mark)
        return event

    def _node(self, event: Any, path: Path) -> Node:
        place = self._place
        self._count(place, path)
        if isinstance(event, yaml.AliasEvent):
            return self._broken(place, path, f"the alias *{_named(event.anchor)}{_PLAIN}")
        node = self._body(event, place, path)
        if event.anchor is not None:
            return self._broken(place, path, f"the anchor &{_named(event.anchor)}{_PLAIN}")
        if event.tag is not None:
            return self._broken(place, path, f"the tag {_named(event.tag)}{_PLAIN}")
        return node

    def _body(self, event: Any, place: Place, path: Path) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place, path)
        if len(path) >= MAX_DEPTH:
            self._refuse(place, (), f"nested more than {MAX_DEPTH} levels deep")
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(self._list(path), place)
        return Node(self._mapping(path), place)

    def _scalar(self, event: Any, place: Place, path: Path) -> Node:
        text: str = event.value
        hidden = next((char for char in text if _unwelcome(char)), None)
        if hidden is not None:
            return self._broken(place, path, f"the control character U+{ord(hidden):04X} in a text")
        if not event.implicit[0]:
            return Node(text, place, text=text)
        try:
            return Node(resolve(text), place, text=text)
        except ScalarRefusedError as error:
            return self._broken(place, path, str(error))

    def _list(self, path: Path) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key_node = self._node(event, (*path, "?"))
            name = self._key(key_node, path, entries)
            value = self._node(self._next(), (*path, name if name is not None else "?"))
            if name is not None:
                entries[name] = value.keyed(key_node.place)
        return entries

    def _key(self, node: Node, path: Path, entries: dict[str, Node]) -> str | None:
        """The key's text, or None after a problem was noted."""
        if node.broken:
            return None
        if not isinstance(node.value, str):
            message = "a key must be text; put it in quotes"
        elif node.value == "<<":
            message = f"the merge key <<{_PLAIN}"
        elif node.value in entries:
            first, path = entries[node.value].head, (*path, node.value)
            message = f"duplicate key; first at line {first.line}, column {first.column}"
        else:
            return node.value
        self._problems.append(problem(node.place, path, message))
        return None

    def _broken(self, place: Place, path: Path, message: str) -> Node:
        self._problems.append(problem(place, path, message))
        return Node(None, place, broken=True)

    def _count(self, place: Place, path: Path) -> None:
        self._values += 1
        if self._values > MAX_VALUES:
            self._refuse(place, path, f"more than {MAX_VALUES:,} values")
        if len(self._problems) >= 100:
            raise ConfigError(self._problems)

    def _at(self, mark: Any) -> Place:
        offset = self._offset if mark.line == 0 else 0
        return Place(self._source, mark.line + 1, mark.column + 1 + offset)

    def _refuse(self, place: Place, path: Path, message: str) -> NoReturn:
        raise ConfigError([*self._problems, problem(place, path, message)]) from None


def _named(word: object) -> str:
    return visible(clipped(str(word)))


def _unwelcome(char: str) -> bool:
    """Control characters and lone surrogates, which an escape in double quotes can bring in."""
    return (ord(char) < 0x20 and char != "\n") or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000


def _sentence(error: MarkedYAMLError) -> str:
    text = f"not valid YAML: {error.problem}"
    if error.context:
        text += f", {error.context}"
    if error.context and error.context_mark and error.problem_mark:
        text += f" that began at line {error.context_mark.line + 1}"
    return visible(clipped(text.replace("\n", " "), 200))
