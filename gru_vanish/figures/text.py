"""Text from a config is shown as it stands: a title is never markup."""

import re
import textwrap
from functools import cache

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

FAMILIES = ("STIXGeneral", "DejaVu Sans")
ABSENT = "\N{WHITE SQUARE}"


@cache
def fonts() -> tuple[FT2Font, ...]:
    """Return the fonts that every figure may count on: those that come with matplotlib."""
    return tuple(FT2Font(font_manager.findfont(family)) for family in FAMILIES)


def drawable(text: str) -> str:
    """Replace control characters by spaces, and what no font has a glyph for by a square."""
    spaced = "".join(letter if letter.isprintable() else " " for letter in text)
    return "".join(letter if any(font.get_char_index(ord(letter)) for font in fonts()) else ABSENT for letter in spaced)


def literal(text: str) -> str:
    """Return the text such that matplotlib prints exactly it, dollars and backslashes included."""
    return drawable(text).replace("$", r"\$")


def shown(text: str) -> str:
    """Return ``literal`` text with our own symbols b_z, b_r, … set as maths."""
    return re.sub(r"\bb_([zrfioh])\b", r"$b_\1$", literal(text))


def wrapped(text: str, width: int) -> str:
    """Break a name into lines of about ``width`` characters, at spaces, and set it for matplotlib.

    Symbols are set after the breaking, so that their markup neither counts nor is torn.
    """
    joined = drawable(text).replace(" = ", "\u00a0=\u00a0")  # "b_z = −4" stays on one line
    lines = textwrap.wrap(joined, width, break_on_hyphens=False) or [""]
    return "\n".join(shown(line) for line in lines)
