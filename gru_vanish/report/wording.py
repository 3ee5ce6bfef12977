"""Texts as the page sets them: symbols with their index, powers of ten raised."""

import re

from markupsafe import Markup, escape

SYMBOL = re.compile(r"(?<![A-Za-z0-9_])([d∂]?[bhLxzrcW])_([A-Za-z0-9]{1,2})(?![A-Za-z0-9_])")
"""The page's script has the same."""
RAISED = str.maketrans("-−0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def indexed(text: str) -> Markup:
    """Return a text as HTML, escaped, with b_z, dh_0, … set as a letter and its index."""
    return Markup(SYMBOL.sub(r"\1<sub>\2</sub>", str(escape(text))))


def power(exponent: int) -> str:
    """Return a power of ten."""
    return f"10{str(exponent).translate(RAISED)}"
