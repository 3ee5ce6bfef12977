"""What may be done to a cell to see what one of its gates or paths is for, and what of it makes no sense."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from gru_vanish.cells.gating import calls, followers
from gru_vanish.contracts import Cell, GateFunction, Node

RANGES = {
    GateFunction.sigmoid: (0.0, 1.0),
    GateFunction.tanh: (-1.0, 1.0),
    GateFunction.relu: (0.0, float("inf")),
}
"""What the functions of gates can give, ends included."""
EVERYWHERE = (float("-inf"), float("inf"))


class Interventions(Node):
    """What is done to a cell. A gate stands under one of ``clamp``, ``hold`` and ``tie``; a use may be stopped too."""

    clamp: dict[str, float] = Field({}, description="gates that give this number instead of their value")
    hold: tuple[str, ...] = Field((), description="gates that give their mean over t = 1 … T_max and samples, by unit")
    stop: tuple[str, ...] = Field((), description="uses of h_(t-1) through which no gradient passes")
    tie: dict[str, str] = Field({}, description="gates that give the value of another gate")

    def __hash__(self) -> int:
        """Hash what is written."""
        return hash((*sorted(self.clamp.items()), self.hold, self.stop, *sorted(self.tie.items())))

    @property
    def none(self) -> bool:
        """Whether nothing is done."""
        return not (self.clamp or self.hold or self.stop or self.tie)


@dataclass(frozen=True)
class Refusal:
    """What a cell can not be asked for: where it is written, and why; or which words are allowed there."""

    path: tuple[str | int, ...]
    sentence: str = ""
    allowed: tuple[str, ...] = ()
    as_key: bool = False
    """whether the word at fault is the last key of the path, not the value there"""

    def __str__(self) -> str:
        where = ".".join(map(str, self.path))
        return f"{where}: {self.sentence or 'allowed: ' + ', '.join(self.allowed)}"


def functions(cell: Cell) -> dict[str, GateFunction]:
    """Return the gates that can be intervened on, with their functions: those that pass through an activation."""
    passing = calls(cell)
    return {name: function for name, function in cell.gate_functions.items() if name in passing}


def refusals(cell: Cell, wanted: Interventions) -> Iterator[Refusal]:
    """Give everything that ``cell`` can not be asked for."""
    gates = functions(cell)
    yield from _unknown(wanted, tuple(gates), tuple(cell.Uses._fields))
    yield from _twice(wanted)
    for gate, number in wanted.clamp.items():
        low, high = RANGES.get(gates[gate], EVERYWHERE) if gate in gates else EVERYWHERE
        if not low <= number <= high:
            ends = f"{low:g} to {high:g}" if high < float("inf") else f"at least {low:g}"
            yield Refusal(("clamp", gate), f"given {number:g}; a {gates[gate].value} gives {ends}")
    for gate, source in wanted.tie.items():
        if gate in gates and source in gates:
            yield from _tie(cell, gates, wanted, gate, source)


def _unknown(wanted: Interventions, gates: tuple[str, ...], uses: tuple[str, ...]) -> Iterator[Refusal]:
    for block in ("clamp", "tie"):
        yield from (Refusal((block, gate), "", gates, True) for gate in getattr(wanted, block) if gate not in gates)
    yield from (Refusal(("tie", gate), "", gates) for gate, source in wanted.tie.items() if source not in gates)
    for block, known in (("hold", gates), ("stop", uses)):
        for index, name in enumerate(getattr(wanted, block)):
            if name not in known:
                yield Refusal((block, index), "", known)


def _twice(wanted: Interventions) -> Iterator[Refusal]:
    seen: dict[str, str] = {}
    named = [(("clamp", gate), gate) for gate in wanted.clamp]
    named += [(("hold", index), gate) for index, gate in enumerate(wanted.hold)]  # type: ignore[misc]
    named += [(("tie", gate), gate) for gate in wanted.tie]
    for path, gate in named:
        if gate in seen:
            yield Refusal(path, f"{gate} stands under {seen[gate]} already", as_key=path[0] != "hold")
        seen[gate] = path[0]
    for index, use in enumerate(wanted.stop):
        if use in wanted.stop[:index]:
            yield Refusal(("stop", index), f"{use} is named twice")


def _tie(
    cell: Cell, gates: dict[str, GateFunction], wanted: Interventions, gate: str, source: str
) -> Iterator[Refusal]:
    path = ("tie", gate)
    if source in wanted.tie:
        yield Refusal(path, f"{source} is tied itself" if source != gate else f"{gate} can not be tied to itself")
    elif gates[gate] != gates[source]:
        yield Refusal(path, f"{gate} is a {gates[gate].value}, {source} a {gates[source].value}")
    elif any(source in followers(cell, tied) for tied in wanted.tie):
        yield Refusal(path, f"{source} is computed from {gate} in the same step")
