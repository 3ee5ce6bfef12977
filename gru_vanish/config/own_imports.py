"""What a user's file may import: only what a result's key or provenance can speak for."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import PurePath

_INSTALLED = {"site-packages", "dist-packages"}


def foreign_imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Give line and sentence of every import of what is neither installed nor Python's own.

    Only the content of the file itself is in the key: a module beside it could change, and old results would be taken
    for new ones.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.lineno, "a relative import: what the cell needs has to be in this one file"
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            for name in names:
                place = _outside(name.partition(".")[0])
                if place is not None:
                    sentence = f"{name} lies at {place}, and its content would be in no key: "
                    yield node.lineno, sentence + "what the cell needs has to be in this one file or installed"


def _outside(top: str) -> str | None:
    """Return where a top-level module lies, if that is neither Python's library nor an installed package."""
    if top in sys.stdlib_module_names or top == "gru_vanish":
        return None
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError, AttributeError):
        return None
    if spec is None:
        return None  # executing the file says that it is missing
    places = [*(spec.submodule_search_locations or ()), *([spec.origin] if spec.origin else [])]
    return next((place for place in places if not _INSTALLED & set(PurePath(place).parts)), None)
