"""``draw NAME``: tables and figures again, for any venue, from the store alone; jax is not imported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gru_vanish.analysis import MEASURE_TABLES
from gru_vanish.analysis.claims import bound_claims
from gru_vanish.analysis.claims.cases import metric_of
from gru_vanish.analysis.payload import MEASURE
from gru_vanish.cli.conclude import Drawing, conclude, tell_json, tell_text
from gru_vanish.cli.exits import Exit, RefusalError
from gru_vanish.cli.output import say
from gru_vanish.cli.signals import Signals
from gru_vanish.store import DamagedManifest, manifest_path, read_manifest


@dataclass(frozen=True)
class Wanted:
    """What the command line says of the pictures."""

    figures: Sequence[str]
    panels: Sequence[str]
    """each several figures, with commas between"""
    venue: str
    width: str
    formats: str
    """with commas between"""


def draw(name: str, results: Path, wanted: Wanted, as_json: bool, signals: Signals) -> int:
    """Draw the figures of a study: those named, else its own, else all that there are."""
    named = asked_for(wanted)
    try:
        manifest = read_manifest(results, name)
    except ValueError as fault:
        raise RefusalError(Exit.usage, str(fault)) from fault
    require_whole(manifest, name, manifest_path(results, name))
    require_known(manifest, name)
    by_name = bool(named.figures or named.panels)
    own = () if by_name else asked_for(replace(wanted, figures=manifest.get("figures") or ())).figures
    drawing = named if by_name else replace(named, figures=own or suited(manifest))
    conclusion = conclude(results, manifest, drawing, signals)
    findings = conclusion.findings
    if not findings.counts[0]:
        raise RefusalError(Exit.usage, f"{name}: no record yet; compute it with `gru-vanish run`")
    if by_name and conclusion.undrawn:
        raise RefusalError(Exit.usage, "\n".join(conclusion.undrawn))
    if not by_name and not own:
        conclusion.undrawn.clear()  # nobody has asked for these
    if not findings.finished:
        say(f"{name} is not finished: {findings.progress} units are in the store")
    if as_json:
        summary = findings.summary()
        told = {"undrawn": conclusion.undrawn, "remarks": conclusion.remarks}
        tell_json({"name": name, "paths": conclusion.paths(), **told, "summary": summary})
    else:
        tell_text(conclusion)
    return Exit.done


def require_known(manifest: Mapping[str, Any], name: str) -> None:
    """Raise `RefusalError` where a study takes a measure that this version of the program does not know."""
    known = (MEASURE, *MEASURE_TABLES)
    for measure in manifest["measures"]:
        if measure not in known:
            raise RefusalError(Exit.usage, f"{name} measures {measure}, which this version does not know")


def suited(manifest: Mapping[str, Any]) -> list[str]:
    """Return every figure whose measures the study takes."""
    from gru_vanish.figures import FIGURES

    return [name for name, figure in FIGURES.items() if set(figure.measures) <= set(manifest["measures"])]


def asked_for(wanted: Wanted) -> Drawing:
    """Return what is to be drawn; raise `RefusalError` for a word that is none, with the nearest."""
    from gru_vanish import figures

    try:
        panels = [[figures.known("figure", name, figures.FIGURES) for name in listed(one)] for one in wanted.panels]
        for names in panels:
            figures.require_panel(names)
        return Drawing(
            [figures.known("figure", name, figures.FIGURES) for name in wanted.figures],
            panels,
            figures.page_of(wanted.venue, wanted.width),
            [figures.known("format", kind, figures.FORMATS) for kind in listed(wanted.formats)],
        )
    except LookupError as fault:
        raise RefusalError(Exit.usage, str(fault.args[0])) from fault


def listed(words: str) -> list[str]:
    """Return words with commas between."""
    return [word.strip() for word in words.split(",") if word.strip()]


def require_known_claims(manifest: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` for claims that this version of the program would not write."""
    for one in bound_claims(manifest):
        metric_of(one)


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
        require_known_claims(manifest)
    except (KeyError, TypeError, ValueError) as fault:
        why = f"is not what this program writes ({type(fault).__name__}: {fault})"
        raise DamagedManifest(path, why) from fault
