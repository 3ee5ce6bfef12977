"""``compare``: two studies side by side, from the store alone; jax is not imported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gru_vanish.analysis import Comparison, Findings
from gru_vanish.analysis import compare as analysed
from gru_vanish.analysis.comparing import DIFFERENCE_COLUMNS, asked_pair
from gru_vanish.interface.caller import Caller, asked
from gru_vanish.interface.conclude import DRAWING
from gru_vanish.interface.draw import words_of
from gru_vanish.interface.host import Host
from gru_vanish.interface.html import definition, pictures, table
from gru_vanish.interface.known_study import found, place_of, say_unfinished
from gru_vanish.interface.refusals import Exit, RefusalError
from gru_vanish.interface.study import listed
from gru_vanish.interface.study_result import Columns, StudyResult
from gru_vanish.store import make_folder, write_atomically
from gru_vanish.store.tables import encode_csv, encode_json
from gru_vanish.tables.comparison import comparison_sections
from gru_vanish.tables.exported import columnar, plain

if TYPE_CHECKING:
    from gru_vanish.figures import Page


@dataclass(frozen=True)
class Wanted:
    """What is said beside the names of the studies."""

    pairs: Sequence[str]
    """each ``SERIES_OF_A=SERIES_OF_B``"""
    measures: Sequence[str]
    venue: str
    width: str
    formats: Sequence[str]


@dataclass(frozen=True, repr=False)
class CompareResult:
    """What two studies have to say about each other; every difference is B − A."""

    comparison: Comparison
    tables_written: tuple[Path, ...]
    figures_written: tuple[Path, ...]
    remarks: tuple[str, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file that was written."""
        return (*self.tables_written, *self.figures_written)

    def differences(self) -> Columns:
        """Return one row per number, with an interval or without, as columns."""
        rows = self.comparison.rows()
        return {name: [plain(one) for one in values] for name, values in columnar(rows).items()}

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return dict(self.comparison.as_json())

    def __repr__(self) -> str:
        """The outcome in a line."""
        found = self.comparison
        count = f"{len(found.beyond)} of {len(found.numbers)} numbers differ beyond their intervals"
        return f"<CompareResult {found.a.title}, {found.b.title}: {count}>"

    def _repr_html_(self) -> str:
        """The short tables, as a notebook shows them."""
        sections = comparison_sections(self.comparison)
        tables = (table(one.grid.heads, one.grid.rows, one.title) for one in sections if one.grid.rows)
        return "".join([definition(repr(self)[1:-1]), pictures(self.figures_written), *tables])


def compare(
    a: str | StudyResult,
    b: str | StudyResult,
    *,
    results: str | Path = "results",
    results_b: str | Path | None = None,
    pair: Mapping[str, str] | Sequence[str] = (),
    measure: str | Sequence[str] = (),
    venue: str = "screen",
    width: str = "full",
    formats: str | Sequence[str] = ("pdf", "svg", "png"),
) -> CompareResult:
    """Say what differs between two studies: their settings, their numbers beyond the intervals, their verdicts.

    Args:
        a, b: their names, or what `run` has given.
        results, results_b: the folder of all results, and that of study B where it is another one.
        pair: series that are to stand together, ``{"SERIES_OF_A": "SERIES_OF_B"}``.
        measure: those to compare; default: all that both take.
        venue, width, formats: of the figure, as in `draw`.
    """
    (name_a, root_a), (name_b, root_b) = place_of(a, results), place_of(b, results_b or results)
    pairs = [f"{one}={other}" for one, other in pair.items()] if isinstance(pair, Mapping) else listed(pair)
    wanted = Wanted(pairs, listed(measure), venue, width, words_of(formats))

    def work(caller: Caller) -> CompareResult:
        comparison, paths, figures, remarks = studies_compared(name_a, name_b, (root_a, root_b), wanted, caller)
        return CompareResult(comparison, tuple(paths), tuple(figures), (*caller.remarks, *remarks))

    return asked(work, computes=False)


def studies_compared(
    a: str, b: str, roots: tuple[Path, Path], wanted: Wanted, host: Host
) -> tuple[Comparison, list[Path], list[Path], list[str]]:
    """Write what two studies have to say about each other; return it with its tables, figures and remarks."""
    page, formats = asked_for(wanted)
    sides = found(a, roots[0], host), found(b, roots[1], host)
    with host.prompt():
        comparison = compared(*sides, wanted)
    for one in sides:
        say_unfinished(one, host)
    folder = roots[0] / a / "compare" / b
    paths = written(comparison, folder)
    with DRAWING:
        return comparison, paths, *drawn(comparison, folder, page, formats, host)


def asked_for(wanted: Wanted) -> tuple["Page", list[str]]:
    """Return page and formats; raise `RefusalError` for a word that is none, with the nearest."""
    from gru_vanish import figures

    try:
        formats = [figures.known("format", word, figures.FORMATS) for word in wanted.formats]
        return figures.page_of(wanted.venue, wanted.width), formats
    except LookupError as fault:
        raise RefusalError(Exit.usage, str(fault.args[0])) from fault


def compared(a: Findings, b: Findings, wanted: Wanted) -> Comparison:
    """Return the comparison; raise `RefusalError` for names that are none, and where no series stand together."""
    try:
        pairs = [asked_pair(text, a.manifest, b.manifest) for text in wanted.pairs]
        comparison = analysed(a, b, pairs, wanted.measures)
    except LookupError as fault:
        raise RefusalError(Exit.usage, str(fault.args[0])) from fault
    if not comparison.pairs:
        alone = comparison.only_a, comparison.only_b
        names = [", ".join(dict.fromkeys(one.label for one in each)) for each in alone]
        raise RefusalError(
            Exit.usage,
            f"no series of {a.name} ({names[0]}) clearly belongs beside one of {b.name} ({names[1]}): "
            "say which with --pair SERIES_OF_A=SERIES_OF_B",
        )
    return comparison


def written(comparison: Comparison, folder: Path) -> list[Path]:
    """Write the tables; everything is encoded before the first file is written."""
    rows = comparison.rows()
    columns = [{"name": one.name, "unit": one.unit, "meaning": one.meaning} for one in DIFFERENCE_COLUMNS]
    empty = [dict.fromkeys(one.name for one in DIFFERENCE_COLUMNS)]
    text = encode_csv(rows or empty)
    contents = {
        "differences.csv": text if rows else text[: text.index(b"\n") + 1],
        "comparison.json": encode_json({**comparison.as_json(), "columns": columns}),
    }
    make_folder(folder)
    for name, data in contents.items():
        write_atomically(folder / name, data)
    return [folder / name for name in contents]


def drawn(
    comparison: Comparison, folder: Path, page: "Page", formats: Sequence[str], host: Host
) -> tuple[list[Path], list[str]]:
    """Draw the figure; return its files, and why there is none or what is to be known of it."""
    from gru_vanish import figures
    from gru_vanish.figures.comparison import comparison_picture

    host.check()
    try:
        picture = comparison_picture(comparison, page)
    except figures.NotDrawableError as fault:
        return [], [f"the figure is not drawn: {fault}"]
    target = folder if page == figures.DEFAULT else folder / page.name
    make_folder(target)
    paths, height = figures.write_and_measure(picture, target, page, formats)
    if page.tallest is not None and height > 1.02 * page.tallest:
        return paths, [f"the figure is {height:.1f} in tall; a page of {page.venue} holds {page.tallest:.1f} in"]
    return paths, []
