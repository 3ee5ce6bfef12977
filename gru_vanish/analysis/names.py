"""How a series is named for people, from the manifest alone.

A name is the cell followed by facets.  "GRU" by itself says nothing about a gradient, since one and the
same cell decays 0.0145 or 1.26 nats per step by its gate bias: the recurrent initialisation and the bias of
the gate that keeps the memory are therefore in every name, all else where it tells series of one study apart.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gru_vanish.analysis.summed import is_summed

SYMBOLS = {
    "update_bias": "b_z",
    "reset_bias": "b_r",
    "forget_bias": "b_f",
    "input_bias": "b_i",
    "output_bias": "b_o",
    "candidate_bias": "b_h",
}
MEMORY_GATES = ("update_bias", "forget_bias")
DIRECTIONS = {"update_gate": "z", "forget_gate": "f"}  # the fields that say whether a gate keeps or replaces
WEIGHTS = "weights_sha256"  # in a cell's init: its weights are from a file
# What the files of a study are called by: the keys under which a sweep names them.
FILES: dict[str, tuple[str, ...]] = {
    f"cell.init.{WEIGHTS}": (".weights", ".layer"),
    "inputs.numbers_sha256": ("inputs.file", "inputs.entry"),
    "inputs.size": (),
    "inputs.steps": (),
}
LONGEST = 40  # letters of a title in a short name
SCOPES = {"joint": "joint", "per_gate": "per gate"}
# Setting paths that a facet below already puts into words, and lengths, which are an axis and not a name.
SUMMED = "loss summed over steps"
WORDED = (
    "cell.kind",
    "cell.file_sha256",
    "cell.hidden",
    *(f"cell.{field}" for field in DIRECTIONS),
    "cell.reset",
    "cell.init.scope",
    "cell.init.weights_sha256",
    "inputs.scale",
    "lengths",
    # What is looked at on the way makes no other network.
    "training.observe",
    "training.ablate",
    "training.checkpoints",
)
REPEATED = "inputs.task."  # of the task's own sequences: what ``task`` says already
# What is cut off the path of a leaf that is named by it; the rest is its word.
STARTS = ("cell.", "init.", "task.", "training.", "optimizer.")


@dataclass(frozen=True)
class Facet:
    """One part of a name; ``always`` keeps it in the short name even where all series share it."""

    key: str
    text: str
    always: bool = False


@dataclass(frozen=True)
class SeriesName:
    """``full`` says everything, ``short`` what tells series apart: ``cell`` and then ``facets``."""

    full: str
    short: str
    cell: str
    facets: tuple[Facet, ...]


def number(value: float) -> str:
    """Write a number with a true minus sign."""
    return f"{value:g}".replace("-", "−")


def value_text(value: Any) -> str:
    """Write a setting's value: a number, a word, or an initialiser with its parameters."""
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, Mapping):
        rest = [f"{key} {value_text(one)}" for key, one in value.items() if key != "kind"]
        kind = str(value.get("kind", ""))
        return f"{kind}({', '.join(rest)})" if rest and kind else kind or ", ".join(rest)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(value_text(one) for one in value) + "]"
    return str(value)


def bias_text(value: Any) -> str:
    """Write a bias: a constant is its number, whatever the spelling; a distribution keeps its name."""
    if isinstance(value, Mapping) and value.get("kind") == "constant":
        return value_text(value["value"])
    return "0" if value_text(value) == "zeros" else value_text(value)


def initialiser_text(value: Any) -> str:
    """Write a weight initialiser; its gain where that is not 1, other parameters in brackets."""
    if not isinstance(value, Mapping):
        return value_text(value)
    gain = value.get("gain", 1.0)
    text = value_text({key: one for key, one in value.items() if key != "gain"})
    return text if gain == 1.0 else f"{text} × {number(gain)}"


def initialisation_facets(init: Mapping[str, Any]) -> Iterator[Facet]:
    """Name the recurrent initialisation, its scope where it is joint, and the biases of the gates."""
    if WEIGHTS in init:
        yield Facet(f"cell.init.{WEIGHTS}", f"weights {init[WEIGHTS][:8]}")
        return
    joint = " (joint)" if init.get("scope") == "joint" else ""
    if "recurrent" in init:
        yield Facet("cell.init.recurrent", initialiser_text(init["recurrent"]) + joint, always=True)
    else:
        for key, value in init.items():
            if key not in SYMBOLS and key not in ("bias", "scope", "clamp"):
                text = initialiser_text(value) + (joint if key == "input" else "")
                yield Facet(f"cell.init.{key}", f"{key} = {text}", always=True)
    for key, symbol in SYMBOLS.items():
        if key in init:
            text = f"{symbol} = {bias_text(init[key])}"
            yield Facet(f"cell.init.{key}", text, always=key in MEMORY_GATES)


def intervention_facets(cell: Mapping[str, Any]) -> Iterator[Facet]:
    """Name what is done to gates and uses; it is no network of the literature any more, so every name says it."""
    for gate, value in cell.get("init", {}).get("clamp", {}).items():
        yield Facet(f"cell.init.clamp.{gate}", f"{gate} = {number(value)}", always=True)
    for gate, source in cell.get("tie", {}).items():
        yield Facet(f"cell.tie.{gate}", f"{gate} = {source}", always=True)
    if held := cell.get("hold"):
        yield Facet("cell.hold", f"{' and '.join(held)} held", always=True)
    if stopped := cell.get("stop"):
        yield Facet("cell.stop", f"no gradient through {' and '.join(stopped)}", always=True)


