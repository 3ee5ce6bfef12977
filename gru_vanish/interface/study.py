"""The series of a study that are asked for, and the nearest to a word that names none."""

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from gru_vanish.interface.refusals import Exit, RefusalError

if TYPE_CHECKING:
    from gru_vanish.config import Series


def chosen(series: "Sequence[Series]", only: Sequence[str]) -> "tuple[Series, ...]":
    """Return the series with one of these labels, all of them where none is named."""
    labels = list(dict.fromkeys(one.label for one in series))
    for label in only:
        if label not in labels:
            hint = nearest(label, labels)
            raise RefusalError(Exit.usage, f"--only {label}: no series has this label{hint}")
    return tuple(one for one in series if not only or one.label in only)


def nearest(word: str, words: Iterable[str]) -> str:
    """Return what was probably meant, and all that there is."""
    words = list(words)
    close = difflib.get_close_matches(word.lower(), words, n=1) or difflib.get_close_matches(word, words, n=1)
    hint = f"; did you mean '{close[0]}'?" if close else "."
    return f"{hint} There is: {', '.join(words)}"


def listed(words: str | Sequence[str]) -> Sequence[str]:
    """Return words; a single one may stand for itself."""
    return (words,) if isinstance(words, str) else tuple(words)
