"""Named weight initialisations, drawn in float64 NumPy.

Matrices are (rows, columns) = (output, input). Where the gates of a cell share an input, ``scope`` says what is drawn:
``per_gate`` one matrix for each gate (Flax linen; the default), ``joint`` one (gates·n, columns) matrix that is cut
into the gates' blocks (Keras, Flax nnx). It matters: a joint orthogonal draw makes every block a contraction.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field

from gru_vanish.initializers.biases import (
    BiasInitializer,
    Chrono,
    Constant,
    LogitUniform,
    UniformBias,
    ZeroBias,
    bias_from_shorthand,
)
from gru_vanish.initializers.matrices import (
    Gaussian,
    Glorot,
    Identity,
    LeCun,
    MatrixInitializer,
    Orthogonal,
    Uniform,
    Zeros,
    matrix_from_shorthand,
)
from gru_vanish.initializers.scope import Scope, stack

MATRICES: dict[str, type[MatrixInitializer]] = {
    "uniform": Uniform,
    "orthogonal": Orthogonal,
    "gaussian": Gaussian,
    "identity": Identity,
    "glorot": Glorot,
    "lecun": LeCun,
    "zeros": Zeros,
}
BIASES: dict[str, type[BiasInitializer]] = {
    "constant": Constant,
    "zeros": ZeroBias,
    "uniform": UniformBias,
    "chrono": Chrono,
    "logit_uniform": LogitUniform,
}

UNIFORM = Uniform()
ZERO_BIAS = ZeroBias()
NO_BIAS = Constant(value=0.0)

Matrix = Annotated[
    Uniform | Orthogonal | Gaussian | Identity | Glorot | LeCun | Zeros,
    Field(discriminator="kind"),
    BeforeValidator(matrix_from_shorthand),
]
"""A matrix initialiser in a config: its name, or a mapping with its ``kind``."""
Bias = Annotated[
    Constant | ZeroBias | UniformBias | Chrono | LogitUniform,
    Field(discriminator="kind"),
    BeforeValidator(bias_from_shorthand),
]
"""A bias initialiser in a config: a number, a name, or a mapping with its ``kind``."""

__all__ = [
    "BIASES",
    "MATRICES",
    "NO_BIAS",
    "UNIFORM",
    "ZERO_BIAS",
    "Bias",
    "BiasInitializer",
    "Matrix",
    "MatrixInitializer",
    "Scope",
    "stack",
]
