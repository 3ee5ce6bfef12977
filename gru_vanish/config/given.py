"""A config that is no file: a text, or values as Python has them."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from gru_vanish.config.errors import ConfigError, Problem
from gru_vanish.config.marks import Path, dotted

DEEPEST = 50


@dataclass(frozen=True)
class Text:
    """YAML that stands in no file. Paths in it are relative to the working folder, messages go by ``name``."""

    text: str
    name: str = "text"
    has_lines: bool = True
    """Whether the user has seen the lines, so that messages may count them."""


Given: TypeAlias = str | os.PathLike[str] | Text


def text_of(values: Mapping[Any, Any]) -> Text:
    """Return a mapping of Python values as a config: numbers and lists of NumPy's, tuples and paths are welcome.

    Raises:
        ConfigError: naming every value that no config can hold.
    """
    problems: list[Problem] = []
    plain = _plain(values, (), problems)
    if problems:
        raise ConfigError(problems)
    return Text(json.dumps(plain, indent=2, ensure_ascii=False), name="dict", has_lines=False)


def options_of(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return ``{"a.b": value}`` as the texts of ``--set`` options.

    Raises:
        ConfigError: naming every value that no config can hold.
    """
    problems: list[Problem] = []
    options = [f"{name}={json.dumps(_plain(one, (str(name),), problems), ensure_ascii=False)}" for name, one in
               values.items()]  # fmt: skip
    if problems:
        raise ConfigError(problems)
    return tuple(options)


def _plain(value: Any, path: Path, problems: list[Problem]) -> Any:
    """Return a value as JSON has it; what can not be is noted."""
    value = value.tolist() if hasattr(value, "tolist") else value  # NumPy's numbers and arrays
    if len(path) > DEEPEST:
        return _refused(path, "nested too deeply (does it contain itself?)", problems)
    if isinstance(value, Mapping):
        return dict(_entries(value, path, problems))
    if isinstance(value, list | tuple | range):
        return [_plain(one, (*path, index), problems) for index, one in enumerate(value)]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, float) and not math.isfinite(value):
        return _refused(path, f"given {value}; expected a finite number", problems)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return _refused(path, f"given a value of the type {type(value).__name__}, which no config can hold", problems)


def _entries(value: Mapping[Any, Any], path: Path, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    for key, one in value.items():
        if isinstance(key, str):
            yield key, _plain(one, (*path, key), problems)
        else:
            _refused((*path, str(key)), f"the key {key!r} is no text", problems)


def _refused(path: Path, message: str, problems: list[Problem]) -> None:
    problems.append(Problem("dict", 0, 0, dotted(path), message, in_file=False))
