"""Two studies side by side on the terminal: what was set differently, what came out differently, and the verdicts."""

from collections.abc import Iterable, Iterator, Sequence

from gru_vanish.analysis import Comparison, Estimate
from gru_vanish.analysis.comparing import DIFFERS, OUTCOMES, Changed, Number, setting_text
from gru_vanish.analysis.comparing.held import MEAN, Held
from gru_vanish.analysis.comparing.pairs import LABEL_AND_POINT
from gru_vanish.analysis.comparing.tested import PAIRED, WELCH
from gru_vanish.tables.layout import Grid, Section

NOTHING = "–"
MOST_SETTINGS = 40
MOST_NUMBERS = 30
MOST_WORDS = 10
LETTERS = 48  # of a value


def comparison_sections(comparison: Comparison) -> Iterator[Section]:
    """Give a table of the settings, of where numbers come from, of the numbers, and of the claims."""
    if comparison.settings:
        yield changed_section("settings that differ", comparison.settings, comparison)
    if comparison.origin:
        yield changed_section("origins that differ", comparison.origin, comparison)
    yield numbers_section(comparison)
    if comparison.claims:
        yield claims_section(comparison)


def changed_section(title: str, changed: Sequence[Changed], comparison: Comparison) -> Section:
    """Return values of both studies side by side."""
    heads = (("",), ("A",), ("B",), ("in",))
    rows = [
        (one.path, short(setting_text(one.a)), short(setting_text(one.b)), where(one, comparison))
        for one in changed[:MOST_SETTINGS]
    ]
    return Section(title, Grid(heads, rows), tuple(more(len(changed), MOST_SETTINGS, "comparison.json")))


def short(text: str) -> str:
    """Return a value of at most `LETTERS` letters, its end cut off."""
    return text if len(text) <= LETTERS else text[: LETTERS - 1].rstrip() + "…"


def where(one: Changed, comparison: Comparison) -> str:
    """Return which pairs a setting is about."""
    if not one.pairs:
        return "study"
    if len(one.pairs) == len(comparison.pairs):
        return "all pairs"
    if len(one.pairs) > 1:
        return f"{len(one.pairs)} of {len(comparison.pairs)} pairs"
    pair = comparison.pairs[one.pairs[0]]
    return comparison.a.label(pair.a)


def more(count: int, shown: int, file: str) -> Iterator[str]:
    """Say how many are not shown."""
    if count > shown:
        yield f"… and {count - shown} more, in {file}"


def numbers_section(comparison: Comparison) -> Section:
    """Return the numbers that differ beyond their intervals, those by which measures are told first."""
    beyond = comparison.beyond
    heads = (
        ("", "series"), ("", "number"), ("A", "95 %"), ("B", "95 %"), ("B − A", "95 %"), ("", "unit"), ("", "p"),
        ("p", "Holm"),
    )  # fmt: skip
    rows = [number_row(one) for one in beyond[:MOST_NUMBERS]]
    held = sum(one.outcome == DIFFERS for one in beyond)
    title = f"numbers beyond their intervals: {len(beyond)} of {comparison.tests} compared, {held} also when corrected"
    if not comparison.tests and not beyond:
        title = "numbers: none that is not the same in both, or not over seeds"
    found = [*more(len(beyond), MOST_NUMBERS, "differences.csv"), *number_notes(comparison)]
    return Section(title, Grid(heads, rows), tuple(found))


def number_row(one: Number) -> tuple[str, ...]:
    """Return one number in words; an asterisk where it differs also when corrected."""
    tested, judged = one.tested, one.corrected
    name = one.words if one.measure == "h0_gradient" else f"{one.measure}.{one.words}"
    difference, p = NOTHING, NOTHING
    if tested is not None:
        as_mean = tested.how in (PAIRED, WELCH)
        difference = with_ends(Estimate(tested.value, tested.low, tested.high, min(tested.seeds)), as_mean)
        p = NOTHING if judged is None else f"{tested.p:.2g}"
    holm = one.outcome if judged is None else f"{judged.p:.2g}" + (" *" if one.outcome == DIFFERS else "  ")
    return one.name, name, held_text(one.a), held_text(one.b), difference, one.column.unit or NOTHING, p, holm


