"""What each room may import: the law of the house, as data.

``rooms`` are rooms of this package (its own is always allowed), ``libraries`` are third parties; the standard
library, pydantic and jaxtyping are free everywhere.
"""

from typing import NamedTuple

FREE = {"pydantic", "jaxtyping"}


class Row(NamedTuple):
    rooms: frozenset[str] = frozenset()
    libraries: frozenset[str] = frozenset()


def row(rooms: str = "", libraries: str = "") -> Row:
    return Row(frozenset(rooms.split()), frozenset(libraries.split()))


TABLE: dict[str, Row] = {
    "contracts": row("", "jax numpy"),
    # A set of activations is one of the contracts' types.
    "activations": row("contracts", "jax"),
    "initializers": row("", "numpy"),
    "cells": row("contracts activations initializers", "jax numpy"),
    "inputs": row("contracts", "jax numpy"),
    "losses": row("contracts", "jax numpy"),
    # One task shows the digits that scikit-learn ships.
    "tasks": row("contracts", "jax numpy sklearn"),
    "flow": row("contracts activations", "jax numpy"),
    "training": row("contracts activations flow", "jax numpy optax"),
    # Named arrays of other programs; what they are for a cell is told in its words alone.
    "models": row("", "numpy safetensors ml_dtypes"),
    # One table of all measures.
    "measures": row("contracts flow training", "jax"),
    # The rooms' tables, and the contracts that it builds.
    "config": row(
        "analysis contracts cells initializers inputs losses flow models tasks training measures",
        "ruamel numpy safetensors",
    ),
    # The probes run known networks; the compilation cache asks where the user's caches are.
    # Its workers read settings that come over the wire.
    "engine": row(
        "contracts cells inputs losses flow measures store config",
        "jax numpy platformdirs dask distributed dask_jobqueue cryptography",
    ),
    # Small networks for others to test theirs against; what is written goes through the command line.
    "oracle": row("contracts activations cells", "jax numpy safetensors"),
    "store": row("", "numpy pyarrow"),
    "analysis": row("store", "numpy scipy"),
    "figures": row("analysis", "numpy matplotlib tueplots"),
    # One page for browsers, its charts and pictures in it.
    "report": row("analysis", "numpy altair vl_convert jinja2 markupsafe PIL"),
    # Words and files of what was found: a terminal's, LaTeX, Markdown, and every column for other programs.
    "tables": row("analysis", "numpy"),
    # What the commands do, for the command line and for Python.
    "interface": row(
        "contracts cells initializers inputs losses models tasks training measures config engine oracle store "
        "analysis figures report tables",
        "jax numpy",
    ),
    "cli": row("interface tables config engine models analysis figures store", "typer rich click"),
}
ONLY_INSIDE_FUNCTIONS = {
    "store": {"pyarrow"},
    "engine": {"dask", "distributed", "dask_jobqueue", "cryptography"},
    "tasks": {"sklearn"},
    "models": {"safetensors", "ml_dtypes"},
}
"""What a room imports where it is used, so that nobody waits for it."""
WITHOUT_DISK = ("contracts", "activations", "initializers", "cells", "inputs", "losses", "tasks", "flow", "training")
DISK = {"io", "os", "pathlib", "pickle", "shutil", "sqlite3", "tempfile"}
NEVER_REACHED = {
    "models": {"jax", "matplotlib", "rich"},
    "store": {"jax", "matplotlib", "rich"},
    "analysis": {"jax", "matplotlib"},
    "figures": {"jax"},
    "report": {"jax", "matplotlib", "rich"},
    "tables": {"jax", "matplotlib", "rich"},
}
"""What importing any file of a room must not load, through whatever modules."""
NEVER_BEFORE_A_COMMAND = {"jax", "matplotlib", "scipy", "pyarrow"}
"""What the command line must not load before it knows its command, so that ``--help`` answers at once."""
