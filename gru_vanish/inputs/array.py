"""Sequences of the user's own."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float
from pydantic import ConfigDict, Field, InstanceOf, WithJsonSchema

from gru_vanish.contracts import BLOCK, Input
from gru_vanish.contracts.node import Numbers


@dataclass(frozen=True)
class Content:
    """What a file holds; equal contents are those with equal hashes."""

    sha256: str
    values: Float[np.ndarray, "batch steps size"]
    """in float32"""
    file: str = ""
    """The path that they were read from; empty where they come from elsewhere."""
    entry: str | None = None
    """The name of the array in that file, where it was said."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Content) and self.sha256 == other.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)


def _as_written(schema: dict[str, Any]) -> None:
    """Turn the schema into that of what a config says: a file; all else comes from it."""
    file = {"type": "string", "description": "path of a .npy, .npz or .safetensors file: (batch, T, size) or (T, size)"}
    entry = {"type": "string", "description": "name of the array, where the file holds several"}
    schema["properties"] = {"kind": schema["properties"]["kind"], "file": file, "entry": entry}
    schema["required"] = ["file"]


class FromFile(Input):
    """x_t of every sample, read from a file: an array (batch, T, size), or (T, size) for a single sample.

    In YAML ``inputs: {kind: array, file: x.npy}``; also .npz and .safetensors, with ``entry`` where the file holds
    several arrays. Nothing is unpickled. Every seed sees the same sequences: seeds differ in weights and loss alone.
    The SHA-256 of the numbers (as float32) and their shape stand for the file in the key of every result.
    """

    model_config = ConfigDict(json_schema_extra=_as_written)

    kind: Literal["array"] = "array"
    steps: int = Field(ge=1, description="T of the file: the longest length that can be measured")
    numbers_sha256: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the float32 numbers")
    content: Annotated[InstanceOf[Content] | None, WithJsonSchema({})] = Field(None, exclude=True, repr=False)

    def numbers(self) -> dict[str, np.ndarray]:
        """Return the sequences as the blocks want them: (blocks, block, batch, size), zeros behind their end."""
        if self.content is None:
            raise ValueError("the sequences are not there: only their hash is known")
        blocks = -(-self.steps // BLOCK)
        padded = np.zeros((blocks * BLOCK, self.batch, self.size), np.float32)
        padded[: self.steps] = np.swapaxes(self.content.values, 0, 1)
        return {"values": padded.reshape(blocks, BLOCK, self.batch, self.size)}

    def number_shapes(self) -> dict[str, jax.ShapeDtypeStruct]:
        """Return the shape of what ``numbers`` returns."""
        shape = (-(-self.steps // BLOCK), BLOCK, self.batch, self.size)
        return {"values": jax.ShapeDtypeStruct(shape, np.float32)}

    def structure(self) -> Self:
        """Return the shapes alone: other numbers are no other program."""
        return self.model_copy(update={"content": None, "numbers_sha256": "0" * 64})

    @property
    def longest(self) -> int | None:
        """The steps of the file."""
        return self.steps

    def block(self, key: Array, index: Array, numbers: Numbers) -> Float[Array, "block batch size"]:
        """Return one block of the file."""
        del key
        return jnp.asarray(numbers["values"])[index]
