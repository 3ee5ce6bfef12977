"""From the store to what the user gets: tables on disk, figures, and the text or JSON on stdout."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gru_vanish.analysis import Table, analyse
from gru_vanish.cli.layout import wrapped
from gru_vanish.cli.output import bold, printable, tell, width
from gru_vanish.cli.signals import Signals
from gru_vanish.cli.tables import conditions, grid, notes
from gru_vanish.store import Store, write_tables
from gru_vanish.store.tables import encode_json


@dataclass
class Conclusion:
    """The table of a study, the files that were written, and the seconds that it took."""

    table: Table
    tables: list[Path]
    figures: list[Path] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def paths(self) -> dict[str, list[str]]:
        """Return the written files as text."""
        return {
            "tables": [str(path) for path in self.tables],
            "figures": [str(path) for path in self.figures],
        }


def conclude(root: Path, manifest: Mapping[str, Any], figures: Sequence[str], signals: Signals) -> Conclusion:
    """Analyse what the store holds of a study, write its tables, draw its figures; without jax."""
    folder, started = root / manifest["name"], time.perf_counter()
    with signals.prompt():
        table = analyse(manifest, Store(root).read)
    written = write_tables(folder, table.summary_rows(), table.curve_columns(), table.summary())
    analysed = time.perf_counter()
    done = Conclusion(table, written, seconds={"analyse": analysed - started})
    if figures and any(one.curves for one in table.series):
        done.figures = drawn(figures, table, folder / "figures", signals)
        done.seconds["figures"] = time.perf_counter() - analysed
    return done


def drawn(names: Sequence[str], table: Table, folder: Path, signals: Signals) -> list[Path]:
    """Draw the figures; matplotlib is imported here, where its second is needed."""
    from gru_vanish.figures import draw
    from gru_vanish.store import make_folder

    make_folder(folder)
    written: list[Path] = []
    for name in names:
        signals.check()
        written += draw(name, table, folder)
    return written


def tell_text(conclusion: Conclusion, others: Sequence[Path] = ()) -> None:
    """Write the table, its notes and the paths to stdout."""
    table, columns = conclusion.table, width()
    question = f": {printable(table.question)}" if table.question else ""
    lines = [bold(wrapped(f"{table.name}{question}", columns)), wrapped(conditions(table), columns), ""]
    lines += [*grid(table).lines(columns), ""]
    lines += [wrapped(f"note: {note}", columns) for note in notes(table)]
    lines += [f"wrote {path}" for path in folded([*others, *conclusion.tables, *conclusion.figures])]
    tell("\n".join(lines))


def tell_json(values: Mapping[str, Any]) -> None:
    """Write one JSON object to stdout."""
    tell(encode_json(values).decode("utf-8"))


def folded(paths: Sequence[Path]) -> list[str]:
    """Return the paths, those that differ in their endings alone as one: ``figures/a.{pdf,svg}``."""
    endings: dict[Path, list[str]] = {}
    for path in paths:
        endings.setdefault(path.with_suffix(""), []).append(path.suffix.removeprefix("."))
    return [
        f"{stem}.{found[0]}" if len(found) == 1 else f"{stem}.{{{','.join(found)}}}" for stem, found in endings.items()
    ]
