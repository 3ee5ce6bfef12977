"""The statements that captions share: the study, what is missing, the band, the settings, and a line per series."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from gru_vanish.analysis import Named
from gru_vanish.analysis.curves import Band
from gru_vanish.analysis.names import value_text
from gru_vanish.analysis.summed import REMARK, is_summed


def joined(statements: Iterable[str]) -> str:
    """Return a caption as plain text, one statement per line."""
    return "\n".join(statements) + "\n"


def opening(name: str, question: str, finished: bool, progress: str) -> Iterator[str]:
    """Name the study and its question, and say where it is unfinished."""
    yield f"Study {name}." + (f" {question}" if question else "")
    if not finished:
        yield f"UNFINISHED: {progress} units are measured; nothing is drawn for what is missing."


def band_statement(bands: Sequence[Band]) -> str:
    """Say what the bands are; with one seed there is none."""
    counts = sorted({int(one.count.max()) for one in bands})
    coverages = np.concatenate([one.coverage for one in bands])
    known = coverages[np.isfinite(coverages)]
    seeds = f"n = {counts[0]}" if len(counts) == 1 else f"n = {counts[0]} to {counts[-1]}"
    if known.size == 0:
        return f"No interval: {seeds} seed."
    low, high = float(known.min()), float(known.max())
    exact = f"{low:.1%}" if low == high else f"{low:.1%} to {high:.1%}"
    short = "" if low >= 0.95 else "; fewer than six seeds allow no 95 %"
    return f"Band: order-statistic interval of that median, exact coverage {exact} ({seeds} seeds{short})."


def settings(series: Sequence[Named]) -> Iterator[str]:
    """State what all drawn series share; where they differ the series' own line says it."""
    for word, path in (("inputs", "inputs"), ("h_0", "h0"), ("loss", "loss"), ("precision", "precision")):
        values = {value_text(one.setting.get(path)) for one in series}
        if len(values) == 1:
            yield f"{word}: {values.pop()}."
    if sums := sum(is_summed(one.setting) for one in series):
        which = "all" if sums == len(series) else f"{sums} of {len(series)}"
        yield f"In {which} series {REMARK}."


def series_line(one: Named, parts: Sequence[str]) -> str:
    """Return one series' line: its full name, its seeds, and what the figure has to say of it."""
    return f"- {one.name.full}: {', '.join([f'seeds {one.progress}', *parts])}."


def unfinished(finished: bool, progress: str, absent: int, series: int) -> str | None:
    """Return the warning that the picture of an unfinished study carries, None for a finished one."""
    if finished:
        return None
    rest = f"; {absent} of {series} series not drawn" if absent else ""
    return f"UNFINISHED: {progress} units measured{rest}"
