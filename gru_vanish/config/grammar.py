"""Lists of values in a config: written out, or as ``range``, ``linspace`` or ``logspace``."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TypeGuard

from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.forms import FORMS, MAX_VALUES, FormRefusedError, exact
from gru_vanish.config.marks import Node, Path
from gru_vanish.config.wording import given, unknown_key

MAX_LENGTH = 2**31 - 1
MAX_SEEDS = 10_000

_EXAMPLES = "a list, {range: [a, b], step: s}, {linspace: [a, b], num: n} or {logspace: [a, b], num: n}"


def values(node: Node, path: Path, problems: list[Problem]) -> list[Node] | None:
    """The values of a list or a form, each with its place; None after a problem was noted."""
    if node.broken:
        return None
    if isinstance(node.value, list):
        return node.items
    names = [form for form in FORMS if form in node.children]
    if len(names) != 1:
        problems.append(problem(node.place, path, f"given {given(node)}; expected {_EXAMPLES}"))
        return None
    return _formed(node, names[0], path, problems)


def lengths(node: Node, problems: list[Problem]) -> Node:
    """``lengths:`` as a list of distinct ascending whole numbers; a broken node after a problem was noted."""
    read = _all if "all" in node.children else values
    found = read(node, ("lengths",), problems)
    if found is None:
        return replace(node, value=None, broken=True)
    found = [_rounded(item) for item in found]
    whole = [(item.value, item) for item in found if is_whole(item.value)]
    if len(whole) < len(found):
        return replace(node, value=found)  # what is wrong is found by the model, item by item
    distinct = dict(reversed(whole))
    return replace(node, value=[distinct[length] for length in sorted(distinct)])


def seeds(node: Node, problems: list[Problem]) -> Node:
    """``seeds:`` as a list: a count n means 0 … n−1."""
    path: Path = ("seeds",)
    if is_whole(node.value) and 1 <= node.value <= MAX_SEEDS:
        return replace(node, value=[_made(node, seed) for seed in range(node.value)])
    if is_whole(node.value):
        message = f"given {given(node)}; allowed: 1 to {MAX_SEEDS}, or a list"
        problems.append(problem(node.place, path, message))
        return replace(node, value=None, broken=True)
    found = values(node, path, problems)
    if found is None:
        return replace(node, value=None, broken=True)
    seen: set[int] = set()
    for index, item in enumerate(found):
        if is_whole(item.value) and item.value in seen:
            problems.append(problem(item.place, (*path, index), f"the seed {given(item)} is named twice"))
        if is_whole(item.value):
            seen.add(item.value)
    return replace(node, value=found)


def is_whole(value: object) -> TypeGuard[int]:
    """Whether a value is a whole number, and not true or false."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number, and not true or false."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _formed(node: Node, form: str, path: Path, problems: list[Problem]) -> list[Node] | None:
    beside, numbers = FORMS[form]
    if any(child.broken for child in [*node.children.values(), *node.children[form].items]):
        return None
    for key, child in node.children.items():
        if key not in (form, beside):
            problems.append(problem(child.head, (*path, key), unknown_key(key, [form, beside])))
            return None
    try:
        found = numbers(_ends(node.children[form]), _beside(node, form, beside))
    except FormRefusedError as error:
        problems.append(problem(node.place, path, f"{form}: {error}"))
        return None
    return [_made(node, number) for number in found]


def _ends(node: Node) -> tuple[Fraction, Fraction]:
    numbers = [exact(item.value) for item in node.items if is_number(item.value)]
    if len(node.items) != 2 or len(numbers) != 2:
        raise FormRefusedError("expected two numbers [a, b]")
    return numbers[0], numbers[1]


def _beside(node: Node, form: str, name: str) -> Fraction:
    """The step, 1 where it is left out, or the count, which is never left out."""
    count = node.children.get(name)
    if count is None and form == "range":
        return Fraction(1)
    if count is None:
        raise FormRefusedError(f"'{name}' is missing")
    if not (is_whole(count.value) if name == "num" else is_number(count.value)):
        raise FormRefusedError(f"{name} is {given(count)}; expected a {'whole ' * (name == 'num')}number")
    return exact(count.value) if is_number(count.value) else Fraction(1)


def _all(node: Node, path: Path, problems: list[Problem]) -> list[Node] | None:
    last = node.children["all"]
    if last.broken:
        return None
    if len(node.children) > 1 or not is_whole(last.value) or not 1 <= last.value <= MAX_VALUES:
        message = f"given {given(last)}; expected {{all: T}} with T from 1 to {MAX_VALUES}"
        problems.append(problem(last.place, (*path, "all"), message))
        return None
    return [_made(node, length) for length in range(1, last.value + 1)]


def _rounded(item: Node) -> Node:
    return replace(item, value=round(item.value)) if item.made and is_number(item.value) else item


def _made(node: Node, number: int | float) -> Node:
    return Node(number, node.place, node.key, text=str(number), made=True)
