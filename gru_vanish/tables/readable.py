"""Tables for readers: the columns that a text would show, with intervals, and the notes without which they mislead."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gru_vanish.analysis import BreakEven, Findings, Table
from gru_vanish.analysis.intervals import minus
from gru_vanish.analysis.rows import band_rows
from gru_vanish.tables.claims import claims_section
from gru_vanish.tables.layout import Grid, printable
from gru_vanish.tables.text import NOTHING, conditions, grid, notes, short_grid, short_notes

SHOWN_LENGTHS = 6
MEANS = "mean ± half of the 95 % interval over seeds"


@dataclass(frozen=True)
class Readable:
    """One table of text."""

    name: str
    study: str
    caption: str
    grid: Grid
    notes: tuple[str, ...]


def readable_tables(findings: Findings) -> list[Readable]:
    """Return the headline's tables, and the short one of every further measure."""
    return list(_tables(findings))


def _tables(findings: Findings) -> Iterator[Readable]:
    about = f"{printable(conditions(findings))}."
    unfinished = "" if findings.finished else f" Unfinished: {findings.progress} units."
    question = f"{printable(findings.question)} " if findings.question else ""

    def table(name: str, caption: str, grid: Grid, notes: Iterator[str]) -> Readable:
        return Readable(name, findings.name, f"{question}{caption} {about}{unfinished}", grid, tuple(notes))

    if findings.has_headline:
        headline = findings.headline
        sentences = {printable(one.sentence()) for one in headline.break_evens}
        own = (note for note in notes(headline) if note not in sentences)
        yield table("summary", f"Decay of the gradient by h_0; {MEANS}.", grid(headline), own)
        medians = "ln ‖dL_T/dh_0‖ in nats: median over seeds [order-statistic interval]."
        yield table("bands", medians, lengths_grid(headline), coverage(headline))
        if headline.break_evens:
            yield table(
                "break_even", f"Where two cells decay equally fast; {MEANS}.", break_even_grid(headline), iter(())
            )
    if findings.claims:
        section = claims_section(findings.claims)
        yield table("claims", f"{section.title}.", section.grid, iter(section.notes))
    for measure in findings.further:
        of = findings.of(measure)
        yield table(measure, f"{measure}: {MEANS}.", short_grid(of), short_notes(of))


def lengths_grid(table: Table) -> Grid:
    """Return a line for each series and for some lengths, the first and the last among them."""
    heads = (
        ("", "series"),
        ("T", "steps"),
        ("ln ‖dL_T/dh_0‖", "nats, median [interval]"),
        ("zero", "share"),
        ("", "seeds"),
    )
    lines = []
    for index, one in enumerate(table.series):
        rows = list(band_rows(index, one)) if one.curves else []
        for place in chosen_lengths([row["length"] for row in rows]):
            lines.append(_length_line(rows[place]))
    return Grid(heads, lines)


def coverage(table: Table) -> Iterator[str]:
    """Say how sure the intervals of the medians are: a few seeds allow no 95 %."""
    rows = [row for index, one in enumerate(table.series) if one.curves for row in band_rows(index, one)]
    found = [row["coverage"] for row in rows if np.isfinite(row["coverage"])]
    if found:
        ends = dict.fromkeys((f"{min(found):.0%}", f"{max(found):.0%}"))
        yield f"an interval holds the true median with a probability of {' to '.join(ends)}"


def chosen_lengths(lengths: list[int]) -> list[int]:
    """Return the places of a few lengths, about equally far apart on a logarithmic axis."""
    if not lengths:
        return []
    wanted = np.geomspace(lengths[0], lengths[-1], SHOWN_LENGTHS)
    apart = np.abs(np.log(np.asarray(lengths, np.float64))[:, None] - np.log(wanted))
    return sorted({int(place) for place in apart.argmin(axis=0)})


def _length_line(row: dict[str, Any]) -> tuple[str, ...]:
    median, low, high = (row[f"ln_h0_gradient_{end}"] for end in ("median", "low", "high"))
    value = NOTHING if not np.isfinite(median) else minus(f"{median:.4g}")
    if np.isfinite(median) and np.isfinite(low) and np.isfinite(high):
        value += f" [{minus(f'{low:.4g}')}, {minus(f'{high:.4g}')}]"
    zero = f"{row['share_exact_zero']:.2g}"
    return printable(row["short_name"]), str(row["length"]), value, zero, str(row["seeds"])


def break_even_grid(table: Table) -> Grid:
    """Return a line for each pair."""
    heads = (
        ("", "number"),
        ("", "as fast as"),
        ("break-even", "95 %"),
        ("within", "swept values"),
        ("", "seeds"),
        ("", "note"),
    )
    return Grid(heads, [_break_even_line(one) for one in table.break_evens])


def _break_even_line(one: BreakEven) -> tuple[str, ...]:
    at = "".join(f", {path} = {value}" for path, value in one.others.items())
    between = NOTHING if one.between is None else " … ".join(minus(f"{value:g}") for value in one.between)
    value = NOTHING if one.value is None else one.value.text()
    cells = (f"{one.axis}{at}", one.reference_name, value, between, f"{one.crossing}/{one.seeds}", one.note or NOTHING)
    return tuple(map(printable, cells))
