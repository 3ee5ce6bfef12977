"""What the captions of a comparison share: the two studies, the pairs, and what is not in the picture."""

from collections.abc import Iterator

from gru_vanish.analysis.comparing import Comparison, setting_text
from gru_vanish.analysis.comparing.pairs import LABEL_AND_POINT

MOST_SETTINGS = 6
"""Settings that a caption names; the others are counted."""


def cut(text: str, most: int) -> str:
    """Return a text of at most so many letters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def opening_of_two(comparison: Comparison) -> Iterator[str]:
    """Name both studies, say what was set differently and what is unfinished."""
    for letter, side in (("A", comparison.a), ("B", comparison.b)):
        question = f" {side.findings.question}" if side.findings.question else ""
        yield f"Study {letter}: {side.title}.{question}"
    if warning := unfinished_of_two(comparison):
        yield f"{warning}."
    for one in comparison.settings[:MOST_SETTINGS]:
        where = "" if len(one.pairs) in (0, len(comparison.pairs)) else f" in {len(one.pairs)} pairs"
        yield f"{one.path}{where}: {setting_text(one.a)} in A, {setting_text(one.b)} in B."
    if len(comparison.settings) > MOST_SETTINGS:
        yield f"And {len(comparison.settings) - MOST_SETTINGS} further settings differ."


def unfinished_of_two(comparison: Comparison) -> str | None:
    """Return the warning that a picture of unfinished studies carries, None where both are finished."""
    sides = (("A", comparison.a), ("B", comparison.b))
    parts = [f"{letter} {side.findings.progress}" for letter, side in sides if not side.findings.finished]
    return f"UNFINISHED: {' and '.join(parts)} units measured" if parts else None


def pair_lines(comparison: Comparison) -> Iterator[str]:
    """Give every pair, and the series that stand alone."""
    yield "Pairs:"
    for one in comparison.pairs:
        a, b = comparison.a, comparison.b
        labels = a.label(one.a) if a.label(one.a) == b.label(one.b) else f"{a.label(one.a)} and {b.label(one.b)}"
        why = "" if one.how == LABEL_AND_POINT else f", paired by: {one.how}"
        yield f"- {one.name} ({labels}){why}."
    for letter, alone in (("A", comparison.only_a), ("B", comparison.only_b)):
        if alone:
            yield f"Only in {letter}: {'; '.join(one.name.short for one in alone)}."
