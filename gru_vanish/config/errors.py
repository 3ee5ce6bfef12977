"""What is wrong with a config: one `Problem` per fault, all of them in one `ConfigError`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gru_vanish.config.marks import Path, Place, dotted
from gru_vanish.config.wording import clipped, visible

_LINE_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it is, which field it concerns, and what to do about it.

    ``file`` is a path as the user gave it, or ``--set a.b=value``; ``line`` is 0 where there is none to show.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    source_line: str = ""
    in_file: bool = True

    @property
    def place(self) -> str:
        """``file:line:column``, or the option's own text."""
        name = visible(self.file)
        return f"{name}:{self.line}:{self.column}" if self.in_file and self.line else name

    def __str__(self) -> str:
        """The sentence, then the source line with a caret under the fault."""
        parts = [self.place, visible(clipped(self.path, 200)), self.message]
        head = ": ".join(part for part in parts if part)
        return head + _pointer(self.source_line, self.column) if self.source_line else head


class ConfigError(Exception):
    """Everything that is wrong with a config, at once; ``problems`` is never empty."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(dict.fromkeys(problems), key=_in_order))
        super().__init__(self.problems)

    def __str__(self) -> str:
        """All problems, one block of lines each, then how many there are."""
        count = len(self.problems)
        total = f"{count} problem{'s' if count > 1 else ''} in the config"
        return "\n".join([*map(str, self.problems), total])


def problem(place: Place, path: Path, message: str) -> Problem:
    """The problem at a place in a source."""
    source = place.source
    line = place.line if place.written else 0
    return Problem(source.name, line, place.column, dotted(path), message, place.source_line, in_file=source.is_file)


def _in_order(one: Problem) -> tuple[bool, str, int, int]:
    """Files first, then options; from top to bottom."""
    return (not one.in_file, one.file, one.line, one.column)


def _pointer(line: str, column: int) -> str:
    """The source line, cut to a window around ``column``, and a caret under that column."""
    start = max(0, column - 1 - _LINE_SHOWN // 2) if len(line) > _LINE_SHOWN else 0
    before = ("…" if start else "") + visible(line[start : column - 1])
    after = visible(clipped(line[column - 1 :], _LINE_SHOWN // 2 if start else _LINE_SHOWN))
    return f"\n    {before}{after}\n    {' ' * len(before)}^"
