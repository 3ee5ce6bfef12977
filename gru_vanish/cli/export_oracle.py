"""``export --oracle DIR``: exact gradients of small networks, for the tests of another framework."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from gru_vanish.cli.conclude import folded, tell_json
from gru_vanish.cli.exits import Exit, RefusalError
from gru_vanish.cli.output import say, tell
from gru_vanish.cli.run import prepare_compiler, prepare_device
from gru_vanish.cli.signals import Signals
from gru_vanish.cli.study import nearest
from gru_vanish.engine import environment
from gru_vanish.oracle import DisagreementError, Named, network_files, networks, readme
from gru_vanish.store.folders import ForeignFilesError, owned, write_folder

CONTENTS = "gru-vanish gradient oracle"


def export_oracle(folder: Path, cells: Sequence[str], seed: int, as_json: bool, signals: Signals) -> int:
    """Write the files of the networks that are asked for, all of them where none is; 5 where two ways differ."""
    chosen = chosen_networks(networks(), cells)
    files: dict[str, bytes] = {}
    try:
        owned(folder, CONTENTS)
        prepare_device()
        prepare_compiler(cached=True)
        for count, named in enumerate(chosen, start=1):
            signals.check()
            files |= network_files(named, seed, environment.compiler_options("cpu"))
            say(f"{count} of {len(chosen)}: {named.name} agrees in four ways")
        paths = write_folder(folder, CONTENTS, {**files, "README.md": readme(chosen).encode("utf-8")})
    except ForeignFilesError as fault:
        raise RefusalError(Exit.usage, str(fault)) from fault
    except DisagreementError as fault:
        raise RefusalError(Exit.damaged, f"nothing was written: {fault}") from fault
    if as_json:
        tell_json({"networks": [named.name for named in chosen], "paths": [str(path) for path in paths]})
    else:
        tell("\n".join(f"wrote {path}" for path in folded(paths)))
    return Exit.done


def chosen_networks(known: Mapping[str, Named], cells: Sequence[str]) -> list[Named]:
    """Return the networks of these cells (``gru``: in all its conventions) or presets (``gru:torch``)."""
    words: dict[str, list[Named]] = {}
    for one in known.values():
        words.setdefault(one.kind, []).append(one)
        if one.preset is not None:
            words[f"{one.kind}:{one.preset}"] = [one]
    for cell in cells:
        if cell not in words:
            raise RefusalError(Exit.usage, f"--cell {cell}: no such cell{nearest(cell, words)}")
    return list(dict.fromkeys(one for cell in cells for one in words[cell])) if cells else list(known.values())
