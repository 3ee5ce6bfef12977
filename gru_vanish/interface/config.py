"""A config as it is given from Python: the path of a file, a text, values, or a study that is loaded already."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from gru_vanish.config import Given, Loaded, Text, load, options_of, text_of
from gru_vanish.interface.host import Host
from gru_vanish.interface.prepare import prepare_device, prepare_environment
from gru_vanish.interface.refusals import Exit, RefusalError

Config: TypeAlias = str | os.PathLike[str] | Text | Mapping[str, Any] | Loaded
"""A text of several lines is YAML, any other the path of a file."""
Changes: TypeAlias = Mapping[str, Any] | Sequence[str]
"""``{"cells.GRU.hidden": 8}``, or texts as behind ``--set``."""


def read(config: Given | Loaded, overrides: Sequence[str], allow_code: bool, host: Host) -> Loaded:
    """Return the study; where it may hold cells of the user's own, the device on which they are tried out is ready.

    Raises:
        ConfigError: with every problem at its place.
    """
    prepare_environment()
    if isinstance(config, Loaded):
        if overrides:
            raise RefusalError(Exit.usage, "--set changes a config, and this one is loaded already")
        return config
    if allow_code:
        prepare_device(host)
    return load(config, overrides, allow_code=allow_code)


def given(config: Config) -> Given | Loaded:
    """Return what can be loaded."""
    if isinstance(config, Mapping):
        return text_of(config)
    return Text(config) if isinstance(config, str) and "\n" in config else config


def overrides_of(changes: Changes) -> tuple[str, ...]:
    """Return changes as texts ``a.b=value``."""
    if isinstance(changes, str):
        return (changes,)
    return options_of(changes) if isinstance(changes, Mapping) else tuple(changes)
