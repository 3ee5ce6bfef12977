"""Losses that are summed over steps, and what has to be said of them wherever their gradient is shown."""

from collections.abc import Mapping
from typing import Any

REMARK = "the loss is summed over steps: its gradient does not vanish by construction"


def is_summed(setting: Mapping[str, Any]) -> bool:
    """Return whether the loss of a setting is a sum over all steps."""
    loss = setting.get("loss")
    return isinstance(loss, Mapping) and loss.get("over") == "steps"
