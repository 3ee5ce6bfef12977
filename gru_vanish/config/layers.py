"""The whole tree of a study: the file, what it extends, and the ``--set`` options over both."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from gru_vanish.config.composer import compose
from gru_vanish.config.errors import ConfigError, Problem, problem
from gru_vanish.config.given import Given, Text
from gru_vanish.config.marks import Node, Place, Source
from gru_vanish.config.merge import merged, with_value, without
from gru_vanish.config.reader import SourceFile, checked, read_source, read_text
from gru_vanish.config.wording import clipped, visible

MAX_EXTENDS = 8

# Below these an axis is one key, dots and all.
_DOTTED_KEYS = (("sweep", "grid"), ("sweep", "zip"))
_STEP = re.compile(r"[A-Za-z0-9_-]+")


def load_tree(given: Given, overrides: Sequence[str], problems: list[Problem]) -> tuple[Node, tuple[SourceFile, ...]]:
    """The merged tree and every file that entered it, the one that was asked for first.

    Raises:
        ConfigError: a file can not be read as a tree at all; options are looked at nevertheless.
    """
    options = [option for text in overrides if (option := _option(text, problems)) is not None]
    files: list[SourceFile] = []
    try:
        if isinstance(given, Text):
            tree = _composed("", *read_text(given.text, given.name, given.has_lines), (), files, problems)
        else:
            tree = _extended(os.fspath(given), os.fspath(given), (), files, problems)
    except ConfigError as error:
        raise ConfigError([*problems, *error.problems]) from None
    for steps, value in options:
        tree = with_value(tree, steps, value)
    return tree, tuple(files)


def _extended(path: str, name: str, above: tuple[str, ...], files: list[SourceFile], problems: list[Problem]) -> Node:
    """The tree of one file over the tree of the file it extends; ``above`` are the files that led here."""
    return _composed(path, *read_source(path, name), above, files, problems)


def _composed(
    path: str,
    source: Source,
    file: SourceFile,
    above: tuple[str, ...],
    files: list[SourceFile],
    problems: list[Problem],
) -> Node:
    """The tree of a text over the tree of the file it extends, which lies beside ``path``."""
    files.append(file)
    tree = compose(source, problems)
    if not isinstance(tree.value, dict):
        raise ConfigError([problem(tree.place, (), "a config is a mapping of keys to values")])
    base = tree.children.get("extends")
    if base is None or base.broken:
        return without(tree, "extends")
    above = (*above, os.path.realpath(path))
    _check_base(base, path, above)
    target = os.path.join(os.path.dirname(path), str(base.value))
    try:
        under = _extended(target, target, above, files, problems)
    except ConfigError as error:
        raise ConfigError(_pinned(error, target, base)) from None
    return merged(under, without(tree, "extends"))


def _check_base(base: Node, path: str, above: tuple[str, ...]) -> None:
    """Raise where ``extends`` can not be followed."""
    value = base.value
    message = None
    if not isinstance(value, str) or not value:
        message = "extends names one file, relative to this one"
    elif os.path.isabs(value) or "\x00" in value:
        message = "extends takes a path relative to this file"
    elif os.path.realpath(os.path.join(os.path.dirname(path), value)) in above:
        message = f"extends goes in a circle: {visible(clipped(value))} leads back here"
    elif len(above) > MAX_EXTENDS:
        message = f"more than {MAX_EXTENDS} files extend one another"
    if message:
        raise ConfigError([problem(base.place, ("extends",), message)])


def _pinned(error: ConfigError, target: str, base: Node) -> list[Problem]:
    """A base that can not be read at all is a fault of the line that names it."""
    return [
        problem(base.place, ("extends",), f"{visible(clipped(one.file, 200))} {one.message}")
        if one.file == target and not one.line
        else one
        for one in error.problems
    ]


def _option(text: str, problems: list[Problem]) -> tuple[tuple[str, ...], Node] | None:
    """The path and the value of ``a.b=value``, or None after its problems were noted."""
    name, equals, value = text.partition("=")
    shown = Source(f"--set {text}", (text,), is_file=False)
    place = Place(shown)
    steps = _steps(name.strip())
    if not equals or steps is None:
        problems.append(problem(place, (), "write --set path.to.field=value"))
        return None
    if steps[0] == "extends":
        problems.append(problem(place, (), "extends is written in a file only"))
        return None
    if not value.strip():
        problems.append(problem(place, steps, "no value after '='; write null for none"))
        return None
    try:
        source = checked(text, shown.name, is_file=False)
        return steps, compose(source, problems, offset=len(name) + 1).keyed(place)
    except ConfigError as error:
        problems.extend(error.problems)
        return None


def _steps(name: str) -> tuple[str, ...] | None:
    steps = tuple(name.split("."))
    if not all(_STEP.fullmatch(step) for step in steps):
        return None
    if steps[:2] in _DOTTED_KEYS and len(steps) > 2:
        return (*steps[:2], ".".join(steps[2:]))
    return steps
