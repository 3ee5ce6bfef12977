"""``check``: whether a config is sound, and the size of its study."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from gru_vanish import engine
from gru_vanish.config import Loaded, resolved_lines
from gru_vanish.contracts import Program
from gru_vanish.engine import Unit
from gru_vanish.engine.fit import Fit
from gru_vanish.interface import memory, programs
from gru_vanish.interface.caller import Caller, asked
from gru_vanish.interface.config import Changes, Config, given, overrides_of, read
from gru_vanish.interface.host import Host
from gru_vanish.interface.html import definition, table
from gru_vanish.interface.memory import Labels
from gru_vanish.interface.prepare import prepare_device
from gru_vanish.interface.refusals import RefusalError


@dataclass(frozen=True, repr=False)
class Checked:
    """A config that is sound, and what a run of it would want."""

    study: Loaded
    units: Sequence[Unit]
    fit: Fit | None
    """the memory that is wanted and there; None where there is no device"""
    without_device: str
    """why there is none"""
    remarks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The study's name."""
        return self.study.study.name

    @property
    def labels(self) -> Labels:
        """The labels of every program."""
        return programs.labels([(one.label, one.setting) for one in self.study.series], self.study.study.measure)

    @property
    def programs(self) -> set[Program]:
        """What would be compiled."""
        return {unit.program for unit in self.units}

    @property
    def resolved(self) -> dict[str, tuple[Any, str]]:
        """Every value of the study, and where it comes from, by its dotted path."""
        return {path: (value, origin) for path, value, origin in resolved_lines(self.study)}

    def __repr__(self) -> str:
        """The size of the study in a line."""
        wanted = f", {memory.words(self.fit)}" if self.fit else ""
        return f"<Checked {self.name}, {len(self.units)} units, {len(self.programs)} programs{wanted}>"

    def _repr_html_(self) -> str:
        """Every value, as a notebook shows it."""
        rows = [(path, str(value), origin) for path, (value, origin) in self.resolved.items()]
        return definition(repr(self)[1:-1]) + table((("value of",), ("",), ("from",)), rows)


def load(config: Config, *, set: Changes = (), allow_code: bool = False) -> Loaded:
    """Return the study of a config: the path of a file, a YAML text, or a mapping; ``set`` changes values of it.

    Raises:
        ConfigError: with all that is wrong with the config, each at its place.
    """
    overrides = overrides_of(set)
    return asked(lambda caller: read(given(config), overrides, allow_code, caller), computes=True)


def check(config: Config, *, set: Changes = (), allow_code: bool = False) -> Checked:
    """Return the study of a config with its size: units, programs, memory, and every value with its origin.

    Raises:
        ConfigError: with all that is wrong with the config, each at its place.
    """
    overrides = overrides_of(set)

    def work(caller: Caller) -> Checked:
        found = checked(read(given(config), overrides, allow_code, caller), caller)
        return replace(found, remarks=tuple(caller.remarks))

    return asked(work, computes=True)


def checked(study: Loaded, host: Host) -> Checked:
    """Return a sound study with its size."""
    units = engine.plan([one.setting for one in study.series], study.study.seeds, study.study.measure)
    return Checked(study, units, *memory_of(units, host))


def memory_of(units: Sequence[Unit], host: Host) -> tuple[Fit | None, str]:
    """Return what the units want and what is here, or why that can not be said."""
    try:
        prepare_device(host)
    except RefusalError as refusal:
        return None, refusal.sentence
    return memory.looked_at(units, None), ""
