"""Differences between two studies with their 95 % intervals: a column for each number, a row for each pair."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from gru_vanish.analysis.comparing import ALONE, DIFFERS, NOT_APART, SAME_RECORDS, Comparison, Number
from gru_vanish.analysis.payload import MEASURE
from gru_vanish.figures.alt import alt_text, axis, number
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.compared_words import cut, opening_of_two, unfinished_of_two
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.statements import joined
from gru_vanish.figures.style import COLOURS, REFERENCE, points
from gru_vanish.figures.text import shown, wrapped

NAME = "differences"
MOST_QUANTITIES = 6
MOST_PAIRS = 24
LEAST = 1.2  # inches of a panel
SHORT, LONG = 30, 54  # letters of a pair's name in a line
LETTER = 0.045  # inches that each takes
ROW = {1: 0.19, 2: 0.25}  # inches of a pair by the lines of the longest name
AROUND = 0.75  # inches of a panel beside its rows
SHARE, UNBOUND = 0.5, 11.0  # of a page for this part of the figure; inches of a page without an end
LOOKS: dict[str, dict[str, Any]] = {
    DIFFERS: {"marker": "o", "color": COLOURS[2], "markerfacecolor": COLOURS[2]},
    ALONE: {"marker": "o", "color": COLOURS[2], "markerfacecolor": "white"},
    NOT_APART: {"marker": "|", "color": REFERENCE, "markerfacecolor": REFERENCE},
}
"""Told apart in grey by their faces."""
WORDS = {
    DIFFERS: "differs, corrected for {tests} comparisons",
    ALONE: "differs, but not when corrected",
    NOT_APART: "not told apart",
}

Quantity = tuple[str, str, str]
"""(measure, column, part)."""


@dataclass(frozen=True)
class Layout:
    """What is drawn: numbers by pair, the pairs from below, how many there are of both, and where all stands."""

    chosen: dict[Quantity, dict[int, Number]]
    of: int
    rows: list[int]
    paired: int
    names: list[str]
    across: int
    height: float

    @property
    def seen(self) -> list[Number]:
        """The numbers that are drawn."""
        return [each[pair] for each in self.chosen.values() for pair in self.rows if pair in each]


def numbers_picture(comparison: Comparison, page: Page) -> Picture:
    """Return the panels; raise `NotDrawableError` where nothing was compared over seeds."""
    drawn = layout_of(comparison, page)
    if not drawn.chosen:
        raise NotDrawableError("no number was compared over seeds")
    drawing = partial(compose, comparison=comparison, drawn=drawn)
    text = joined(caption(comparison, drawn))
    return Picture(NAME, drawn.height, drawing, text, alt(drawn), columns(drawn))


def layout_of(comparison: Comparison, page: Page) -> Layout:
    """Return as many numbers as have room, one at least, then as many pairs."""
    room = SHARE * (UNBOUND if page.tallest is None else page.tallest / page.scale)
    found = [arranged(comparison, page, most, MOST_PAIRS) for most in range(MOST_QUANTITIES, 0, -1)]
    found += [arranged(comparison, page, 1, most) for most in range(MOST_PAIRS - 1, 3, -1)]
    return next((each for each in found if each.height <= room), found[-1])


def arranged(comparison: Comparison, page: Page, most: int, most_pairs: int) -> Layout:
    """Return the layout of at most so many numbers and pairs."""
    chosen, of = quantities(comparison, most)
    rows, paired = pairs_of(comparison, chosen, most_pairs) if chosen else ([], 0)
    longest = max((len(comparison.pairs[pair].name) for pair in rows), default=0)
    for letters in (min(LONG, longest), min(SHORT, longest)):
        across = max(1, min(len(chosen), int((page.room - LETTER * letters) / LEAST)))
        if across == len(chosen):
            break
    names = [wrapped(cut(comparison.pairs[pair].name, max(letters, 2 * SHORT - 4)), letters + 2) for pair in rows]
    row = ROW[2 if any("\n" in name for name in names) else 1]
    height = 0.2 + math.ceil(len(chosen) / across) * (AROUND + row * max(2, len(rows)))
    return Layout(chosen, of, rows, paired, names, across, height)


def quantities(comparison: Comparison, most: int) -> tuple[dict[Quantity, dict[int, Number]], int]:
    """Return at most so many numbers by pair, and how many there are.

    They are those by which the measures are told (all, where none of these was compared). Where they are too many, each
    measure in turn gives the one that it is told by first, of its parts the one that differs most surely.
    """
    found: dict[Quantity, dict[int, Number]] = {}
    for one in comparison.numbers:
        if one.pair is not None:
            found.setdefault((one.measure, one.column.name, one.part), {})[one.pair] = one
    compared = {place: each for place, each in found.items() if any(one.corrected for one in each.values())}
    main = {place: each for place, each in compared.items() if next(iter(each.values())).is_main} or compared
    by_measure: dict[str, list[Quantity]] = {}
    for place in sorted(main, key=lambda place: (rank_of(main[place]), smallest(main[place].values()))):
        by_measure.setdefault(place[0], []).append(place)
    turns = [queue[rank] for rank in range(len(main)) for queue in by_measure.values() if rank < len(queue)]
    kept = turns[:most]
    return {place: each for place, each in main.items() if place in kept}, len(compared)


def rank_of(numbers: dict[int, Number]) -> int:
    """Return the place of a number among those by which its measure is told."""
    return next(iter(numbers.values())).rank


def smallest(numbers: Iterable[Number]) -> float:
    """Return the smallest p-value of several numbers; 1 where none was tested."""
    return min((one.tested.p for one in numbers if one.tested and one.corrected), default=1.0)


def pairs_of(comparison: Comparison, chosen: dict[Quantity, dict[int, Number]], most: int) -> tuple[list[int], int]:
    """Return at most so many pairs by their rising difference in the first number, and how many there are."""
    there = sorted({pair for each in chosen.values() for pair in each})
    surest = {pair: smallest([each[pair] for each in chosen.values() if pair in each]) for pair in there}
    kept = sorted(there, key=lambda pair: surest[pair])[:most]
    first = next(iter(chosen.values()))

    def place(pair: int) -> float:
        one = first.get(pair)
        return -math.inf if one is None or one.tested is None else one.tested.value

    return sorted(kept, key=place), len(there)


def compose(canvas: Canvas, comparison: Comparison, drawn: Layout) -> None:
    """Draw all panels; the names of the pairs stand at the left of each row of them."""
    across, rows = drawn.across, drawn.rows
    places = canvas.panels(len(drawn.chosen), across, sharey=True)
    width = int((canvas.page.room - LETTER * max(map(line_length, drawn.names))) / across / LETTER * 0.9)
    for place, (axes, each) in enumerate(zip(places, drawn.chosen.values(), strict=True)):
        draw_panel(axes, each, rows)
        axes.set_yticks(range(len(rows)), labels=drawn.names)
        axes.tick_params(axis="y", length=0, labelsize=points(6.5), labelleft=place % across == 0)
        one = next(iter(each.values()))
        axes.set_title(wrapped(title(one), max(14, width)), fontsize=points(7))
        unit = one.column.unit
        axes.set_xlabel(f"B − A{f' ({shown(unit)})' if unit else ''}", fontsize=points(7))
    canvas.legend(handles(comparison, drawn), unfinished_of_two(comparison))


def line_length(name: str) -> int:
    """Return the letters of the longest line."""
    return max(map(len, name.split("\n")))


def title(one: Number) -> str:
    """Return what a panel's number is called."""
    words = one.column.name.replace("_", " ")
    told = f"{words} ({one.part})" if one.part else words
    told = told if one.measure == MEASURE else f"{one.measure.replace('_', ' ')}: {told}"
    lengths = {dict(held.at).get("length") for held in (one.a, one.b)}
    return f"{told} at T = {lengths.pop()}" if len(lengths) == 1 and None not in lengths else told


