"""A config as the user gave it, or all that is wrong with it."""

import difflib
from collections.abc import Iterable, Sequence

from gru_vanish.cli.exits import Exit, RefusalError
from gru_vanish.config import ConfigError, Loaded, Series, load


def loaded(path: str, overrides: Sequence[str], allow_code: bool = False) -> Loaded:
    """Return the study of a config; raise `RefusalError` with every problem at its place.

    With ``allow_code`` the device has to be prepared: cells of the user's own are tried out on it.
    """
    try:
        return load(path, overrides, allow_code=allow_code)
    except ConfigError as error:
        raise RefusalError(Exit.usage, f"nothing was started\n{error}") from error


def chosen(series: Sequence[Series], only: Sequence[str]) -> tuple[Series, ...]:
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
