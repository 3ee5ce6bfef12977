"""``draw NAME``: tables and figures again, from the store alone; jax is not imported."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gru_vanish.cli.conclude import conclude, tell_json, tell_text
from gru_vanish.cli.exits import Exit, RefusalError
from gru_vanish.cli.output import say
from gru_vanish.cli.signals import Signals
from gru_vanish.store import DamagedManifest, manifest_path, read_manifest


def draw(name: str, results: Path, figures: Sequence[str], as_json: bool, signals: Signals) -> int:
    """Draw the figures of a study: those named, else its own, else all that there are."""
    try:
        manifest = read_manifest(results, name)
    except ValueError as fault:
        raise RefusalError(Exit.usage, str(fault)) from fault
    require_whole(manifest, name, manifest_path(results, name))
    wanted = checked(figures) or checked(manifest.get("figures")) or checked(None)
    conclusion = conclude(results, manifest, wanted, signals)
    if not any(one.curves for one in conclusion.table.series):
        raise RefusalError(Exit.usage, f"{name}: no record yet; compute it with `gru-vanish run`")
    if not conclusion.table.finished:
        say(f"{name} is not finished: {conclusion.table.progress} units are in the store")
    if as_json:
        tell_json({"name": name, "paths": conclusion.paths(), "summary": conclusion.table.summary()})
    else:
        tell_text(conclusion)
    return Exit.done


def checked(names: Sequence[str] | None) -> list[str]:
    """Return the names of figures that exist, all for None; raise `RefusalError` for one that does not."""
    from gru_vanish.figures import FIGURES

    for name in names or ():
        if name not in FIGURES:
            raise RefusalError(Exit.usage, f"no figure '{name}'; there is: {', '.join(FIGURES)}")
    return list(FIGURES) if names is None else list(names)


def require_whole(manifest: Mapping[str, Any], name: str, path: Path) -> None:
    """Raise `DamagedManifest` where something is missing that a run writes.

    A manifest may come from elsewhere: its own name is no word on where files are written.
    """
    if manifest["name"] != name:
        raise DamagedManifest(path, f"is that of another study, {manifest['name']!r}")
    try:
        asked = [str(int(seed)) for seed in manifest["seeds"]]
        for one in manifest["series"]:
            kind, lengths = one["setting"]["cell"]["kind"], one["setting"]["lengths"]
            keys = [one["keys"][measure].get(seed) for measure in manifest["measures"] for seed in asked]
            words = (kind, one["label"], *keys)
            if not all(isinstance(word, str) for word in words) or not len(lengths):
                raise DamagedManifest(path, "a series lacks its label, cell, lengths or keys")
    except (KeyError, TypeError, ValueError) as fault:
        why = f"is not what this program writes ({type(fault).__name__}: {fault})"
        raise DamagedManifest(path, why) from fault
