"""Trust: YAML text -> a validated `Study`, or every error at once with file, line and column."""

from gru_vanish.config.canonical import ForeignSettingError, setting_of
from gru_vanish.config.errors import ConfigError, Problem
from gru_vanish.config.given import Given, Text, options_of, text_of
from gru_vanish.config.loading import Loaded, load, resolved_lines
from gru_vanish.config.schema import json_schema
from gru_vanish.config.series import Series
from gru_vanish.config.study import Study

__all__ = [
    "ConfigError",
    "ForeignSettingError",
    "Given",
    "Loaded",
    "Problem",
    "Series",
    "Study",
    "Text",
    "json_schema",
    "load",
    "options_of",
    "resolved_lines",
    "setting_of",
    "text_of",
]
