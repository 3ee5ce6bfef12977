"""What all initialisers are: frozen, strict, and told nothing of the cell they serve."""

from pydantic import BaseModel, ConfigDict


class Initializer(BaseModel):
    """A named distribution of weights."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)
