"""From charts to what the page holds: Vega specifications without data, the library that draws them, still pictures."""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import altair as alt
import vl_convert

from gru_vanish.report.data import Table
from gru_vanish.report.look import CONFIG, DARK, LIGHT
from gru_vanish.report.reduced import reduced
from gru_vanish.report.wording import indexed_svg

Spec = dict[str, Any]

STILL_WIDTH = 760
"""Pixels of a still picture; a chart itself is as wide as the page lets it be."""
PANEL_WIDTH = 380
"""The same of one chart among several."""
PIXELS = 1.6
"""Pixels of a still picture in PNG for each one of the page, so that print and fine screens get more."""
COLOURS_OF_MAP = 128


def compiled(chart: alt.TopLevelMixin, description: str, width: int = STILL_WIDTH) -> Spec:
    """Return a chart as Vega's own specification; tables are named in it, and empty."""
    spec = chart.to_dict()
    config = {**CONFIG, "view": {**CONFIG["view"], "continuousWidth": width}}
    version = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    spec |= {"config": config, "description": description}
    vega: Spec = vl_convert.vegalite_to_vega(spec, vl_version=version)
    tell_of_nearest(vega["marks"])
    del vega["$schema"]  # an address, which nobody would ask for
    return vega


def tell_of_nearest(marks: Sequence[Any]) -> None:
    """Let the field around a point tell what the point itself tells.

    Vega-Lite 6.4 compiles the texts of such a field to those of a wrong object: its words were "undefined".
    """
    for mark in marks:
        update = mark.get("encode", {}).get("update", {})
        if "isVoronoi" in update and "tooltip" in update:
            update["tooltip"] = {"signal": "datum.tooltip"}
        tell_of_nearest(mark.get("marks", []))


def with_tables(spec: Spec, tables: Mapping[str, Table]) -> Spec:
    """Return the specification with its tables in it."""
    data = [
        {**one, "values": rows(tables[one["name"]])} if one["name"] in tables and "values" not in one else one
        for one in spec["data"]
    ]
    return {**spec, "data": data}


def rows(table: Table) -> list[dict[str, Any]]:
    """Return columns as rows."""
    return [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]


@cache
def library() -> str:
    """Return the JavaScript that draws: Vega, its expression interpreter, and what puts them into a page.

    The interpreter walks through an expression instead of making code of it, so a page needs no ``unsafe-eval``.
    """
    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))


def still_svg(spec: Spec, tables: Mapping[str, Table]) -> str:
    """Return a chart as it stands before anything is moved, an SVG that follows light and dark by itself."""
    svg = indexed_svg(numbered_anew(str(vl_convert.vega_to_svg(with_tables(spec, tables)))))
    head, sign, rest = svg.partition(">")
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {variables(DARK)} }} }}"
    return data_uri("image/svg+xml", f"{head}{sign}<style>:root {{ {variables(LIGHT)} }} {dark}</style>{rest}".encode())


def numbered_anew(svg: str) -> str:
    """Return a picture with its clipping paths counted from 0: the converter counts on from one to the next."""
    found = dict.fromkeys(re.findall(r'id="(clip\d+)"', svg))
    numbers = {name: f"clip{place}" for place, name in enumerate(found)}
    return re.sub(r'(id="|url\(#)(clip\d+)', lambda match: match[1] + numbers.get(match[2], match[2]), svg)


def still_png(spec: Spec, tables: Mapping[str, Table]) -> str:
    """Return a chart of very many marks as pixels, on white."""
    text = json.dumps(with_tables(spec, tables))
    for name, colour in LIGHT.items():
        text = text.replace(f"var(--{name})", colour)
    lit = {**json.loads(text), "background": LIGHT["paper"]}
    small, _ = reduced(vl_convert.vega_to_png(lit, scale=PIXELS), COLOURS_OF_MAP)
    return data_uri("image/png", small)


def variables(colours: Mapping[str, str]) -> str:
    """Return colours as declarations of a style sheet."""
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())


def data_uri(kind: str, data: bytes) -> str:
    """Return an address that holds its file itself."""
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