def draw_panel(axes: Axes, numbers: dict[int, Number], rows: Sequence[int]) -> None:
    """Draw one number: an interval for each pair, and the line of no difference."""
    axes.axvline(0.0, color="#000000", linewidth=0.5, zorder=1)
    for height, pair in enumerate(rows):
        axes.axhline(height, color="#E4E4E4", linewidth=0.4, zorder=0)
        one = numbers.get(pair)
        if one is None:
            continue
        if one.corrected is None or one.tested is None:
            sign = "=" if one.outcome != "not tested" else "?"
            axes.text(0.0, height, sign, ha="center", va="center", fontsize=points(7), color="#606060", zorder=3)
            continue
        look = LOOKS[one.outcome]
        if one.tested.low is not None and one.tested.high is not None:
            ends = [one.tested.low, one.tested.high]
            axes.plot(ends, [height, height], color=look["color"], linewidth=1.1, zorder=3)
        axes.plot([one.tested.value], [height], markersize=3.6, linestyle="none", zorder=4, **look)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.margins(x=0.08)
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−")))
    axes.tick_params(axis="x", labelsize=points(6.5))
    axes.spines[["top", "right", "left"]].set_visible(False)


def handles(comparison: Comparison, drawn: Layout) -> list[Line2D]:
    """Return what the marks mean: only those that are in the figure."""
    seen = drawn.seen
    found = [
        Line2D([], [], label=WORDS[outcome].format(tests=comparison.tests), markersize=3.6, linewidth=1.1, **look)
        for outcome, look in LOOKS.items()
        if any(one.outcome == outcome for one in seen)
    ]
    if any(one.corrected is None for one in seen):
        found.append(
            Line2D([], [], label="the same records or numbers", linestyle="none", marker="$=$", color="#606060")
        )
    return found


