"""A claim as a config states it, and as a manifest holds it: bound to the series of its study."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, SerializeAsAny, field_validator

from gru_vanish.analysis.claims.predicate import Predicate
from gru_vanish.analysis.claims.predicates import PREDICATES

Verdict = Literal["holds", "contradicted", "undecided"]
HOLDS: Verdict = "holds"
CONTRADICTED: Verdict = "contradicted"
UNDECIDED: Verdict = "undecided"


def _readable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it must be one line of printable text")
    return text


Sentence = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_readable)]


class Said(BaseModel):
    """A claim without its predicate: a statement in words, and of which measured quantity it is told."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    id: Annotated[
        str, Field(pattern=r"^[A-Za-z][A-Za-z0-9._-]{0,31}$", description="a short name; no two claims share one")
    ]
    says: Annotated[Sentence, Field(description="the statement in words")]
    source: Annotated[Sentence | None, Field(description="who states it")] = None
    metric: Annotated[str, Field(description="a measured quantity: gru-vanish list metrics")]
    of: Annotated[str, Field(description="the label of the series that it is said of")]
    at: Annotated[
        dict[str, JsonValue],
        Field(description="one point of the sweep, and of the metric's own index; without it every point is judged"),
    ] = {}
    over: Annotated[
        str | dict[str, tuple[float, float]] | None,
        Field(description="the axis of a predicate about a line, or {axis: [from, to]}"),
    ] = None
    expect: Annotated[
        Literal["holds", "contradicted"], Field(description="what --strict demands of the measurement")
    ] = "holds"


class Claim(Said):
    """A claim as a config states it."""

    predicate: SerializeAsAny[Predicate]

    def __hash__(self) -> int:
        """Hash what is written."""
        return hash(json.dumps(self.written(), sort_keys=True))

    def written(self) -> dict[str, Any]:
        """Return the claim in the layout of a config, with every default but those of the predicate's target."""
        values = self.model_dump(mode="json", exclude={"predicate"})
        return {**values, kind_of(self.predicate): self.predicate.model_dump(mode="json", exclude_defaults=True)}


class Line(BaseModel):
    """Series by their numbers in the manifest, in the order of the axis; beside each what it is held against."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    series: Annotated[tuple[int, ...], Field(min_length=1)]
    against: tuple[int, ...] = ()


class BoundClaim(BaseModel):
    """A claim of a manifest: nothing of it has to be looked up in a config any more."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    claim: Claim
    part: str | None = None
    """The part of the metric that stands in brackets."""
    index: dict[str, JsonValue] = {}
    """The point of the metric's own index."""
    axis: str | None = None
    """The swept path, or the column of the metric's index, along which the predicate judges."""
    axis_is_swept: bool = False
    within: tuple[float, float] | None = None
    """The part of the axis that is judged."""
    lines: tuple[Line, ...] = ()

    @field_validator("claim", mode="before")
    @classmethod
    def _with_its_predicate(cls, value: Any) -> Any:
        """Give the predicate the class of its kind."""
        return value if isinstance(value, Claim) else claim_of(value)

    def as_json(self) -> dict[str, Any]:
        """Return it as the JSON values of a manifest."""
        claim = self.claim.model_dump(mode="json", exclude={"predicate"})
        claim["predicate"] = {"kind": kind_of(self.claim.predicate), **self.claim.predicate.model_dump(mode="json")}
        return {**self.model_dump(mode="json", exclude={"claim"}), "claim": claim}


def kind_of(predicate: Predicate) -> str:
    """Return the key of a predicate in a config."""
    return next(name for name, each in PREDICATES.items() if type(predicate) is each)


def claim_of(values: Mapping[str, Any]) -> Claim:
    """Return a claim from JSON values; ``ValueError`` where they are none."""
    rest = dict(values)
    predicate = dict(rest.pop("predicate"))
    kind = predicate.pop("kind")
    if kind not in PREDICATES:
        raise ValueError(f"this version of the program has no predicate {kind!r}")
    said = Said.model_validate_json(json.dumps(rest))
    made = PREDICATES[kind].model_validate_json(json.dumps(predicate))
    return Claim(**dict(said), predicate=made)


def bound_claims(manifest: Mapping[str, Any]) -> tuple[BoundClaim, ...]:
    """Return the claims of a manifest; ``ValueError`` where they are not what this program writes."""
    found = tuple(BoundClaim.model_validate_json(json.dumps(values)) for values in manifest.get("claims", ()))
    count = len(manifest["series"])
    for one in found:
        if any(not 0 <= place < count for line in one.lines for place in (*line.series, *line.against)):
            raise ValueError(f"claim {one.claim.id} is about a series that the study does not have")
    return found
