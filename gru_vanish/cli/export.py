"""``export NAME --to FORMAT``: the tables of a study for other programs, from the store alone; jax is not imported."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gru_vanish.cli.conclude import folded, tell_json
from gru_vanish.cli.exits import Exit, RefusalError
from gru_vanish.cli.output import bold, printable, tell
from gru_vanish.cli.signals import Signals
from gru_vanish.interface.export import READABLE, WHOLE, exported
from gru_vanish.tables.exported import Exported, dictionary


@dataclass(frozen=True)
class Wanted:
    """What the command line says beside the study's name."""

    formats: Sequence[str]
    out: Path | None
    columns: bool
    as_json: bool


def require_one_of_two(
    name: str | None,
    to: Sequence[str],
    out: Path | None,
    columns: bool,
    oracle: Path | None,
    cell: Sequence[str],
    seed: int | None,
) -> None:
    """Raise `RefusalError` unless the words ask for the tables of a study, or else for an oracle."""
    of_tables = {"NAME": name, "--to": to, "--out": out, "--columns": columns}
    of_oracle = {"--cell": cell, "--seed": seed is not None}
    if oracle is not None:
        wrong = [word for word, value in of_tables.items() if value]
        if wrong:
            raise RefusalError(Exit.usage, f"--oracle is about no study: {wrong[0]} does not go with it")
        return
    wrong = [word for word, value in of_oracle.items() if value]
    if wrong:
        raise RefusalError(Exit.usage, f"{wrong[0]} goes with --oracle DIR alone")
    if name is None:
        raise RefusalError(Exit.usage, "name a study to export, or a folder with --oracle DIR")
    if not to:
        raise RefusalError(Exit.usage, f"say in which form: --to {', '.join([*WHOLE, *READABLE])}")


def export(name: str, results: Path, wanted: Wanted, signals: Signals) -> int:
    """Write the tables of a study in the forms that are asked for and in those that are there already."""
    _, tables, paths = exported(name, results, wanted.formats, wanted.out, signals)
    if wanted.as_json:
        tell_json({"name": name, "paths": [str(path) for path in paths], "tables": dictionary(tables)})
    else:
        tell("\n".join([*(words_of(tables) if wanted.columns else ()), *(f"wrote {path}" for path in folded(paths))]))
    return Exit.done


def words_of(tables: Sequence[Exported]) -> list[str]:
    """Return the dictionary as lines."""
    lines = []
    for table in tables:
        lines.append(bold(f"{table.name}: {table.meaning} ({table.size} rows)"))
        for column in table.dictionary:
            unit = f" ({column.unit})" if column.unit else ""
            lines.append(printable(f"  {column.name:<28}  {column.meaning}{unit}"))
        lines.append("")
    return lines
