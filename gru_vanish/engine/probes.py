"""Closed forms on the device that would compute: what no test on another machine can see.

Every probe returns a verdict with its numbers and raises nothing for a wrong number. Those of the matrix
product take it as an argument, so that a test can hand them one that rounds.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.random import threefry_2x32

from gru_vanish.cells import CELLS
from gru_vanish.contracts import Setting
from gru_vanish.engine import environment
from gru_vanish.engine.compute import compute
from gru_vanish.engine.programs import Programs
from gru_vanish.engine.units import unit
from gru_vanish.inputs import INITIAL_STATES, INPUTS
from gru_vanish.losses import LOSSES
from gru_vanish.measures import MEASURES

Product = Callable[[np.ndarray, np.ndarray], Any]
"""The matrix product of two float32 arrays."""

FULL_BITS = 24
"""Significant bits of a float32: 11 are TF32's, 8 bfloat16's."""
ROUNDING = 2e-7
"""Nats per step that the rounding of float32 products may add to a logarithm."""
LENGTHS = (1, 10, 100, 400)


@dataclass(frozen=True)
class Verdict:
    """What a probe has found."""

    name: str
    passed: bool
    found: str


def probes() -> Iterator[Verdict]:
    """Run every probe on the device that units run on, one after the other."""
    yield matrix_product(device_product("highest"))
    yield float64()
    yield random_bits()
    yield input_draw()
    yield orthogonal_rnn()
    yield from (bias_only_gru(update_gate) for update_gate in ("replaces", "keeps"))


# --- arithmetic -----------------------------------------------------------------------------------


def device_product(precision: str) -> Product:
    """Return the device's own product of float32 matrices under one of JAX's names of a precision."""
    options = environment.compiler_options(jax.devices()[0].platform)

    def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        with jax.default_matmul_precision(precision):
            return np.asarray(jax.jit(jnp.matmul, compiler_options=options)(a, b))

    return product


def matrix_product(product: Product) -> Verdict:
    """Compare products whose exact result float32 holds, in whatever order they are summed."""
    bits, wrong = operand_bits(product), wrong_sums(product)
    found = f"operands keep {bits:.0f} of {FULL_BITS} bits, {wrong} of {64 * 64} exact sums are wrong"
    return Verdict("float32 matrix product", bits >= FULL_BITS and wrong == 0, found)


def operand_bits(product: Product) -> float:
    """Return how many significant bits of its operands a product keeps: 24, 11 with TF32, 8 with bfloat16.

    One operand has full 24-bit entries 1 + k·2⁻²³; the other one power of two in each row and column, so that
    every sum has one term and the exact result is a float32. Both orders: a unit may round one operand alone.
    """
    rng = np.random.default_rng(0)
    full = (1 + rng.integers(0, 2**23, (64, 64)) * 2.0**-23).astype(np.float32)
    single = (np.eye(64)[rng.permutation(64)] * 2.0 ** rng.integers(-3, 4, 64)).astype(np.float32)
    worst = 0.0
    for a, b in ((full, single), (single, full)):
        exact = a.astype(np.float64) @ b.astype(np.float64)
        worst = max(worst, float(np.max(np.abs(np.asarray(product(a, b), np.float64) - exact) / exact)))
    # Rounding to p bits is wrong by 2^-p at most, and by nearly that somewhere among 4096 entries.
    return FULL_BITS if worst == 0 else min(float(FULL_BITS - 1), round(-math.log2(worst)))


def wrong_sums(product: Product) -> int:
    """Return how many entries of an integer product are not exact; every partial sum is below 2²⁴."""
    rng = np.random.default_rng(1)
    a = 2 * rng.integers(-2048, 2048, (64, 256)) + 1  # odd, 12 bits: neither TF32 nor bfloat16 has them all
    b = 2 * rng.integers(-8, 8, (256, 64)) + 1
    return int(np.sum(np.asarray(product(a.astype(np.float32), b.astype(np.float32))) != a @ b))


def float64() -> Verdict:
    """Compute (1 + 2⁻⁵²) − 1 on the device: 0 where float64 is not what it says."""
    difference = float(jax.jit(lambda a, b: a - b)(np.float64(1 + 2.0**-52), np.float64(1)))
    found = f"(1 + 2^-52) - 1 = {difference:.4g}, expected {2.0**-52:.4g}"
    return Verdict("float64", difference == 2.0**-52, found)


def subnormals() -> str:
    """Say what becomes of a float32 below 2⁻¹²⁶; either is allowed, since no measurement needs them."""
    half = np.asarray(jax.jit(lambda a, b: a * b)(np.float32(2.0**-126), np.float32(0.5)))
    kept = half.tobytes() == np.float32(2.0**-127).tobytes()
    return "kept" if kept else "flushed to 0"


# --- random numbers -------------------------------------------------------------------------------

THREEFRY = (
    # key, counter, result: the known answers that Salmon et al. 2011 publish with Random123, 20 rounds
    ((0x00000000, 0x00000000), (0x00000000, 0x00000000), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
)
FIRST_INPUTS = (
    *("-0x1.66f7dcp-1", "-0x1.cae37p-5", "0x1.a2f66p-5", "-0x1.e11b26p-1"),
    *("0x1.78c05cp+0", "-0x1.d0fa28p-5", "-0x1.b0bfaep-1", "-0x1.c499bp-4"),
)
"""Two steps of two samples with two components, seed 1."""


def random_bits() -> Verdict:
    """Compare threefry 2×32 with its published answers."""
    wrong = sum(
        tuple(threefry_2x32(np.array(key, np.uint32), np.array(counter, np.uint32)).tolist()) != answer
        for key, counter, answer in THREEFRY
    )
    found = f"{len(THREEFRY) - wrong} of {len(THREEFRY)} published answers"
    return Verdict("threefry bits", wrong == 0, found)


def input_draw() -> Verdict:
    """Compare the first inputs of seed 1 with those that every machine must draw."""
    inputs = INPUTS["gaussian"].model_validate({"size": 2, "scale": 1.0, "batch": 2})
    key = jax.random.wrap_key_data(jnp.array([0, 1], jnp.uint32), impl="threefry2x32")
    drawn = np.asarray(inputs.block(key, jnp.int32(0), inputs.numbers()))[:2].ravel()
    same = sum(value == float.fromhex(known) for value, known in zip(drawn.tolist(), FIRST_INPUTS, strict=True))
    found = f"{same} of {len(FIRST_INPUTS)} known numbers, bit for bit"
    return Verdict("normal inputs", same == len(FIRST_INPUTS), found)


# --- the measure itself ---------------------------------------------------------------------------


def orthogonal_rnn() -> Verdict:
    """Compare a linear RNN with W = g·orthogonal: ln‖δ_0‖ = T ln g + ln‖c‖."""
    gain = 0.9
    cell = {"kind": "rnn", "hidden": 16, "activation": "identity"}
    setting = _setting(cell, {"recurrent": {"kind": "orthogonal", "gain": gain}})
    return _against_closed_form("linear orthogonal RNN", setting, math.log(gain))


def bias_only_gru(update_gate: str) -> Verdict:
    """Compare a GRU without weights: T ln σ(∓b_z) + ln‖c‖, minus where z replaces."""
    zeros, bias = {"kind": "zeros"}, -3.0
    setting = _setting(
        {"kind": "gru", "hidden": 16, "update_gate": update_gate},
        {"recurrent": zeros, "input": zeros, "update_bias": {"kind": "constant", "value": bias}},
    )
    sign = -1.0 if update_gate == "replaces" else 1.0
    per_step = -math.log1p(math.exp(-sign * bias))
    return _against_closed_form(f"GRU of biases, z {update_gate}", setting, per_step)


def _setting(cell: dict[str, Any], init: dict[str, Any]) -> Setting:
    structure = CELLS[cell["kind"]].model_validate(cell)
    return Setting(
        cell=structure,
        init=structure.Init.model_validate(init),
        inputs=INPUTS["gaussian"].model_validate({"size": 4, "scale": 1.0, "batch": 3}),
        h0=INITIAL_STATES["zeros"](),
        loss=LOSSES["projection"](),
        lengths=LENGTHS,
        precision="float32",
        matmul="highest",
    )


def _against_closed_form(name: str, setting: Setting, per_step: float) -> Verdict:
    """Measure ln‖δ_0‖ as a run does, and compare it with T · per_step + ln‖c‖, c in the run's own dtype."""
    measure, seed = "h0_gradient", 0
    programs = Programs(lambda program, stage, seconds: None)
    payload = compute([unit(setting, seed, measure)], programs)[0].record.payload
    c = MEASURES[measure].draw(setting, seed)["loss"]["c"].astype(np.float32).astype(np.float64)
    expected = np.array(LENGTHS) * per_step + math.log(float(np.linalg.norm(c)))
    apart = np.abs(payload["ln_h0_gradient"] - expected[:, None])
    passed = bool(np.all(apart <= 1e-6 + ROUNDING * np.array(LENGTHS)[:, None]))
    found = (
        f"{payload['ln_h0_gradient'][-1, 0]:.6f} nats at T = {LENGTHS[-1]}, "
        f"closed form {expected[-1]:.6f}, at most {np.max(apart):.1e} apart"
    )
    return Verdict(name, passed, found)