def held_text(one: Held) -> str:
    """Return a number with its interval."""
    return with_ends(one.told, one.kind == MEAN)


def with_ends(one: Estimate, as_mean: bool) -> str:
    """Return a mean as mean ± half, and what has no even interval with both ends."""
    if as_mean or (one.low is None and one.high is None):
        return one.text()
    low, high = ("?" if end is None else f"{end:.4g}" for end in (one.low, one.high))
    return f"{one.mean:.4g} [{low}, {high}]".replace("-", "−")


def number_notes(comparison: Comparison) -> Iterator[str]:
    """Say how numbers were compared, what is not in the table, and what stands alone."""
    methods: dict[str, int] = {}
    for one in comparison.numbers:
        if one.corrected is not None and one.tested is not None:
            methods[one.tested.how] = methods.get(one.tested.how, 0) + 1
    if methods:
        told = ", ".join(f"{how} {count}" for how, count in methods.items())
        yield f"differences are B − A, their 95 % intervals and p not corrected ({told})"
        yield f"p Holm is corrected for all {comparison.tests} comparisons; *: at most 0.05"
    rest = {name: comparison.count(name) for name in OUTCOMES}
    counts = [f"{count} {name}" for name, count in rest.items() if count]
    if counts:
        yield f"all {len(comparison.numbers)} numbers with an interval: {', '.join(counts)}"
    if not comparison.measures:
        yield "no measure in common: no number is compared"
    yield from plain_notes(comparison)
    yield from said_once((one.note, one.name) for one in comparison.beyond if one.note)
    for pair in comparison.pairs:
        if pair.how != LABEL_AND_POINT:
            a, b = comparison.a.label(pair.a), comparison.b.label(pair.b)
            yield f"{a} of A stands beside {b} of B: {pair.how}"
    for letter, alone in (("A", comparison.only_a), ("B", comparison.only_b)):
        if alone:
            yield f"only in {letter}: {'; '.join(one.name.short for one in alone)}"


def plain_notes(comparison: Comparison) -> Iterator[str]:
    """Give words that differ, and how many numbers without an interval do."""
    words = [one for one in comparison.plain if one.is_word]
    for one in words[:MOST_WORDS]:
        values = [NOTHING if each is None else setting_text(each) for each in (one.a, one.b)]
        yield f"{one.name}: {one.words} '{values[0]}' in A, '{values[1]}' in B"
    numbers = len(comparison.plain) - min(len(words), MOST_WORDS)
    if numbers:
        yield f"{numbers} further values differ that have no interval to judge by: differences.csv"


def said_once(notes: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Give remarks with the series that they are about, each once."""
    about: dict[str, dict[str, None]] = {}
    for note, name in notes:
        about.setdefault(note, {})[name] = None
    for note, names in about.items():
        told = list(names)
        yield f"{' | '.join(told[:3])}{f' and {len(told) - 3} more' if len(told) > 3 else ''}: {note}"


def claims_section(comparison: Comparison) -> Section:
    """Return the verdicts of both studies by the ids of the claims."""
    heads = (("claim",), ("A",), ("B",), ("",))
    rows = []
    for one in comparison.claims:
        change = "changed" if one.changed else ""
        change += (", " if change else "") + "another statement" if one.restated else ""
        rows.append((one.id, one.a or NOTHING, one.b or NOTHING, change))
    changed = sum(one.changed for one in comparison.claims)
    both = sum(one.a is not None and one.b is not None for one in comparison.claims)
    title = f"claims: {changed} of {both} verdicts changed" if both else "claims: none that both studies state"
    return Section(title, Grid(heads, rows), ())
