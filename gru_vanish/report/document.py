"""The page: one HTML file that opens without a network, from the findings of a study."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from gru_vanish.analysis import Findings, SeriesTable
from gru_vanish.report.blocks import Block
from gru_vanish.report.charts import Charts
from gru_vanish.report.compiled import library, variables
from gru_vanish.report.data import facts
from gru_vanish.report.equations import Line, typeset
from gru_vanish.report.look import DARK, HUES, LIGHT, VIRIDIS
from gru_vanish.report.origin import Witness, commands, provenance
from gru_vanish.report.pictures import Picture
from gru_vanish.report.policy import content_policy
from gru_vanish.report.settings import cell_settings, shared_settings
from gru_vanish.report.sliders import Slider
from gru_vanish.report.verdicts import Verdict, answer, verdicts
from gru_vanish.report.wording import indexed


@dataclass(frozen=True)
class TextTable:
    """A table of the page: every head has its unit below it, every row begins with its name."""

    title: str
    caption: str
    heads: Sequence[Sequence[str]]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]


@dataclass(frozen=True)
class Now:
    """What the page says of a network where the sliders stand."""

    name: str
    facts: str


@dataclass(frozen=True)
class Card:
    """A network: its button among the charts, its equations and its settings."""

    place: int
    label: str
    name: str
    hue: str
    dash: str
    now: Now
    lines: Sequence[Line]
    settings: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Page:
    """All that the page says."""

    study: str
    title: str
    answer: str
    conditions: str
    unfinished: str
    verdicts: Sequence[Verdict]
    sliders: Sequence[Slider]
    networks: Sequence[Card]
    charts: Sequence[Block]
    thinned: bool
    ramp: Sequence[str]
    has_maths: bool
    settings: Sequence[tuple[str, str]]
    tables: Sequence[TextTable]
    pictures: Sequence[Picture]
    commands: Sequence[str]
    provenance: Sequence[tuple[str, str]]


def document(
    findings: Findings, witness: Witness, conditions: str, tables: Sequence[TextTable], pictures: Sequence[Picture]
) -> str:
    """Return the page of a study as HTML; ``witness`` has read its records, ``conditions`` is what all series share."""
    charts = Charts(findings)
    cards = [card(charts, place) for place in range(len(charts.networks))]
    page = Page(
        study=findings.name,
        title=findings.question or findings.name,
        answer=answer(findings),
        conditions=conditions,
        unfinished="" if findings.finished else findings.progress,
        verdicts=verdicts(findings.claims),
        sliders=charts.sliders,
        networks=cards,
        charts=charts.blocks,
        thinned=charts.flows is not None and charts.flows.thinned,
        ramp=VIRIDIS,
        has_maths=any(line.maths is not None for one in cards for line in one.lines),
        settings=shared_settings(charts.series),
        tables=tables,
        pictures=pictures,
        commands=commands(findings),
        provenance=list(provenance(findings, witness)),
    )
    return rendered(page, charts.data())


def card(charts: Charts, place: int) -> Card:
    """Return what the page says of one network."""
    network, one = charts.networks[place], charts.start.get(place)
    dash = " ".join(f"{length:g}" for length in charts.colours.dash(place))
    return Card(
        place=place,
        label=network.label,
        name=network.name,
        hue=charts.colours.hue(place),
        dash=dash,
        now=Now(network.name if one is None else one.name.short, facts(one) if isinstance(one, SeriesTable) else ""),
        lines=typeset(network.equations),
        settings=cell_settings(network),
    )


def rendered(page: Page, data: Mapping[str, Any]) -> str:
    """Return the page's HTML with its policy; every text is escaped, scripts and style are this package's own."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["indexed"] = indexed
    style, script = style_sheet(), text_of("page.js")
    return environment.from_string(text_of("page.html")).render(
        page=page,
        policy=Markup(content_policy([library(), script] if page.charts else [], [style])),
        style=Markup(style),
        library=Markup(library()) if page.charts else "",
        script=Markup(script),
        data=Markup(as_data(data)),
    )


def as_data(values: Mapping[str, Any]) -> str:
    """Return values as JSON that may stand inside a script element: no text in it can end the element."""
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def style_sheet() -> str:
    """Return the style sheet with the colours of the charts in it."""
    hues = "\n".join(f".c{place} {{ color: var(--c{place}); }}" for place in range(HUES))
    given = {"@LIGHT@": variables(LIGHT), "@DARK@": variables(DARK), "@HUES@": hues}
    text = text_of("page.css")
    for mark, value in given.items():
        text = text.replace(mark, value)
    return text


def text_of(name: str) -> str:
    """Return a file of this room."""
    return resources.files("gru_vanish.report").joinpath(name).read_text(encoding="utf-8")
