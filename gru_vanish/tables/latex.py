"""A readable table in LaTeX, for a plain article with ``booktabs`` and any engine."""

import re
import unicodedata
from collections.abc import Sequence

from gru_vanish.tables.readable import Readable

SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": "$<$", ">": "$>$", "|": r"\textbar{}",
    '"': r"\textquotedblright{}", "`": r"\textquoteleft{}", "'": r"\textquoteright{}",
    # Behind the end of a row these two would be taken for its options.
    "[": "{[}", "*": "{*}",
}  # fmt: skip
"""What LaTeX would act on."""
KNOWN = {
    "–": "--", "—": "---", "−": "$-$", "±": r"$\pm$", "×": r"$\times$", "·": r"$\cdot$", "…": r"\ldots{}", "∗": "$*$",
    "‖": r"$\Vert$", "∂": r"$\partial$", "⁺": "$^{+}$", "⁻": "$^{-}$", "√": r"$\surd$", "∞": r"$\infty$",
    "≤": r"$\le$", "≥": r"$\ge$", "≠": r"$\ne$", "≈": r"$\approx$", "∈": r"$\in$", "→": r"$\to$", "°": r"$^{\circ}$",
    "“": r"\textquotedblleft{}", "”": r"\textquotedblright{}", "‘": r"\textquoteleft{}", "’": r"\textquoteright{}",
    "ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}", "œ": r"\oe{}", "Œ": r"\OE{}", "ø": r"\o{}", "Ø": r"\O{}", "ł": r"\l{}",
    "Ł": r"\L{}", "ı": r"\i{}", "å": r"\aa{}", "Å": r"\AA{}", "\u00a0": "~", "\u2009": r"\,", "\u202f": r"\,",
    "µ": r"$\mu$", "§": r"\S{}",
}  # fmt: skip
GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau",
    "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda",
    "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030b": "H", "\u030c": "v", "\u0327": "c",
}  # fmt: skip
"""Combining marks and the commands of the same accents, in the fonts that every LaTeX begins with."""


def latex_table(table: Readable) -> str:
    """Return a whole ``table``: caption, label, the rows, and the notes below them."""
    heads = [[escaped(line) for line in lines] for lines in table.grid.heads]
    label = re.sub(r"[^A-Za-z0-9-]", "-", f"{table.study}-{table.name}")
    notes = [rf"  {escaped(note)}\par" for note in table.notes]
    lines = [
        r"% Needs \usepackage{booktabs}.",
        r"\begin{table}[htbp]",
        r"  \centering",
        rf"  \caption{{{escaped(table.caption)}}}",
        rf"  \label{{tab:{label}}}",
        rf"  \begin{{tabular}}{{l{'r' * (len(heads) - 1)}}}",
        r"    \toprule",
        *(_row(line) for line in zip(*heads, strict=True)),
        r"    \midrule",
        *(_row([escaped(cell) for cell in row]) for row in table.grid.rows),
        r"    \bottomrule",
        r"  \end{tabular}",
        *([r"  \par\medskip\raggedright\footnotesize", *notes] if notes else []),
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Return the text so that LaTeX sets it as it is; a character that its first fonts lack becomes its number."""
    composed = unicodedata.normalize("NFC", text)
    pairs = zip(" " + composed, composed, strict=False)
    # Two hyphens side by side would become a dash.
    return "".join("{}-" if before == one == "-" else _character(one) for before, one in pairs)


def _character(one: str) -> str:
    if one in SPECIAL:
        return SPECIAL[one]
    if one in KNOWN:
        return KNOWN[one]
    if one in GREEK:
        return rf"$\{GREEK[one]}$"
    if one.isascii():
        return one if one.isprintable() else " "
    return _accented(one) or _scripted(one) or f"(U+{ord(one):04X})"


def _accented(one: str) -> str | None:
    """Return a Latin letter with one accent."""
    parts = unicodedata.normalize("NFD", one)
    if len(parts) != 2 or parts[1] not in ACCENTS or not (parts[0].isascii() and parts[0].isalpha()):
        return None
    letter, mark = parts[0], parts[1]
    dotless = "\\" if letter in "ij" and mark != "\u0327" else ""
    return f"\\{ACCENTS[mark]}{{{dotless}{letter}}}"


def _scripted(one: str) -> str | None:
    """Return a raised or lowered digit or letter."""
    kind, _, plain = unicodedata.decomposition(one).partition(" ")
    if kind not in ("<super>", "<sub>") or " " in plain:
        return None
    letter = chr(int(plain, 16))
    if not (letter.isascii() and letter.isalnum()):
        return None
    return f"$^{{{letter}}}$" if kind == "<super>" else f"$_{{{letter}}}$"


def _row(cells: Sequence[str]) -> str:
    return rf"    {' & '.join(cells)} \\"
