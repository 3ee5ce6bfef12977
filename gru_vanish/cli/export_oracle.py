"""``export --oracle DIR``: exact gradients of small networks, for the tests of another framework."""

from collections.abc import Sequence
from pathlib import Path

from gru_vanish.cli.conclude import folded, tell_json
from gru_vanish.cli.exits import Exit
from gru_vanish.cli.output import tell
from gru_vanish.cli.signals import Signals
from gru_vanish.interface.export_oracle import written


def export_oracle(folder: Path, cells: Sequence[str], seed: int, as_json: bool, signals: Signals) -> int:
    """Write the files of the networks that are asked for, all of them where none is; 5 where two ways differ."""
    done = written(folder, cells, seed, signals)
    if as_json:
        tell_json({"networks": list(done.networks), "paths": [str(path) for path in done.paths]})
    else:
        tell("\n".join(f"wrote {path}" for path in folded(done.paths)))
    return Exit.done
