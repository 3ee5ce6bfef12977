"""Programs by the names that their user knows: the labels of the config, and what tells programs of one label apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gru_vanish.contracts import Program, Setting
from gru_vanish.tables.layout import printable

MOST = 3
"""Labels that a name spells out."""


def labels(series: Iterable[tuple[str, Setting]], measures: Sequence[str]) -> dict[Program, list[str]]:
    """Return the labels of every program of a study, in file order."""
    found: dict[Program, list[str]] = {}
    for label, setting in series:
        for measure in measures:
            known = found.setdefault(Program.of(setting, measure), [])
            if label not in known:
                known.append(label)
    return found


def names(labels: Mapping[Program, Sequence[str]]) -> dict[Program, str]:
    """Return a name for every program: its labels, and what tells programs of the same labels apart."""
    groups: dict[str, list[Program]] = {}
    for program, known in labels.items():
        groups.setdefault(shown(known), []).append(program)
    several = len({program.measure for program in labels}) > 1
    return {
        program: ", ".join([name, *([program.measure] if several else []), *facts])
        for name, group in groups.items()
        for program, facts in _differing(group).items()
    }


def as_json(program: Program, labels: Sequence[str]) -> dict[str, Any]:
    """Return a program as JSON values."""
    return {
        "labels": list(labels),
        **program.describe(),
        "inputs": program.inputs.model_dump(mode="json"),
        "lengths": len(program.lengths),
        "precision": program.precision,
    }


def shown(labels: Sequence[str]) -> str:
    """Return labels in words, the first few of them."""
    more = len(labels) - MOST
    return printable(" + ".join(labels[:MOST])) + (f" + {more} more" if more > 0 else "")


def _differing(group: Sequence[Program]) -> dict[Program, list[str]]:
    """Return of each program the sizes and conventions that are not the same in all of the group."""
    facts = {program: dict(_facts(program)) for program in group}
    kinds = dict.fromkeys(name for each in facts.values() for name in each)
    differing = [name for name in kinds if len({each.get(name) for each in facts.values()}) > 1]
    return {program: [each[name] for name in differing if name in each] for program, each in facts.items()}


def _facts(program: Program) -> Iterator[tuple[str, str]]:
    """Give what may tell two programs of one label apart."""
    for part, prefix in ((program.cell, ""), (program.inputs, "inputs."), (program.h0, "h0."), (program.loss, "loss.")):
        for name, value in part.model_dump(mode="json").items():
            yield prefix + name, f"{prefix}{name} {value}"
    yield "lengths", f"T to {program.longest}"
    yield "precision", program.precision
    yield "matmul", f"matmul {program.matmul}"
