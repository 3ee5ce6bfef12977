"""What was set: of every cell its own words, and once what all of them share."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gru_vanish.analysis import Named
from gru_vanish.analysis.names import initialiser_text, leaves
from gru_vanish.report.networks import Network

CELL = "cell."
LEFT_OUT = ("cell.file_sha256", "lengths")
MOST_VALUES = 9


def cell_settings(network: Network) -> list[tuple[str, str]]:
    """Return a network's own settings, a swept one with all its values."""
    return list(told([one.setting for one in network.series], own=True))


def shared_settings(series: Sequence[Named]) -> list[tuple[str, str]]:
    """Return what is set beside the cells: inputs, loss, precision, lengths, task and training."""
    settings = [one.setting for one in series]
    lengths = dict.fromkeys(lengths_words(setting["lengths"]) for setting in settings)
    return [*told(settings, own=False), ("lengths T", " | ".join(lengths))]


def told(settings: Sequence[Mapping[str, Any]], own: bool) -> Iterator[tuple[str, str]]:
    """Give the leaves of several settings as names and values; those of the cell, or all others."""
    found: dict[str, list[str]] = {}
    for setting in settings:
        for path, value in leaves(setting, ""):
            if path.startswith(CELL) is own and path not in LEFT_OUT:
                words = initialiser_text(value)
                values = found.setdefault(path, [])
                if words not in values:
                    values.append(words)
    for path, values in found.items():
        name = path.removeprefix(CELL).removesuffix(".kind").replace("_", " ").replace(".", " · ")
        yield name, values_words(values)


def values_words(values: Sequence[str]) -> str:
    """Return one value, or all of several."""
    if len(values) <= MOST_VALUES:
        return ", ".join(values)
    return f"{', '.join(values[: MOST_VALUES - 1])}, … {values[-1]} ({len(values)} values)"


def lengths_words(lengths: Sequence[int]) -> str:
    """Return the lengths: how many, from where to where."""
    return f"{lengths[0]} … {lengths[-1]} ({len(lengths)} of them)" if len(lengths) > 1 else str(lengths[0])
