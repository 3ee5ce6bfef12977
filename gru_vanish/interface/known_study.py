"""A study in the results folder: its manifest and what the store holds of it, or why there is nothing to show."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gru_vanish.analysis import MEASURE_TABLES, Findings
from gru_vanish.analysis.claims import bound_claims
from gru_vanish.analysis.claims.cases import metric_of
from gru_vanish.analysis.payload import MEASURE, Reader
from gru_vanish.interface.host import Host
from gru_vanish.interface.refusals import Exit, RefusalError
from gru_vanish.interface.study_result import StudyResult
from gru_vanish.store import DamagedManifest, Store, manifest_path, read_manifest


def place_of(study: str | StudyResult, results: str | Path) -> tuple[str, Path]:
    """Return the name of a study and the folder of all results; a result knows both itself."""
    return (study, Path(results)) if isinstance(study, str) else (study.name, study.results)


def manifest_of(name: str, results: Path) -> dict[str, Any]:
    """Return the manifest of a study that was written by this program."""
    try:
        manifest = read_manifest(results, name)
    except ValueError as fault:
        raise RefusalError(Exit.usage, str(fault)) from fault
    require_whole(manifest, name, manifest_path(results, name))
    return manifest


def found(name: str, results: Path, host: Host, read: Reader | None = None) -> Findings:
    """Return what the store holds of a study; raise `RefusalError` where that is nothing."""
    manifest = manifest_of(name, results)
    require_known(manifest, name)
    with host.prompt():
        findings = Findings(manifest, read or Store(results).read)
        require_any(findings)
    return findings


def require_any(findings: Findings) -> None:
    """Raise `RefusalError` where no unit has been computed yet."""
    if not findings.counts[0]:
        raise RefusalError(Exit.usage, f"{findings.name}: no record yet; compute it with `gru-vanish run`")


def say_unfinished(findings: Findings, host: Host) -> None:
    """Say where some of the study is still to be computed."""
    if not findings.finished:
        host.say(f"{findings.name} is not finished: {findings.progress} units are in the store")


def require_known(manifest: Mapping[str, Any], name: str) -> None:
    """Raise `RefusalError` where a study takes a measure that this version of the program does not know."""
    known = (MEASURE, *MEASURE_TABLES)
    for measure in manifest["measures"]:
        if measure not in known:
            raise RefusalError(Exit.usage, f"{name} measures {measure}, which this version does not know")


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
