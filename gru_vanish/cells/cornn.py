"""The coupled oscillatory recurrent network."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float
from pydantic import Field

from gru_vanish.activations import sech2, tanh
from gru_vanish.contracts import Activations, Cell, GateFunction, Node, Pulled, Streams
from gru_vanish.initializers import UNIFORM, ZERO_BIAS, Bias, Matrix


class CoRNNInit(Node):
    """How the weights of a coRNN are drawn, and its three numbers (the source's for sequential MNIST)."""

    recurrent: Matrix = UNIFORM
    input: Matrix = UNIFORM
    bias: Bias = ZERO_BIAS
    step: float = Field(0.042, gt=0.0, le=100.0, description="time step Δt")
    stiffness: float = Field(2.7, ge=0.0, le=1e6, description="γ, the pull back to the origin")
    friction: float = Field(4.7, ge=0.0, le=1e6, description="ε, the damping of the velocity")


class CoRNNParams(NamedTuple):
    """Weights of a coRNN."""

    position: Float[Array, "hidden hidden"]
    """W, which acts on y"""
    velocity: Float[Array, "hidden hidden"]
    """𝒲, which acts on z"""
    input: Float[Array, "hidden size"]
    """V"""
    bias: Float[Array, " hidden"]
    """b"""
    step: Float[Array, ""]
    """Δt"""
    stiffness: Float[Array, ""]
    """γ"""
    friction: Float[Array, ""]
    """ε"""


class CoRNNUses(NamedTuple):
    """Where (y_{t−1}, z_{t−1}) enters; each reads one half of it."""

    drift: Float[Array, "*axes state"]
    """y, to which Δt z_t is added"""
    leak: Float[Array, "*axes state"]
    """z, with what friction leaves of it"""
    spring: Float[Array, "*axes state"]
    """y in −γ y"""
    position: Float[Array, "*axes state"]
    """y in W y"""
    velocity: Float[Array, "*axes state"]
    """z in 𝒲 z"""


class CoRNNGates(NamedTuple):
    """Pre-activations."""

    candidate: Float[Array, "*axes hidden"]
    """a_t"""


class CoRNNAffine(NamedTuple):
    """Cotangents from which those of all weights follow."""

    candidate: Float[Array, "*axes hidden"]
    """α of a_t"""
    position: Float[Array, "*axes hidden"]
    """δ_y of y_t"""
    velocity: Float[Array, "*axes hidden"]
    """ζ, the whole cotangent of z_t"""


class CoRNNLocal(NamedTuple):
    """What one step back needs."""

    slope: Float[Array, "*axes hidden"]
    """sech² a_t"""
    force: Float[Array, "*axes hidden"]
    """tanh(a_t) − γ y_{t−1}"""
    velocity: Float[Array, "*axes hidden"]
    """z_t"""


class CoRNN(Cell):
    """Coupled oscillatory RNN.

        a_t = W y_{t−1} + 𝒲 z_{t−1} + V x_t + b
        z_t = z_{t−1} + Δt (tanh(a_t) − γ y_{t−1} − ε z_{t−1})       damping: explicit (the authors' code; default)
        z_t = z_{t−1} + Δt (tanh(a_t) − γ y_{t−1} − ε z_t)           damping: implicit
        y_t = y_{t−1} + Δt z_t
        h_t = y_t

    n driven oscillators y'' = tanh(…) − γ y − ε y', stepped by an implicit–explicit scheme: y_t sees the new velocity
    in both forms. The state is (y, z), 2n numbers; losses and readouts see h = y. Δt, γ and ε are numbers of ``init``:
    `step`, `stiffness` and `friction`.

    With κ = 1 − Δt ε and f = 1 (explicit), or κ = f = 1/(1 + Δt ε) (implicit), both are
    z_t = κ z_{t−1} + f Δt (tanh(a_t) − γ y_{t−1}). At rest and without weights each oscillator is multiplied by a
    matrix of determinant κ: below critical damping it loses −½ ln κ a step, whatever γ.

    Adjoint: ζ = δ_z + Δt δ_y,  α = f Δt sech²(a) ∗ ζ;
        uses: drift (δ_y, 0),  leak (0, κ ζ),  spring (−f Δt γ ζ, 0),  position (Wᵀ α, 0),  velocity (0, 𝒲ᵀ α)

    Source: Rusch & Mishra 2021, eq. 3, with its n̄ = n − 1 (explicit) and n̄ = n (implicit).
    """

    Init: ClassVar[type[CoRNNInit]] = CoRNNInit
    Uses: ClassVar[Any] = CoRNNUses
    recurrent: ClassVar[tuple[str, ...]] = ("position", "velocity")

    kind: Literal["cornn"] = "cornn"
    damping: Literal["explicit", "implicit"] = "explicit"

    @property
    def state_size(self) -> int:
        """The state is (y, z): 2n numbers."""
        return 2 * self.hidden

    @property
    def parts(self) -> Mapping[str, slice]:
        """First y, then z."""
        return {"y": slice(0, self.hidden), "z": slice(self.hidden, 2 * self.hidden)}

    @property
    def gate_functions(self) -> Mapping[str, GateFunction]:
        """One tanh."""
        return {"candidate": GateFunction.tanh}

    @property
    def linear_in_state(self) -> bool:
        """The state is inside the tanh."""
        return False

    def equations(self) -> str:
        """Return the equations with this damping."""
        damped = "z_(t-1)" if self.damping == "explicit" else "z_t"
        return (
            "a_t = W y_(t-1) + W' z_(t-1) + V x_t + b\n"
            f"z_t = z_(t-1) + dt (tanh(a_t) - gamma y_(t-1) - eps {damped})\n"
            "y_t = y_(t-1) + dt z_t\n"
            "h_t = y_t"
        )

    def parameter_shapes(self, input_size: int) -> CoRNNParams:
        """Shapes of the weights and of the three numbers."""
        n = self.hidden
        return CoRNNParams((n, n), (n, n), (n, input_size), (n,), (), (), ())  # type: ignore[arg-type]

    def draw(self, init: CoRNNInit, input_size: int, streams: Streams) -> CoRNNParams:
        """Draw both recurrent matrices, V and b; the numbers are as written."""
        n = self.hidden
        drawn = (
            init.recurrent.matrix(streams("weights.recurrent.position"), n, n, n),
            init.recurrent.matrix(streams("weights.recurrent.velocity"), n, n, n),
            init.input.matrix(streams("weights.input.candidate"), n, input_size, n),
            init.bias.vector(streams("weights.bias.candidate"), n, keeps=True),
        )
        numbers = (np.asarray(number, np.float64) for number in (init.step, init.stiffness, init.friction))
        return CoRNNParams(*drawn, *numbers)  # type: ignore[arg-type]

    def drive(self, params: CoRNNParams, x: Float[Array, " size"]) -> Array:
        """Return V x + b."""
        return x @ params.input.T + params.bias

    def advance(self, params: CoRNNParams, uses: CoRNNUses, drive: Array, act: Activations) -> tuple[Array, CoRNNGates]:
        """Return (y_t, z_t)."""
        a = _position(uses.position) @ params.position.T + _velocity(uses.velocity) @ params.velocity.T + drive
        kept, taken = self._shares(params)
        force = act.tanh(a) - params.stiffness * _position(uses.spring)
        z = kept * _velocity(uses.leak) + taken * params.step * force
        return jnp.concatenate((_position(uses.drift) + params.step * z, z)), CoRNNGates(a)

    def read(self, state: Float[Array, " state"]) -> Float[Array, " hidden"]:
        """Return y."""
        return _position(state)

    def linearise(self, params: CoRNNParams, state: Array, drive: Array, gates: CoRNNGates) -> CoRNNLocal:
        """Return the slope, the force and the new velocity."""
        kept, taken = self._shares(params)
        force = tanh(gates.candidate) - params.stiffness * _position(state)
        velocity = kept * _velocity(state) + taken * params.step * force
        return CoRNNLocal(sech2(gates.candidate), force, velocity)

    def pullback(self, params: CoRNNParams, local: CoRNNLocal, cotangent: Float[Array, " state"]) -> Pulled:
        """See the class for the derivation."""
        kept, taken = self._shares(params)
        by_y, zeta = _position(cotangent), _velocity(cotangent) + params.step * _position(cotangent)
        pushed = taken * params.step * zeta
        alpha = local.slope * pushed
        none = jnp.zeros_like(by_y)
        uses = CoRNNUses(
            drift=jnp.concatenate((by_y, none)),
            leak=jnp.concatenate((none, kept * zeta)),
            spring=jnp.concatenate((-params.stiffness * pushed, none)),
            position=jnp.concatenate((alpha @ params.position, none)),
            velocity=jnp.concatenate((none, alpha @ params.velocity)),
        )
        return Pulled(uses, CoRNNAffine(alpha, by_y, zeta))

    def input_cotangent(self, params: CoRNNParams, x: Array, affine: CoRNNAffine) -> Float[Array, " size"]:
        """Vᵀ α."""
        return affine.candidate @ params.input

    def weight_cotangent(
        self, params: CoRNNParams, local: CoRNNLocal, state: Array, x: Array, affine: CoRNNAffine
    ) -> CoRNNParams:
        """Σ α (what the matrix multiplied)ᵀ; for the numbers the derivatives of z_t and y_t by them.

        ∂z_t/∂γ = −f Δt y_{t−1}; ∂z_t/∂ε = −f Δt z and ∂z_t/∂Δt = f (force − ε z), with z the damped one: z_{t−1} where
        it is explicit, z_t where it is implicit. ∂y_t/∂Δt at fixed z_t is z_t.
        """
        alpha, zeta = affine.candidate, affine.velocity
        y, z = _position(state), _velocity(state)
        damped = z if self.damping == "explicit" else local.velocity
        _, taken = self._shares(params)
        by_step = taken * (local.force - params.friction * damped)
        return CoRNNParams(
            position=jnp.einsum("...i,...j->ij", alpha, y),
            velocity=jnp.einsum("...i,...j->ij", alpha, z),
            input=jnp.einsum("...i,...j->ij", alpha, x),
            bias=jnp.einsum("...i->i", alpha),
            step=_summed(zeta, by_step) + _summed(affine.position, local.velocity),
            stiffness=-taken * params.step * _summed(zeta, y),
            friction=-taken * params.step * _summed(zeta, damped),
        )

    def _shares(self, params: CoRNNParams) -> tuple[Array, Array]:
        """Return κ and f."""
        lost = params.step * params.friction
        return (1 - lost, jnp.ones_like(lost)) if self.damping == "explicit" else (1 / (1 + lost),) * 2


def _position(state: Float[Array, "*axes state"]) -> Float[Array, "*axes hidden"]:
    return state[..., : state.shape[-1] // 2]


def _velocity(state: Float[Array, "*axes state"]) -> Float[Array, "*axes hidden"]:
    return state[..., state.shape[-1] // 2 :]


def _summed(one: Float[Array, "*axes hidden"], other: Float[Array, "*axes hidden"]) -> Float[Array, ""]:
    """Return the sum of the products over all axes."""
    return jnp.einsum("...i,...i->", one, other)
