"""Handwritten digits, read row by row or pixel by pixel."""

from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from math import log
from typing import ClassVar, Literal, NamedTuple, Self

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float, Int
from pydantic import Field, model_validator

from gru_vanish.contracts import Examples, LossKind, Task
from gru_vanish.tasks.draws import examples, integers

SIDE = 8
TRAINING = 1437
EVALUATION = 360
MISSING = "the task digits needs scikit-learn, which ships the images: pip install 'gru-vanish[digits]'"


class Images(NamedTuple):
    """Images and what they show."""

    pixels: Float[np.ndarray, "images 64"]
    """From 0 to 1, in steps of 1/16; row by row from the top left."""
    label: Int[np.ndarray, " images"]


class Digits(Task):
    """Which digit an image of 8 × 8 pixels shows, after all of it went by.

        order: rows      x_t = the eight pixels of row t;  T = 8
        order: pixels    x_t = one pixel, row by row;      T = 64

    Pixels are in [0, 1]. Of the 1797 images, put in a fixed order without a pattern (that of the SHA-256 of their
    number), the first 1437 are drawn at random for training, with replacement. The other 360 are the evaluation, in
    order, whatever the key; a batch of more begins again, so take 360. All seeds share these images: intervals over
    seeds do not contain the choice of the images.

    Nothing learnt: ln 10 nats, 90 % wrong, as for digits that are equally frequent; the training part's own frequencies
    have an entropy of 2.3019 nats instead of 2.3026. Solved: 0.1 of it, 0.23 nats. The literature counts images: a
    logistic regression on all 64 pixels at once has 0.148 nats and 96.4 % right on these 360.

    Source: E. Alpaydin & C. Kaynak 1998, Optical Recognition of Handwritten Digits (test part), as scikit-learn ships
    it; one pixel after another as in Le, Jaitly & Hinton 2015.
    """

    loss_kind: ClassVar[LossKind] = "cross_entropy"
    groups: ClassVar[tuple[str, ...]] = ("image",)
    relevant: ClassVar[tuple[str, ...]] = ("image",)
    source: ClassVar[str] = "Alpaydin & Kaynak 1998, Optical Recognition of Handwritten Digits, from scikit-learn"
    solved_share: ClassVar[float] = 0.1

    kind: Literal["digits"] = "digits"
    order: Literal["rows", "pixels"] = Field("rows", description="8 steps of a row each, or 64 of a pixel each")

    @model_validator(mode="after")
    def _images_are_there(self) -> Self:
        if find_spec("sklearn") is None:
            raise ValueError(MISSING)
        return self

    @property
    def steps(self) -> int:
        """Rows or pixels."""
        return SIDE if self.order == "rows" else SIDE**2

    @property
    def input_size(self) -> int:
        """Pixels per step."""
        return SIDE**2 // self.steps

    @property
    def output_size(self) -> int:
        """The digits."""
        return 10

    @property
    def content(self) -> slice:
        """All pixels of a step."""
        return slice(0, self.input_size)

    @property
    def baseline(self) -> float:
        """ln 10 nats."""
        return log(10)

    def draw(self, key: Array, batch: int) -> Examples:
        """Draw images of the training part at random."""
        training = Images(*(part[:TRAINING] for part in images()))
        return examples(lambda bits: self._shown(training, integers(bits[0], TRAINING)), key, batch, 1)

    def draw_evaluation(self, key: Array, batch: int) -> Examples:
        """Return the images of the evaluation in their order, again and again."""
        held_out = Images(*(part[TRAINING:] for part in images()))
        indices = jnp.arange(batch, dtype=jnp.int32) % EVALUATION
        return Examples(*jax.vmap(lambda index: self._shown(held_out, index), out_axes=1)(indices))

    def _shown(self, images: Images, index: Int[Array, ""]) -> Examples:
        x = jnp.asarray(images.pixels)[index].reshape(self.steps, self.input_size)
        return Examples(x, jnp.asarray(images.label)[index][None], jnp.zeros(self.steps, jnp.int32))


@cache
def images() -> Images:
    """Return all images in their fixed order; ModuleNotFoundError, naming the extra, without scikit-learn."""
    try:
        from sklearn.datasets import load_digits
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(MISSING) from error
    pixels, label = load_digits(return_X_y=True)
    order = sorted(range(len(label)), key=lambda index: sha256(f"digit {index}".encode()).digest())
    return Images((pixels[order] / 16).astype(np.float32), label[order].astype(np.int32))