def facets(setting: Mapping[str, Any]) -> tuple[Facet, ...]:
    """Put a setting into words, the facets in the order in which a name shows them."""
    cell = setting["cell"]
    found = [*initialisation_facets(cell.get("init", {})), *intervention_facets(cell)]
    for field, letter in DIRECTIONS.items():
        if field in cell:
            found.append(Facet(f"cell.{field}", f"{letter} {cell[field]}"))
    if "reset" in cell:
        found.append(Facet("cell.reset", f"reset {cell['reset']}"))
    if "hidden" in cell:
        found.append(Facet("cell.hidden", f"n = {value_text(cell['hidden'])}"))
    if "numbers_sha256" in setting.get("inputs", {}):
        found.append(Facet("inputs.numbers_sha256", f"inputs {setting['inputs']['numbers_sha256'][:8]}"))
    scale = setting.get("inputs", {}).get("scale")
    if scale is not None:
        found.append(Facet("inputs.scale", f"input scale {value_text(scale)}"))
    # A setting does not say ``over`` where it is the last step.
    found.append(Facet("loss.over", SUMMED if is_summed(setting) else "loss of the last step"))
    return (*found, *other_facets(setting, {facet.key for facet in found}))


def other_facets(setting: Mapping[str, Any], known: set[str]) -> Iterator[Facet]:
    """Name every other leaf of the setting by its path: shown only where it tells series apart."""
    for path, value in leaves(setting, ""):
        if path not in known and path not in WORDED and not path.startswith(REPEATED):
            word = path
            for start in STARTS:
                word = word.removeprefix(start)
            yield Facet(path, f"{word} = {initialiser_text(value)}")


def leaves(node: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    """Walk a setting; a mapping with a ``kind`` inside the cell's init is one value (an initialiser)."""
    for key, value in node.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and not (prefix == "cell.init." and "kind" in value):
            yield from leaves(value, f"{path}.")
        else:
            yield path, value


def cell_word(series: Mapping[str, Any]) -> str:
    """Return the user's title on one line, or the cell's kind in capitals, a space for each underline."""
    title = series.get("title")
    if title:
        return " ".join(str(title).split())
    return str(series["setting"]["cell"]["kind"]).upper().replace("_", " ")


def shortened(word: str) -> str:
    """Cut a long title, so that the facets behind it, which tell more, are never cut instead."""
    return word if len(word) <= LONGEST else word[: LONGEST - 1].rstrip() + "…"


def full_name(cell: str, setting: Mapping[str, Any], parts: Sequence[Facet], telling: Sequence[Facet]) -> str:
    """Return the name that leaves nothing open, for captions and tables; ``telling`` are those of the short name."""
    scope = SCOPES.get(setting["cell"].get("init", {}).get("scope", ""))
    words = []
    for facet in parts:
        if facet.key == "cell.init.recurrent":
            words.append(f"recurrent {facet.text}" + (" per gate" if scope == "per gate" else ""))
        elif facet.key.startswith("cell.") or facet.key in WORDED or facet.text == SUMMED or facet in telling:
            words.append(facet.text)
    return ", ".join([cell, *words])


def with_files(parts: Sequence[Facet], setting: Mapping[str, Any], swept: Mapping[str, Any]) -> Iterator[Facet]:
    """Call what is in files by what was written, where that is swept, and else by the start of its hash.

    What a layer of a trained model reads follows from which layer it is.
    """
    given = WEIGHTS in setting["cell"].get("init", {})
    for one in parts:
        if one.key not in FILES:
            yield one
        elif words := [str(swept[path]) for path in swept if path.endswith(FILES[one.key])]:
            yield Facet(one.key, ", ".join(words))
        elif not given or not one.key.startswith("inputs."):
            yield one


def series_names(series: Sequence[Mapping[str, Any]]) -> list[SeriesName]:
    """Name every series of a manifest; the short names are all different."""
    words = [cell_word(one) for one in series]
    cells = [shortened(word) for word in words]
    parts = [tuple(with_files(facets(one["setting"]), one["setting"], one.get("swept", {}))) for one in series]
    texts: dict[str, set[str]] = {}
    for facet in (facet for one in parts for facet in one):
        texts.setdefault(facet.key, set()).add(facet.text)
    kept = [tuple(facet for facet in one if facet.always or len(texts[facet.key]) > 1) for one in parts]
    short = [", ".join([cell, *(facet.text for facet in one)]) for cell, one in zip(cells, kept, strict=True)]
    taken = Counter(short)
    names = []
    for index, one in enumerate(series):
        if taken[short[index]] > 1:  # equal in every setting that is stored: only the label is left
            extra = Facet("label", str(one["label"]))
            kept[index] = (*kept[index], extra)
            short[index] = f"{short[index]} ({extra.text})"
        full = full_name(words[index], one["setting"], parts[index], kept[index])
        names.append(SeriesName(full, short[index], cells[index], kept[index]))
    return names
