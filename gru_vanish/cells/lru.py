"""The linear recurrent unit: a diagonal complex recurrence."""

import math
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple, Self

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float
from pydantic import Field, model_validator

from gru_vanish.contracts import Activations, Cell, GateFunction, Node, Pulled, Streams
from gru_vanish.initializers import Matrix
from gru_vanish.initializers.matrices import Gaussian


class LRUInit(Node):
    """How an LRU is drawn: λ uniform on the ring r_min ≤ |λ| ≤ r_max with phases up to max_phase."""

    r_min: float = Field(0.0, ge=0.0, lt=1.0, description="inner radius of the ring")
    r_max: float = Field(1.0, gt=0.0, le=1.0, description="outer radius of the ring")
    max_phase: float = Field(2 * math.pi, gt=0.0, le=2 * math.pi, description="largest phase of λ, in radians")
    input: Matrix = Gaussian(gain=0.5**0.5)
    """Re B and Im B, each: N(0, 1/(2m)), so that the mean of |B_ij|² is 1/m."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.r_max < self.r_min:
            raise ValueError(f"r_max is {self.r_max:g}, below r_min = {self.r_min:g}")
        return self


class LRUParams(NamedTuple):
    """Weights of an LRU with n channels."""

    nu_log: Float[Array, " hidden"]
    """ν: |λ| = exp(−exp ν)"""
    theta_log: Float[Array, " hidden"]
    """θ: the phase of λ is exp θ"""
    gamma_log: Float[Array, " hidden"]
    """γ: the input is scaled by exp γ, √(1 − |λ|²) at the start"""
    input_real: Float[Array, "hidden size"]
    """Re B"""
    input_imaginary: Float[Array, "hidden size"]
    """Im B"""


class LRUUses(NamedTuple):
    """Where the state enters; each use is the whole (Re s, Im s)."""

    leak: Float[Array, "*axes state"]
    """λ ∗ s, the only place"""


class LRUParts(NamedTuple):
    """Real and imaginary part: of the scaled input, of the new state, or of a cotangent."""

    real: Float[Array, "*axes hidden"]
    imaginary: Float[Array, "*axes hidden"]


class LRULocal(NamedTuple):
    """Nothing: λ is the same at every step and comes from the weights."""


class LRU(Cell):
    """Linear recurrent unit.

        λ = exp(−exp(ν) + i exp(θ))                        n channels, |λ| < 1
        s_t = λ ∗ s_{t−1} + exp(γ) ∗ (B x_t)               s and B complex
        h_t = Re s_t

    The state is (Re s, Im s), 2n real numbers; n = ``hidden`` counts complex channels. The source reads
    y_t = Re(C s_t) + D x_t: C and D act within one step, and here they are the loss's or the readout's business. What
    is read is h = Re s, the source's output with C = I and D = 0. For one linear functional of the state that loses
    nothing: a phase in C turns a channel, which commutes with λ and leaves the distribution of B as it is; several
    functionals with different phases of the same channel are what this leaves out.

    There is no gate; the pre-activations are the two parts of s_t itself. The one use of the old state is the leak.
    The Jacobian is diag(λ) at every state and input: nothing in this cell can be chaotic.

    At the start |λ|² is uniform in [r_min², r_max²], the phase in (0, max_phase], and exp γ = √(1 − |λ|²), which keeps
    E|s|² of white input independent of |λ|.

    Adjoint: with δ = (δ_re, δ_im) and λ = a + ib, δ_{t−1} = (a δ_re + b δ_im, a δ_im − b δ_re), so that each channel
    loses ln|λ| a step, exactly.

    Source: Orvieto et al. 2023, section 3: the stable exponential parametrisation, the draw of |λ| in a ring, and the
    normalisation of the forward pass; their listing is in the appendix.
    """

    Init: ClassVar[type[LRUInit]] = LRUInit
    Uses: ClassVar[Any] = LRUUses

    kind: Literal["lru"] = "lru"

    @property
    def state_size(self) -> int:
        """The state is (Re s, Im s): 2n numbers."""
        return 2 * self.hidden

    @property
    def parts(self) -> Mapping[str, slice]:
        """First Re s, then Im s."""
        return {"real": slice(0, self.hidden), "imaginary": slice(self.hidden, 2 * self.hidden)}

    @property
    def gate_functions(self) -> Mapping[str, GateFunction]:
        """Nothing is squashed."""
        return dict.fromkeys(("real", "imaginary"), GateFunction.identity)

    @property
    def linear_in_state(self) -> bool:
        """The Jacobian is diag(λ)."""
        return True

    def equations(self) -> str:
        """Return the equations."""
        return "lambda = exp(-exp(nu) + i exp(theta))\ns_t = lambda * s_(t-1) + exp(gamma) * (B x_t)\nh_t = Re(s_t)"

    def parameter_shapes(self, input_size: int) -> LRUParams:
        """Shapes of ν, θ, γ and of the two parts of B."""
        n = self.hidden
        return LRUParams((n,), (n,), (n,), (n, input_size), (n, input_size))  # type: ignore[arg-type]

    def draw(self, init: LRUInit, input_size: int, streams: Streams) -> LRUParams:
        """Draw λ from the ring and B; γ follows from λ."""
        n = self.hidden
        # In (0, 1): the half step keeps the logarithms finite.
        u, v = (streams(f"weights.{name}").random(n) * (1 - 2.0**-53) + 2.0**-54 for name in ("radius", "phase"))
        # 1 − |λ|² itself, since |λ|² may round to 1 where the ring is narrow.
        lost = u * (init.r_max**2 - init.r_min**2) + (1.0 - init.r_max**2)
        nu = -0.5 * np.log1p(-lost)
        return LRUParams(
            nu_log=np.log(nu),  # type: ignore[arg-type]
            theta_log=np.log(init.max_phase * v),  # type: ignore[arg-type]
            gamma_log=0.5 * np.log(lost),  # type: ignore[arg-type]
            input_real=init.input.matrix(streams("weights.input.real"), n, input_size, n),  # type: ignore[arg-type]
            input_imaginary=init.input.matrix(streams("weights.input.imaginary"), n, input_size, n),  # type: ignore[arg-type]
        )

    def drive(self, params: LRUParams, x: Float[Array, " size"]) -> LRUParts:
        """Return exp(γ) ∗ (B x)."""
        scale = jnp.exp(params.gamma_log)
        return LRUParts(scale * (x @ params.input_real.T), scale * (x @ params.input_imaginary.T))

    def advance(self, params: LRUParams, uses: LRUUses, drive: LRUParts, act: Activations) -> tuple[Array, LRUParts]:
        """Return the new state; the pre-activations are its parts."""
        a, b = _eigenvalues(params)
        real, imaginary = _parts(uses.leak)
        new = LRUParts(a * real - b * imaginary + drive.real, b * real + a * imaginary + drive.imaginary)
        return jnp.concatenate(new), new

    def read(self, state: Float[Array, " state"]) -> Float[Array, " hidden"]:
        """Return Re s."""
        return _parts(state).real

    def linearise(self, params: LRUParams, state: Array, drive: LRUParts, gates: LRUParts) -> LRULocal:
        """Return nothing."""
        return LRULocal()

    def pullback(self, params: LRUParams, local: LRULocal, cotangent: Float[Array, " state"]) -> Pulled:
        """Turn every channel back by the phase of λ and scale it by |λ|."""
        a, b = _eigenvalues(params)
        real, imaginary = _parts(cotangent)
        back = jnp.concatenate((a * real + b * imaginary, a * imaginary - b * real))
        return Pulled(LRUUses(back), LRUParts(real, imaginary))

    def input_cotangent(self, params: LRUParams, x: Array, affine: LRUParts) -> Float[Array, " size"]:
        """Re Bᵀ (exp γ ∗ δ_re) + Im Bᵀ (exp γ ∗ δ_im)."""
        scale = jnp.exp(params.gamma_log)
        return (scale * affine.real) @ params.input_real + (scale * affine.imaginary) @ params.input_imaginary

    def weight_cotangent(
        self, params: LRUParams, local: LRULocal, state: Array, x: Array, affine: LRUParts
    ) -> LRUParams:
        """With da, db the cotangents of λ = a + ib: ν gets −exp(ν)(a da + b db), θ gets exp(θ)(a db − b da)."""
        a, b = _eigenvalues(params)
        old, scale = _parts(state), jnp.exp(params.gamma_log)
        da = _summed(affine.real, old.real) + _summed(affine.imaginary, old.imaginary)
        db = _summed(affine.imaginary, old.real) - _summed(affine.real, old.imaginary)
        by_real = scale[:, None] * jnp.einsum("...i,...j->ij", affine.real, x)
        by_imaginary = scale[:, None] * jnp.einsum("...i,...j->ij", affine.imaginary, x)
        # exp(γ) scales the rows of B, so its own cotangent is in those of B already.
        rows = by_real * params.input_real + by_imaginary * params.input_imaginary
        return LRUParams(
            nu_log=-jnp.exp(params.nu_log) * (a * da + b * db),
            theta_log=jnp.exp(params.theta_log) * (a * db - b * da),
            gamma_log=jnp.sum(rows, axis=1),
            input_real=by_real,
            input_imaginary=by_imaginary,
        )


def _eigenvalues(params: LRUParams) -> tuple[Array, Array]:
    """Return Re λ and Im λ."""
    size, phase = jnp.exp(-jnp.exp(params.nu_log)), jnp.exp(params.theta_log)
    return size * jnp.cos(phase), size * jnp.sin(phase)


def _parts(state: Float[Array, "*axes state"]) -> LRUParts:
    n = state.shape[-1] // 2
    return LRUParts(state[..., :n], state[..., n:])


def _summed(one: Float[Array, "*axes hidden"], other: Float[Array, "*axes hidden"]) -> Float[Array, " hidden"]:
    """Return the sum of the products over all leading axes."""
    return jnp.einsum("...i,...i->i", one, other)
