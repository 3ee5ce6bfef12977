"""The rows of ``differences.csv``, what their columns mean, and what ``comparison.json`` says beside them."""

from collections.abc import Sequence
from typing import Any

from gru_vanish.analysis.columns import Column
from gru_vanish.analysis.comparing.numbers import OUTCOMES, Number
from gru_vanish.analysis.comparing.pairs import Pair
from gru_vanish.analysis.comparing.plain import Plain
from gru_vanish.analysis.comparing.series_words import Series
from gru_vanish.analysis.comparing.side import Side
from gru_vanish.analysis.intervals import Estimate
from gru_vanish.analysis.rows import Row, known

NO_INTERVAL = "no interval"

DIFFERENCE_COLUMNS = (
    Column("pair", "", "number of the pair of series, from 0; empty for a number of several series"),
    Column("series", "", "what the pair is called: what the names of both series have in common"),
    Column("measure", "", "the measure"),
    Column("number", "", "the column of the measure's summary"),
    Column("part", "", "gate, path, matrix, length … that it is about, if any"),
    Column("unit", "", "its unit; empty: a share, a count, a ratio or a word"),
    Column("outcome", "", "; ".join([*(f"'{name}': {said}" for name, said in OUTCOMES.items()),
                                     f"'{NO_INTERVAL}': not the same, and no interval to judge it by"])),
    Column("a", "see unit", "the number in study A, over its seeds"),
    Column("a_low", "see unit", "lower end of its 95 % interval, as the summary of A has it"),
    Column("a_high", "see unit", "upper end of it"),
    Column("a_seeds", "", "seeds of A that have it"),
    Column("b", "see unit", "the number in study B"),
    Column("b_low", "see unit", "lower end of its 95 % interval"),
    Column("b_high", "see unit", "upper end of it"),
    Column("b_seeds", "", "seeds of B that have it"),
    Column("difference", "see unit", "B − A over the seeds that went into it"),
    Column("difference_low", "see unit", "lower end of its 95 % interval, not corrected"),
    Column("difference_high", "see unit", "upper end of it"),
    Column("method", "", "'paired by seed', 'Welch', 'Fisher', 'sign test by seed' or 'no spread'"),
    Column("seeds", "", "seeds that went into the difference: of A and of B, or the pairs"),
    Column("p", "", "two-sided p-value of this comparison alone; empty where it was not tested"),
    Column("p_holm", "", "the same, corrected for the number of comparisons (Holm)"),
    Column("note", "", "what a reader must know: other lengths, how far apart two computations are"),
)  # fmt: skip


def rows(numbers: Sequence[Number], plain: Sequence[Plain]) -> list[Row]:
    """Return one row per number, in the order of `DIFFERENCE_COLUMNS`; None where there is no value."""
    return [*(number_row(one) for one in numbers), *(plain_row(one) for one in plain)]


def number_row(one: Number) -> Row:
    """Return one number with an interval."""
    tested, judged = one.tested, one.corrected
    return {
        **identity(one),
        "outcome": one.outcome,
        **ends("a", one.a.told),
        **ends("b", one.b.told),
        "difference": None if tested is None else known(tested.value),
        "difference_low": None if tested is None else known(tested.low),
        "difference_high": None if tested is None else known(tested.high),
        "method": None if tested is None else tested.how,
        "seeds": None if tested is None else seeds_text(*tested.seeds),
        "p": None if tested is None or judged is None else tested.p,
        "p_holm": None if judged is None else judged.p,
        "note": one.note,
    }


def identity(one: Number | Plain) -> Row:
    """Return what a row is about."""
    return {
        "pair": one.pair,
        "series": one.name,
        "measure": one.measure,
        "number": one.column.name,
        "part": one.part,
        "unit": one.column.unit,
    }


def ends(name: str, one: Estimate) -> Row:
    """Return a number with its interval and its seeds."""
    found = {name: known(one.mean), f"{name}_low": known(one.low), f"{name}_high": known(one.high)}
    return {**found, f"{name}_seeds": one.count}


def seeds_text(a: int, b: int) -> str:
    """Return the seeds of a difference."""
    return str(a) if a == b else f"{a} | {b}"


def plain_row(one: Plain) -> Row:
    """Return one value without an interval."""
    nothing: Row = dict.fromkeys(column.name for column in DIFFERENCE_COLUMNS)
    return {**nothing, **identity(one), "outcome": NO_INTERVAL, "a": one.a, "b": one.b, "note": ""}


def as_json(
    a: Side, b: Side, pairs: Sequence[Pair], only: tuple[Sequence[Series], Sequence[Series]], measures: Sequence[str]
) -> dict[str, Any]:
    """Return which studies and series stand beside each other."""
    return {
        "schema": 1,
        "a": side_json(a),
        "b": side_json(b),
        "measures": list(measures),
        "pairs": [pair_json(a, b, one) for one in pairs],
        "only_a": [{"series": one.index, "label": one.label, "name": one.name.short} for one in only[0]],
        "only_b": [{"series": one.index, "label": one.label, "name": one.name.short} for one in only[1]],
    }


def side_json(side: Side) -> dict[str, Any]:
    """Return what there is of a study."""
    findings = side.findings
    told = {"title": side.title, "name": findings.name, "question": findings.question}
    return {**told, "created": str(findings.manifest.get("created") or ""), "units": findings.progress}


def pair_json(a: Side, b: Side, one: Pair) -> dict[str, Any]:
    """Return one pair."""
    labels = {"a_label": a.label(one.a), "b_label": b.label(one.b)}
    return {"name": one.name, "a_series": one.a, "b_series": one.b, **labels, "because": one.how}
