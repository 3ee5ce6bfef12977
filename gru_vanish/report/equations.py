"""A cell's equations, plain text in its manifest, as MathML that browsers set without any library.

The text has one equation a line, ``h_t = (1 - z_t) * h_(t-1) + z_t * c_t``, by this grammar:

    equation = sum "=" sum
    sum      = ["-"] product {("+" | "-") product}
    product  = factor {["*"] factor}          "*" is taken element by element, side by side is a matrix product
    factor   = number | function factor | "(" sum {"," sum} ")" | name
    name     = letters {"'"} ["_" index] ["^" index]     index = letters | number | "(" sum ")"

A line that is none (what an intervention does to a gate, the docstring of a user's own cell) stays a sentence.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "eps": "ε", "eta": "η", "theta": "θ", "lambda": "λ",
    "mu": "μ", "nu": "ν", "phi": "φ", "rho": "ρ", "sigma": "σ", "tau": "τ", "omega": "ω", "dt": "Δt", "Delta": "Δ",
}  # fmt: skip
"""What the equations spell out, and the letter of the literature."""
FUNCTIONS = ("tanh", "exp", "max", "min", "log", "ln", "relu", "sin", "cos", "Re", "Im", "sigma", "phi", "softplus")
"""Names that a bracket makes functions of."""
UPRIGHT = {"i", "I"}
"""The imaginary unit and the identity."""
OPERATORS = {"*": "⊙", "-": "−", "+": "+", "=": "=", ",": ","}
TIMES, APPLY = "\u2062", "\u2061"
"""Invisible: a product, and a function before its argument; a screen reader says them."""
_TOKEN = re.compile(r"\s*(?:(?P<name>[^\W\d_]+'*)|(?P<number>\d+(?:\.\d+)?)|(?P<sign>[-+*=(),_^]))")


@dataclass(frozen=True)
class Line:
    """One line: its MathML, or none where it is a sentence."""

    text: str
    maths: Markup | None


def typeset(text: str) -> list[Line]:
    """Return the lines of a cell's equations."""
    return [Line(line.strip(), equation(line)) for line in text.splitlines() if line.strip()]


def equation(line: str) -> Markup | None:
    """Return a line as a ``math`` element, None where it is not an equation by the grammar."""
    try:
        reader = _Reader(_tokens(line))
        left = reader.sum()
        reader.take("=")
        right = reader.sum()
        reader.end()
    except ValueError:
        return None
    row = Markup("{}<mo>=</mo>{}").format(left, right)
    return Markup('<math display="block" aria-label="{}"><mrow>{}</mrow></math>').format(line.strip(), row)


def _tokens(line: str) -> list[str]:
    found, place = [], 0
    while place < len(line.rstrip()):
        match = _TOKEN.match(line, place)
        if match is None:
            raise ValueError(f"no symbol of an equation: {line[place:]!r}")
        found.append(match[0].strip())
        place = match.end()
    return found


class _Reader:
    """The grammar, read from left to right."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = [*tokens, ""]
        self.place = 0

    @property
    def next(self) -> str:
        return self.tokens[self.place]

    def take(self, wanted: str | None = None) -> str:
        found = self.next
        if not found or (wanted is not None and found != wanted):
            raise ValueError(f"{wanted or 'a symbol'} expected, found {found!r}")
        self.place += 1
        return found

    def end(self) -> None:
        if self.next:
            raise ValueError(f"{self.next!r} is left over")

    def sum(self) -> Markup:
        parts = []
        if self.next == "-":
            parts.append(_operator(self.take()))
        parts.append(self.product())
        while self.next in ("+", "-"):
            parts += [_operator(self.take()), self.product()]
        return Markup("").join(parts)

    def product(self) -> Markup:
        parts = [self.factor()]
        while self.next not in ("", "+", "-", "=", ")", ",", "_", "^"):
            if self.next == "*":
                parts.append(_operator(self.take()))
            else:
                parts.append(Markup("<mo>{}</mo>").format(TIMES))
            parts.append(self.factor())
        return Markup("").join(parts)

    def factor(self) -> Markup:
        if self.next == "(":
            return self.bracket()
        token = self.take()
        if token[0].isdigit():
            return Markup("<mn>{}</mn>").format(token)
        if not token[0].isalpha():
            raise ValueError(f"{token!r} begins nothing")
        if token in FUNCTIONS and self.next not in ("_", "^"):
            return self.application(token)
        alone = self.next not in ("_", "^")
        return self.indexed(_identifier(token, alone))

    def application(self, name: str) -> Markup:
        """Read what a function is applied to; a letter alone (λ = …, θ) is no function."""
        if self.next == "(" or (self.next[:1].isalpha() and name not in SYMBOLS):
            return Markup("{}<mo>{}</mo>{}").format(_identifier(name), APPLY, self.factor())
        return _identifier(name)

    def bracket(self) -> Markup:
        self.take("(")
        parts = [self.sum()]
        while self.next == ",":
            parts += [_operator(self.take()), self.sum()]
        self.take(")")
        return Markup('<mrow><mo stretchy="false">(</mo>{}<mo stretchy="false">)</mo></mrow>').format(
            Markup("").join(parts)
        )

    def indexed(self, base: Markup) -> Markup:
        below = self.index() if self.next == "_" else None
        above = self.index() if self.next == "^" else None
        if below is not None and above is not None:
            return Markup("<msubsup>{}{}{}</msubsup>").format(base, below, above)
        if below is not None:
            return Markup("<msub>{}{}</msub>").format(base, below)
        return base if above is None else Markup("<msup>{}{}</msup>").format(base, above)

    def index(self) -> Markup:
        """Read what follows ``_`` or ``^``; the bracket of an index only holds it together."""
        self.take()
        if self.next == "(":
            self.take()
            inside = self.sum()
            self.take(")")
            return Markup("<mrow>{}</mrow>").format(inside)
        token = self.take()
        if token[0].isdigit():
            return Markup("<mn>{}</mn>").format(token)
        if not token[0].isalpha():
            raise ValueError(f"{token!r} is no index")
        return _identifier(token)


def _operator(sign: str) -> Markup:
    return Markup("<mo>{}</mo>").format(OPERATORS[sign])


def _identifier(token: str, alone: bool = False) -> Markup:
    """Return a name: a letter in italics, a word upright, primes raised.

    The imaginary unit and the identity are upright, but i_t is a gate: only letters that stand ``alone`` are meant.
    """
    word = token.rstrip("'")
    shown = SYMBOLS.get(word, word)
    upright = (alone and word in UPRIGHT) or word in FUNCTIONS
    attribute = Markup(' mathvariant="normal"') if upright and len(shown) == 1 else Markup("")
    letter = Markup("<mi{}>{}</mi>").format(attribute, escape(shown))
    primes = len(token) - len(word)
    return Markup("<msup>{}<mo>{}</mo></msup>").format(letter, "′" * primes) if primes else letter
