"""The core scalars of YAML 1.2: null, true/false, whole numbers, floats, and text for all the rest."""

from __future__ import annotations

import math
import re

from gru_vanish.config.marks import Scalar

_MOST_DIGITS = 4000
_LARGEST_DIGITS = 308  # a longer whole number has no float beside it

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class ScalarRefusedError(ValueError):
    """A scalar that YAML allows and a config does not."""


def resolve(text: str) -> Scalar:
    """The value of a plain (unquoted) scalar; dates, ``yes`` and ``1_000`` stay text, as YAML 1.2 has it.

    Raises:
        ScalarRefusedError: infinities, NaN, numbers too long, too large or too small for a float64.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _NOT_FINITE.fullmatch(text):
        raise ScalarRefusedError(f"{text} is not a finite number")
    if _DECIMAL.fullmatch(text):
        return _whole(text, text, 10)
    if _OCTAL.fullmatch(text):
        return _whole(text, text[2:], 8)
    if _HEXADECIMAL.fullmatch(text):
        return _whole(text, text[2:], 16)
    return _real(text) if _FLOAT.fullmatch(text) else text


def _whole(text: str, digits: str, base: int) -> int:
    _short_enough(text)
    value = int(digits, base)
    if abs(value) >= 10**_LARGEST_DIGITS:
        raise ScalarRefusedError(f"a whole number of {len(digits.lstrip('+-'))} digits is too large")
    return value


def _real(text: str) -> float:
    _short_enough(text)
    value = float(text)
    if math.isinf(value):
        raise ScalarRefusedError(f"{text[:40]} is too large for a float64 (at most about 1.8e308)")
    if value == 0.0 and re.search("[1-9]", re.split("[eE]", text)[0]):
        raise ScalarRefusedError(f"{text[:40]} is too small for a float64 and would become 0")
    return value


def _short_enough(text: str) -> None:
    if len(text) > _MOST_DIGITS:
        raise ScalarRefusedError(f"a number of {len(text):,} characters; at most {_MOST_DIGITS:,}")
