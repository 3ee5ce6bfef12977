"""``schema``: the JSON Schema of a config, for editors."""

from typing import Any

from gru_vanish.config import json_schema


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a config."""
    return json_schema()
