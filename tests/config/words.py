"""A small vocabulary of its own, so that these tests judge the room and not the tables of the others."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

import pytest
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from gru_vanish.config import ConfigError, Loaded, load
from gru_vanish.config.vocabulary import CellWords, FigureNeeds, Vocabulary

GOOD = """\
schema: 1
name: trial
seeds: 2
lengths: [1, 10]
inputs: {kind: gaussian, size: 3}
cells:
  RNN: {kind: rnn, hidden: 4}
  GRU:
    kind: gru
    hidden: 8
    init: {update_bias: 0.5}
"""


class Frozen(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


class Uniform(Frozen):
    kind: Literal["uniform"] = "uniform"
    gain: float = Field(1.0, gt=0, le=10)


class Orthogonal(Frozen):
    kind: Literal["orthogonal"] = "orthogonal"
    gain: float = 1.0


class Chrono(Frozen):
    kind: Literal["chrono"] = "chrono"
    t_max: float = Field(gt=1)


def _named(value: Any) -> Any:
    return {"kind": value} if isinstance(value, str) else value


Matrix = Annotated[Uniform | Orthogonal, Field(discriminator="kind"), BeforeValidator(_named)]


class RNNInit(Frozen):
    recurrent: Matrix = Uniform()


class RNN(Frozen):
    kind: Literal["rnn"] = "rnn"
    hidden: int = Field(ge=1, le=65536)
    activation: Literal["tanh", "relu", "identity"] = "tanh"


class GRUInit(Frozen):
    recurrent: Matrix = Uniform()
    update_bias: float | Chrono = 0.0
    scope: Literal["per_gate", "joint"] = "per_gate"


class GRU(Frozen):
    kind: Literal["gru"] = "gru"
    hidden: int = Field(ge=1, le=65536)
    reset: Literal["before", "after"] = "before"
    inner: bool = False

    @model_validator(mode="after")
    def _inner_needs_after(self) -> Self:
        if self.inner and self.reset == "before":
            raise ValueError("inner needs reset: after")
        return self


class GaussianInput(Frozen):
    longest: ClassVar[int | None] = None

    kind: Literal["gaussian"] = "gaussian"
    size: int = Field(ge=1, le=65536)
    scale: float = Field(1.0, ge=0)


class Zeros(Frozen):
    kind: Literal["zeros"] = "zeros"


class GaussianState(Frozen):
    kind: Literal["gaussian"] = "gaussian"
    scale: float = 1.0


class Projection(Frozen):
    kind: Literal["projection"] = "projection"


PRESETS = {"article": {}, "torch": {"reset": "after", "init": {"recurrent": "orthogonal", "scope": "joint"}}}
WORDS = Vocabulary(
    cells={"rnn": CellWords(RNN, RNNInit, {}), "gru": CellWords(GRU, GRUInit, PRESETS)},
    inputs={"gaussian": GaussianInput},
    h0={"zeros": Zeros, "gaussian": GaussianState},
    losses={"projection": Projection},
    measures=("h0_gradient", "flow_map"),
    figures={
        "gradient_vs_length": FigureNeeds(("h0_gradient",)),
        "flow_map": FigureNeeds(("flow_map",)),
        "plane": FigureNeeds(("h0_gradient",), axes=2),
    },
)


def read(folder: Path, text: str, *overrides: str) -> Loaded:
    """Load a text as ``c.yaml``, shown under that name."""
    path = folder / "c.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, overrides, WORDS)


def faults(folder: Path, text: str | bytes, *overrides: str) -> list[str]:
    """The problems of a text, each as ``line:column: path: message``, or ``--set …: path: message``."""
    path = folder / "c.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    with pytest.raises(ConfigError) as caught:
        load(path, overrides, WORDS)
    assert caught.value.problems
    heads = [str(problem).split("\n")[0] for problem in caught.value.problems]
    return [head.replace(f"{path}:", "").removeprefix(" ") for head in heads]


def points(loaded: Loaded, label: str) -> list[dict[str, Any]]:
    """The swept values of one cell's series."""
    return [dict(series.swept) for series in loaded.series if series.label == label]
