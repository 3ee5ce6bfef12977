"""Claims of two studies side by side, by their ids."""

from collections.abc import Sequence
from dataclasses import dataclass

from gru_vanish.analysis.claims import Outcome


@dataclass(frozen=True)
class Verdict:
    """A claim of either study; a verdict is None where a study does not state it."""

    id: str
    says: str
    a: str | None
    b: str | None
    restated: bool
    """Whether both state something under this id, but not the same."""

    @property
    def changed(self) -> bool:
        """Whether both judge it, and differently."""
        return self.a is not None and self.b is not None and self.a != self.b


def compared_verdicts(a: Sequence[Outcome], b: Sequence[Outcome]) -> tuple[Verdict, ...]:
    """Return every claim of both studies, in the order of A and then of B."""
    mine, theirs = ({one.bound.claim.id: one for one in outcomes} for outcomes in (a, b))
    found = []
    for name in dict.fromkeys([*mine, *theirs]):
        one, other = mine.get(name), theirs.get(name)
        told = one or other
        assert told is not None
        found.append(
            Verdict(
                name,
                told.bound.claim.says,
                None if one is None else one.verdict,
                None if other is None else other.verdict,
                one is not None and other is not None and stated(one) != stated(other),
            )
        )
    return tuple(found)


def stated(one: Outcome) -> object:
    """Return what a claim says of which quantity, without its words."""
    written = one.bound.claim.written()
    return {name: value for name, value in written.items() if name not in ("says", "source", "expect")}
