"""Texts as the page sets them: symbols with their index, powers of ten raised."""

import re

from markupsafe import Markup, escape

SYMBOL = re.compile(r"(?<![A-Za-z0-9_])([d∂]?[bhLxzrcW])_([A-Za-z0-9]{1,2})(?![A-Za-z0-9_])")
"""The page's script has the same."""
TEXT = re.compile(r"(<text[^>]*>)([^<]*)(</text>)")
INDEX = r'\1<tspan dy="0.25em" font-size="78%">\2</tspan><tspan dy="-0.195em">&#8203;</tspan>'
"""Lower, and back: what comes behind an index stands where a line of text stands."""
RAISED = str.maketrans("-−0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def indexed(text: str) -> Markup:
    """Return a text as HTML, escaped, with b_z, dh_0, … set as a letter and its index."""
    return Markup(SYMBOL.sub(r"\1<sub>\2</sub>", str(escape(text))))


def indexed_svg(svg: str) -> str:
    """Return a picture whose texts have their symbols set as a letter and its index."""
    return TEXT.sub(lambda found: found[1] + SYMBOL.sub(INDEX, found[2]) + found[3], svg)


def power(exponent: int) -> str:
    """Return a power of ten."""
    return f"10{str(exponent).translate(RAISED)}"
