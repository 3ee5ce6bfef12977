"""The manifest of a study: all that analysis, figures and report need, without YAML and without jax."""

import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from gru_vanish.contracts import Setting, Task
from gru_vanish.engine.device import versions
from gru_vanish.engine.units import unit


class Series(Protocol):
    """A label, a title and the swept values that belong to one setting."""

    @property
    def label(self) -> str:
        """The cell's label in the config."""

    @property
    def title(self) -> str | None:
        """What figures print for it."""

    @property
    def swept(self) -> tuple[tuple[str, Any], ...]:
        """(axis, value) of every swept axis that touches it."""

    @property
    def setting(self) -> Setting:
        """The resolved setting."""

    @property
    def files(self) -> Mapping[str, Any]:
        """The files of the user's own that something of the setting is from; often none."""


def manifest(
    name: str,
    question: str,
    study: Mapping[str, Any],
    series: Iterable[Series],
    seeds: Sequence[int],
    measures: Sequence[str],
    figures: Sequence[str],
    claims: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return the manifest of a resolved study; ``claims`` are the JSON values of its claims, if it states any."""
    series = list(series)
    return {
        "schema": 1,
        "name": name,
        "question": question,
        "study": dict(study),
        "measures": list(measures),
        "figures": list(figures),
        **({"claims": [dict(one) for one in claims]} if claims else {}),
        "seeds": list(seeds),
        "series": entries(series, seeds, measures),
        "equations": {each.label: each.setting.cell.equations() for each in series},
        "versions": versions(),
        "command": sys.argv,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "git": git_state(),
    }


def entries(series: Iterable[Series], seeds: Sequence[int], measures: Sequence[str]) -> list[dict[str, Any]]:
    """Return what the manifest says of every series: its words, its setting and the keys of its units."""
    return [
        {
            "label": each.label,
            "title": each.title,
            "swept": dict(each.swept),
            "setting": each.setting.canonical(),
            **({} if each.setting.task is None else {"task": task_facts(each.setting.task)}),
            **({"files": dict(each.files)} if each.files else {}),
            "keys": {
                measure: {str(seed): unit(each.setting, seed, measure).key for seed in seeds} for measure in measures
            },
        }
        for each in series
    ]


def task_facts(task: Task) -> dict[str, Any]:
    """Return what a task's fields do not say by themselves: its groups, which count, with what weight, and levels."""
    return {
        "groups": list(task.groups),
        "relevant": list(task.relevant),
        "planted": dict(task.planted),
        "steps": task.steps,
        "loss": task.loss_kind,
        "baseline": task.baseline,
        "solved_below": task.solved_below,
    }


def git_state() -> dict[str, Any] | None:
    """Return commit and cleanness of the folder that the command runs in, or None where git does not tell."""

    def ask(*words: str) -> str:
        done = subprocess.run(["git", *words], capture_output=True, text=True, timeout=5, check=True)
        return done.stdout.strip()

    try:
        return {"commit": ask("rev-parse", "HEAD"), "clean": not ask("status", "--porcelain")}
    except (OSError, subprocess.SubprocessError):
        return None
