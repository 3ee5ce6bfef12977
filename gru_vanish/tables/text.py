"""The tables that a run ends with, and the notes without which they would mislead."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gru_vanish.analysis import Estimate, Findings, MeasureTable, SeriesTable, Shown, Table
from gru_vanish.analysis.rows import remarks
from gru_vanish.tables.claims import claims_section
from gru_vanish.tables.layout import Grid, Section, printable

NOTHING = "–"
Setting = dict[str, Any]


def sections(findings: Findings) -> Iterator[Section]:
    """Give the headline and a short table of every further measure."""
    if findings.has_headline:
        yield Section("", grid(findings.headline), tuple(notes(findings.headline)))
    for measure in findings.further:
        table = findings.of(measure)
        yield Section(f"{measure}, {table.progress} units", short_grid(table), tuple(short_notes(table)))
    if findings.claims:
        yield claims_section(findings.claims)


def short_grid(table: MeasureTable[Any]) -> Grid:
    """Return the columns that a measure shows, a line for each row of its summary."""
    shown = table.analysis.shown
    heads = (("", "series"), *((one.head, one.unit) for one in shown), ("", "seeds"))
    return Grid(heads, [short_row(row, shown) for row in table.rows()])


def short_row(row: Mapping[str, Any], shown: Sequence[Shown]) -> tuple[str, ...]:
    """Return one row in words."""
    seeds = f"{row['seeds_measured']}/{row['seeds_planned']}"
    return (printable(row["short_name"]), *(short_cell(row, one.column) for one in shown), seeds)


def short_cell(row: Mapping[str, Any], column: str) -> str:
    """Return one value, with its interval where the row has one beside it."""
    value = row[column]
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return printable(str(value))
    if row.get(f"{column}_censored"):
        return f"> {value:.4g}"
    low, high = row.get(f"{column}_low"), row.get(f"{column}_high")
    if f"{column}_censored" in row:  # a median, whose interval is not even on both sides
        return f"{value:.4g}" if low is None or high is None else f"{value:.4g} [{low:.4g}, {high:.4g}]"
    return with_interval(Estimate(float(value), low, high, int(row["seeds_measured"])))


def short_notes(table: MeasureTable[Any]) -> Iterator[str]:
    """Give what must be known of each series; what is true of several is said once."""
    return said_once([(one.name.short, "; ".join(table.remarks(one))) for one in table.series])


def grid(table: Table) -> Grid:
    """Return one row per series: rate, half-life, horizon, where plain code shows zero, seeds."""
    precisions = "/".join(dict.fromkeys(one.precision for one in table.series))
    heads = (
        ("", "series"),
        ("decay rate", "nats/step, 95 %"),
        ("half-life", "steps"),
        ("horizon", "at 1e-6"),
        (precisions, "0 from T"),
        ("", "seeds"),
    )
    return Grid(heads, [row(one) for one in table.series])


def row(one: SeriesTable) -> tuple[str, ...]:
    """Return one series in words."""
    seeds = f"{len(one.curves)}/{len(one.seeds_planned)}"
    if not one.curves:
        return (printable(one.name.short), *(NOTHING,) * 4, seeds)
    steps = one.rate.half_life.steps
    zero = one.plain_zero_length
    return (
        printable(one.name.short),
        with_interval(one.rate.whole),
        "none" if steps is None else f"{steps:.3g}",
        NOTHING if one.horizon is None else one.horizon.text(),
        f"> {int(one.lengths[-1])}" if zero is None else str(zero),
        seeds,
    )


def with_interval(rate: Estimate | None) -> str:
    """Return mean ± half the interval."""
    return NOTHING if rate is None else rate.text()


def conditions(findings: Findings) -> str:
    """Return what all series share, in a line: lengths, sizes, inputs, precision, window of the rate."""
    settings = [entry["setting"] for entry in findings.manifest["series"]]
    windows = _windows(findings.headline) if findings.has_headline else []
    parts = [
        {f"T = {setting['lengths'][0]} … {setting['lengths'][-1]}" for setting in settings},
        {f"n = {setting['cell'].get('hidden', '?')}" for setting in settings},
        {f"{setting['inputs'].get('kind')} inputs" for setting in settings},
        {f"input scale {scale}" if (scale := setting["inputs"].get("scale")) else "" for setting in settings},
        {f"{setting['inputs'].get('batch', '?')} samples" for setting in settings},
        {str(setting["precision"]) for setting in settings},
        {f"rate over T = {first} … {last}" for first, last in windows},
    ]
    return ", ".join(only for part in parts if len(part) == 1 and (only := part.pop()))


def notes(table: Table) -> Iterator[str]:
    """Give what must be known of each series, and where two cells break even."""
    yield from said_once([(one.name.short, "; ".join(_remarks(one))) for one in table.series])
    yield from (printable(one.sentence()) for one in table.break_evens)


def said_once(remarks: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Give (name, remark) as notes; what is true of several is said once, and nothing where there is no remark."""
    remarks = list(remarks)
    about: dict[str, list[str]] = {}
    for name, found in remarks:
        if found:
            about.setdefault(found, []).append(printable(name))
    for found, names in about.items():
        everywhere = len(names) == len(remarks) and len(names) > 1
        yield f"{'all series' if everywhere else ' | '.join(names)}: {found}"


def _remarks(one: SeriesTable) -> list[str]:
    """Return the row's remarks, and why there is no half-life where they do not say so."""
    found = list(remarks(one))
    why = one.rate.half_life.note
    if one.rate.whole is not None and one.rate.half_life.steps is None and why not in found:
        found.append(f"no half-life: {why}")
    return found


def _windows(table: Table) -> list[tuple[int, int]]:
    return [one.rate.window for one in table.series if one.rate.window is not None]
