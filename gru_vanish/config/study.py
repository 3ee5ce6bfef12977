"""A validated study: what a config says once every word of it was understood."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, SerializeAsAny

from gru_vanish.analysis.claims import Claim
from gru_vanish.config import grammar
from gru_vanish.config.sections import CellNode, Entry

LABEL = r"[A-Za-z][A-Za-z0-9_-]{0,31}"
MAX_UNITS = 100_000
NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
ORDER = (
    *("schema", "name", "question", "seeds", "lengths", "task", "training", "inputs", "h0", "loss"),
    *("precision", "matmul"),
    *("cells", "sweep", "measure", "claims", "figures", "max_units"),
)
"""The keys of a study, in the order in which a config is best read."""


def _folder(name: str) -> str:
    if name.lower() == "store":  # a disk may not tell upper case from lower
        raise ValueError(f"'{name}' is where the records lie; choose another name")
    return name


def _readable(text: str) -> str:
    if not all(char.isprintable() or char == "\n" for char in text):
        raise ValueError("it must be printable text")
    return text


Length = Annotated[int, Field(ge=1, le=grammar.MAX_LENGTH)]


class Numerics(Entry):
    """In which arithmetic a study is computed."""

    precision: Literal["float32", "float64"] = "float32"
    matmul: Literal["highest", "high", "default"] = "highest"


class Frame(Entry):
    """The fields of a study that need no table."""

    schema_version: Annotated[int, Field(ge=1, le=1, alias="schema")]
    name: Annotated[str, Field(pattern=NAME), AfterValidator(_folder)]
    question: Annotated[str, Field(max_length=2000), AfterValidator(_readable)] = ""
    seeds: Annotated[
        tuple[Annotated[int, Field(ge=0, le=2**32 - 1)], ...],
        Field(min_length=1, max_length=grammar.MAX_SEEDS),
    ]
    lengths: Annotated[tuple[Annotated[int, Field(ge=1, le=grammar.MAX_LENGTH)], ...], Field(min_length=1)] | None = (
        None
    )
    """None in a study of a task: up to its own length."""
    measure: Annotated[tuple[str, ...], Field(min_length=1)] = ("h0_gradient",)
    figures: tuple[str, ...] = ()
    max_units: Annotated[int, Field(ge=1, le=10**7)] = MAX_UNITS


class Study(Frame, Numerics):
    """A study: settings for every cell, seeds, lengths, what is measured, and what is swept."""

    inputs: SerializeAsAny[BaseModel]
    h0: SerializeAsAny[BaseModel]
    loss: SerializeAsAny[BaseModel]
    task: SerializeAsAny[BaseModel] | None = None
    training: SerializeAsAny[BaseModel] | None = None
    cells: dict[str, CellNode]
    sweep: dict[str, Any]
    claims: tuple[SerializeAsAny[Claim], ...] = ()

    def resolved(self) -> dict[str, Any]:
        """The study as JSON values in the layout of the YAML, with every default written out."""
        dumped = self.model_dump(mode="json", by_alias=True)
        for label, node in dumped["cells"].items():
            done = {word: value for word, value in node["interventions"].items() if value}
            file = {} if node["file"] is None else {"file": node["file"]}
            given = self.cells[label].own
            weights = {} if given is None else given.as_written()
            own = {**file, **weights, **node["structure"], **done}
            dumped["cells"][label] = {**own, "init": node["init"], "title": node["title"]}
        dumped["claims"] = [one.written() for one in self.claims] or None
        absent = {name for name in ("task", "training", "lengths", "claims") if dumped[name] is None}
        return {key: dumped[key] for key in ORDER if key not in absent}
