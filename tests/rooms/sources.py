"""The package's files and what they import, read from their text."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PACKAGE = "gru_vanish"
ROOT = Path(__file__).parents[2] / PACKAGE


@dataclass(frozen=True)
class Source:
    """One file of the package."""

    path: Path

    @property
    def name(self) -> str:
        """The module's dotted name."""
        parts = (PACKAGE, *self.path.relative_to(ROOT).with_suffix("").parts)
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def room(self) -> str:
        """The folder or file right below the package; empty for the package's `__init__` and `__main__`."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return "" if parts[0].startswith("__") else parts[0]

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"), str(self.path))

    @property
    def lines(self) -> int:
        return len(self.path.read_text(encoding="utf-8").splitlines())

    def imports(self, only_at_import: bool = False) -> Iterator[str]:
        """Give dotted names of what is imported anywhere in the file, or by importing the file."""
        yield from _imports(self.tree, self._package(), only_at_import)

    def _package(self) -> str:
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]


def _imports(node: ast.AST, package: str, only_at_import: bool) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if only_at_import and (_is_function(child) or _is_for_types(child)):
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield from _imported_from(child, package)
        yield from _imports(child, package, only_at_import)


def _imported_from(node: ast.ImportFrom, package: str) -> Iterator[str]:
    """Give `a.b` and `a.b.c` for ``from a.b import c``: c may be a module of its own."""
    above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
    base = ".".join([*above, *([node.module] if node.module else [])])
    yield base
    yield from (f"{base}.{alias.name}" for alias in node.names)


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


SOURCES = tuple(Source(path) for path in sorted(ROOT.rglob("*.py")))
MODULES = {source.name: source for source in SOURCES}


def rooms_of(names: Iterator[str]) -> set[str]:
    """Give the rooms among imported names."""
    parts = (name.split(".") for name in names if name.startswith(f"{PACKAGE}."))
    return {room for _, room, *_ in parts if any(source.room == room for source in SOURCES)}


def libraries_of(names: Iterator[str]) -> set[str]:
    """Give the first parts of all other imported names."""
    return {name.split(".")[0] for name in names} - {PACKAGE, ""}


def loaded_by(name: str) -> set[str]:
    """Give every module and library that importing a module of the package loads, as far as its files say."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each in reached:
            continue
        reached.add(each)
        if each in MODULES:
            # Importing a.b.c runs a and a.b first.
            waiting += [each.rpartition(".")[0], *MODULES[each].imports(only_at_import=True)]
    return reached
