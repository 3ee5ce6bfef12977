"""Units of work: one setting × one seed × one measure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gru_vanish.contracts import Iterated, Program, Setting
from gru_vanish.measures import MEASURES
from gru_vanish.store import key_of


@dataclass(frozen=True)
class Unit:
    """What is computed, stored and resumed as one; its key names its record."""

    setting: Setting
    seed: int
    measure: str
    key: str

    @property
    def program(self) -> Program:
        """The program that computes this unit and all that differ from it in data only."""
        return Program.of(self.setting, self.measure)


def read_by(setting: Setting, measure: str) -> Setting:
    """Return the part of a setting that a measure reads: only one that trains reads how."""
    if isinstance(MEASURES[measure], Iterated):
        return setting
    return replace(setting, task=None, training=None, ablated=())


def unit(setting: Setting, seed: int, measure: str) -> Unit:
    """Return the unit with its key."""
    setting = read_by(setting, measure)
    return Unit(setting, seed, measure, key_of(setting.canonical(), seed, measure, MEASURES[measure].version))


def plan(settings: Iterable[Setting], seeds: Sequence[int], measures: Sequence[str]) -> tuple[Unit, ...]:
    """Return the units of a study in file order; what two series share is one unit."""
    units = (unit(setting, seed, measure) for setting in settings for measure in measures for seed in seeds)
    return tuple({each.key: each for each in units}.values())
