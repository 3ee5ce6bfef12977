"""``export --oracle``: exact gradients of small networks, for the tests of another framework."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gru_vanish.engine import environment
from gru_vanish.interface.caller import Caller, asked
from gru_vanish.interface.host import Host
from gru_vanish.interface.prepare import prepare_compiler, prepare_device
from gru_vanish.interface.refusals import Exit, RefusalError
from gru_vanish.interface.study import listed, nearest
from gru_vanish.oracle import DisagreementError, Named, network_files, networks, readme
from gru_vanish.store.folders import ForeignFilesError, owned, write_folder

CONTENTS = "gru-vanish gradient oracle"


@dataclass(frozen=True)
class OracleResult:
    """Networks with exact gradients that were written."""

    networks: tuple[str, ...]
    paths: tuple[Path, ...]
    remarks: tuple[str, ...] = ()


def export_oracle(folder: str | Path, *, cell: str | Sequence[str] = (), seed: int = 0) -> OracleResult:
    """Write exact gradients of small networks, for the tests of another framework.

    Args:
        folder: where to; a folder of nothing else.
        cell: cells (``"gru"``: in all its conventions) or presets (``"gru:torch"``); default: all.
        seed: of the networks' weights and inputs.
    """

    def work(caller: Caller) -> OracleResult:
        found = written(Path(folder), listed(cell), seed, caller)
        return OracleResult(found.networks, found.paths, tuple(caller.remarks))

    return asked(work, computes=True)


def written(folder: Path, cells: Sequence[str], seed: int, host: Host) -> OracleResult:
    """Write the files of the networks that are asked for, all of them where none is; refuse where two ways differ."""
    chosen = chosen_networks(networks(), cells)
    files: dict[str, bytes] = {}
    try:
        owned(folder, CONTENTS)
        prepare_device(host)
        prepare_compiler(True, host)
        for count, named in enumerate(chosen, start=1):
            host.check()
            files |= network_files(named, seed, environment.compiler_options("cpu"))
            host.say(f"{count} of {len(chosen)}: {named.name} agrees in four ways")
        paths = write_folder(folder, CONTENTS, {**files, "README.md": readme(chosen).encode("utf-8")})
    except ForeignFilesError as fault:
        raise RefusalError(Exit.usage, str(fault)) from fault
    except DisagreementError as fault:
        raise RefusalError(Exit.damaged, f"nothing was written: {fault}") from fault
    return OracleResult(tuple(named.name for named in chosen), tuple(paths))


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
