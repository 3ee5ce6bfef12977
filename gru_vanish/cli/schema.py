"""``schema``: the JSON Schema of a config, for editors."""

import json

from gru_vanish.cli.exits import Exit
from gru_vanish.cli.output import tell
from gru_vanish.interface.schema import schema as found


def schema() -> int:
    """Write the schema to stdout."""
    tell(json.dumps(found(), indent=2, ensure_ascii=False))
    return Exit.done
