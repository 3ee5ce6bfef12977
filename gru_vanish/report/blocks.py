"""What the page holds of a chart beside its specification: words, controls and still pictures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    """A choice between two words for a signal, or yes and no where there are no ``choices``."""

    signal: str
    title: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Panel:
    """The chart of one network among several of a kind."""

    network: int
    name: str
    still: str
    alt: str


@dataclass(frozen=True)
class Block:
    """A chart, or one for every network; ``scale`` has the marks of its colours, places from 0 to 1 and words."""

    id: str
    title: str
    caption: str
    quantity: str
    spec: str
    still: str = ""
    alt: str = ""
    switches: tuple[Switch, ...] = ()
    panels: tuple[Panel, ...] = ()
    scale: tuple[tuple[float, str], ...] = ()


def logarithmic(signal: str, title: str, value: bool) -> Switch:
    """Return the choice between a logarithmic and a linear axis."""
    return Switch(signal, title, "true" if value else "false", (("true", "log"), ("false", "linear")))