def caption(comparison: Comparison, drawn: Layout) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening_of_two(comparison)
    yield "Differences B − A with their 95 % intervals over seeds, a column for each number, in its own unit."
    methods = sorted({one.tested.how for one in drawn.seen if one.tested})
    yield f"Method: {', '.join(methods)}. The intervals are not corrected."
    tests, differ = comparison.tests, comparison.count(DIFFERS)
    yield f"Filled: differs also when corrected for all {tests} comparisons (Holm), as {differ} of these do."
    yield "All of them are in differences.csv."
    if comparison.count(SAME_RECORDS):
        yield "=: both studies read the same records, or give the same number."
    if len(drawn.chosen) < drawn.of:
        yield f"{len(drawn.chosen)} of {drawn.of} numbers are drawn: of each measure those by which it is told."
    if len(drawn.rows) < drawn.paired:
        yield f"{len(drawn.rows)} of {drawn.paired} pairs are drawn: those that differ most surely."
    if any(one.pair is None for one in comparison.numbers):
        yield "Where cells break even is compared in differences.csv."


def alt(drawn: Layout) -> str:
    """Return what is seen, in words."""
    axes, told = [], []
    for each in drawn.chosen.values():
        seen = [each[pair] for pair in drawn.rows if pair in each]
        differences = [(one, one.tested.value) for one in seen if one.tested]
        if differences:
            name = title(seen[0])
            axes.append(axis(f"difference of {name}", seen[0].column.unit, [value for _, value in differences]))
            told += [f"{name} of {one.name} by {number(value)}" for one, value in differences if one.outcome == DIFFERS]
    what = "differences beyond their intervals"
    return alt_text("Dots with intervals: differences B minus A.", axes, told, what)


def columns(drawn: Layout) -> dict[str, NDArray[Any]]:
    """Return the numbers that are drawn, one row per number and pair."""
    numbers = np.asarray([ends(one) for one in drawn.seen], np.float64).reshape(-1, 4)
    return {
        "series": np.asarray([one.name for one in drawn.seen], object),
        "number": np.asarray([f"{one.measure}.{one.words}" for one in drawn.seen], object),
        "unit": np.asarray([one.column.unit for one in drawn.seen], object),
        "difference": numbers[:, 0],
        "difference_low": numbers[:, 1],
        "difference_high": numbers[:, 2],
        "p_holm": numbers[:, 3],
        "outcome": np.asarray([one.outcome for one in drawn.seen], object),
    }


def ends(one: Number) -> tuple[float, float, float, float]:
    """Return a difference, its interval and its corrected p-value; nan where there is none."""
    if one.tested is None:
        return (math.nan,) * 4
    low, high = (math.nan if end is None else end for end in (one.tested.low, one.tested.high))
    return one.tested.value, low, high, math.nan if one.corrected is None else one.corrected.p
