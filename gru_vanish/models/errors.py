"""What is wrong with a file of weights, in a sentence."""

import difflib
from collections.abc import Iterable, Sequence

_FEW = 12


class ModelError(ValueError):
    """A file that can not be read as weights, or not as those of the framework that was named."""


def listed(words: Iterable[str]) -> str:
    """Return words joined by commas, cut where there are too many to read."""
    names = [_visible(word) for word in words]
    return ", ".join(names[:_FEW]) + (f", … ({len(names)} in all)" if len(names) > _FEW else "")


def meant(word: str, words: Sequence[str]) -> str:
    """Return what was probably meant, and all that there is."""
    close = difflib.get_close_matches(word[:200], words, n=1, cutoff=0.4)
    hint = f"did you mean '{_visible(close[0])}'? " if close else ""
    return f"{hint}There is: {listed(words)}"


def _visible(text: str) -> str:
    cut = text if len(text) <= 80 else text[:79] + "…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in cut)
