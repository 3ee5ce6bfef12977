"""Words for people: values as they were given, ranges, and the nearest right word."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from gru_vanish.config.marks import Node

_SHOWN = 60
_FEW = 24


def visible(text: str) -> str:
    """``text`` with what a terminal would act on, or would not show, written as an escape."""
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def clipped(text: str, limit: int = _SHOWN) -> str:
    """``text``, cut with an ellipsis where it is longer than ``limit``."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def quoted(text: str) -> str:
    """``text`` clipped, made visible and in quotes."""
    return f"'{visible(clipped(text))}'"


def given(node: Node) -> str:
    """What the user gave, as an error message shows it."""
    if isinstance(node.value, dict):
        return "a mapping"
    if isinstance(node.value, list):
        return "a list"
    if node.value is None:
        return "null"
    return quoted(node.value) if isinstance(node.value, str) else visible(clipped(node.text))


def nearest(word: str, words: Collection[str]) -> str | None:
    """The known word most like ``word``, or None where none is near."""
    if len(word) > 200:
        return None
    by_case = {known.lower(): known for known in words}
    found = difflib.get_close_matches(word.lower(), by_case, n=1, cutoff=0.6)
    return by_case[found[0]] if found else None


def suggestion(word: str, words: Collection[str]) -> str:
    """``; did you mean 'hidden'?`` or nothing."""
    found = nearest(word, words)
    return f"; did you mean '{found}'?" if found else ""


def listed(words: Iterable[str]) -> str:
    """Words joined by commas, cut where there are too many to read."""
    names = list(words)
    return ", ".join(names[:_FEW]) + (f", … ({len(names)} in all)" if len(names) > _FEW else "")


def unknown_key(word: str, words: Collection[str]) -> str:
    """The sentence for a key that does not exist here."""
    hint = suggestion(word, words)
    return "unknown key" + (hint or (f"; allowed: {listed(words)}" if words else ""))


def not_allowed(node: Node, words: Collection[str]) -> str:
    """The sentence for a value that is none of the allowed words."""
    hint = suggestion(node.value, words) if isinstance(node.value, str) else ""
    return f"given {given(node)}; allowed: {listed(words)}{hint}"


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
