"""The gradient with one gate path alone, and without one: products of one term of every Jacobian."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from gru_vanish.contracts import Cell, Outputs, Payload, Program, Stage, Status
from gru_vanish.flow import sizes, status
from gru_vanish.flow.arithmetic import SAFE, Arithmetic
from gru_vanish.flow.layout import lay_out
from gru_vanish.flow.network import Network
from gru_vanish.flow.recording import read
from gru_vanish.flow.sweep import sweep
from gru_vanish.flow.unrolled import Unrolled


def of_some_uses(weights: Array) -> Arithmetic:
    """Return the arithmetic whose adjoint goes back by Σ_p α_p (J_t^p)ᵀ, α the weights of the uses in their order."""

    def pull(cell: Cell, params: Any, local: Any, cotangent: Array) -> Array:
        uses = cell.pullback(params, local, cotangent).uses
        terms = [weights[index] * use for index, use in enumerate(uses)]
        return jax.tree.reduce(jnp.add, terms)

    return SAFE._replace(pull=pull)


def chosen(cell: Cell) -> np.ndarray:
    """Return which uses are kept, one row for each product: all, then each alone, then all but each."""
    alone = np.eye(len(cell.Uses._fields))
    return np.concatenate([np.ones_like(alone[:1]), alone, 1 - alone])


def names(cell: Cell) -> Iterator[str]:
    """Give the products in the order of `chosen`, but the first."""
    yield from (f"{word}_{use}" for word in ("alone", "without") for use in cell.Uses._fields)


def product_kernel(program: Program) -> Callable[[Mapping[str, Any]], Outputs]:
    """Return the function that maps the data of a unit to its products: every length, longest first, for each."""
    layout = lay_out(program.lengths, sizes.bytes_per_step(program, SAFE))
    rows = chosen(program.cell).astype(program.dtype)

    def kernel(data: Mapping[str, Any]) -> dict[str, Array]:
        def product(weights: Array) -> dict[str, Any]:
            lanes, walk, _ = sweep(Network(program, data, of_some_uses(weights)), layout)
            reading = read(lanes.mantissa, lanes.exponent)
            seen = {"ln": reading.ln, "plain_zero": reading.plain_zero, "ln_last": lanes.ln_last}
            return {**seen, **status.of_walk(program, walk)}

        return jax.lax.map(product, jnp.asarray(rows))

    return kernel


class PathProducts(Unrolled):
    """ln of the gradient with one path p alone, ‖Π_t (J_t^p)ᵀ δ_T‖, and with all paths but p, at every length.

    Each product has its own exponent, so each shows by itself how fast its path would lose the gradient. They do not
    add up to the gradient, and mislead where it is a mixture: the products that change from path to path are most of
    it, and are in neither. What the paths contribute is told by the measure ``path_shares``.

    Where a cell has one use, alone it is the gradient and without it there is none. From h_0 = 0 a path that scales h
    itself, as the reset gate's does, has a first factor of 0: alone it is exactly zero.
    """

    name: ClassVar[str] = "path_products"
    version: ClassVar[int] = 1
    last_step_only: ClassVar[str] = "each product starts from one δ_T, and a sum adds a term at every step"
    columns: ClassVar[Mapping[str, str]] = {
        "lengths": "(L,) sequence lengths T, ascending",
        "ln_h0_gradient": "(L, B) ln‖δ_0‖ by all paths, in nats; −inf for an exact zero, NaN where withheld",
        "ln_last": "(L, B) ln‖δ_T‖, from which every product starts",
        "ln_alone_<path>": "(L, B) ln of the norm with this path alone, same conventions",
        "ln_without_<path>": "(L, B) ln of the norm with all paths but this one",
        "status": "(L, B) code of the status of the gradient",
        "status_alone_<path>": "(L, B) code of the status of the product",
        "status_without_<path>": "(L, B) code of the status of the product",
    }
    stages: ClassVar[tuple[Stage, ...]] = (Stage("products", product_kernel, lambda outputs: True),)

    def payload(self, program: Program, outputs: Outputs) -> Payload:
        """Judge every value and turn the lanes, longest first, into rows, shortest first."""
        seen = {name: np.asarray(values) for name, values in outputs.items()}
        lengths = np.asarray(program.lengths, np.int64)
        ln, plain_zero, ln_last = (seen[name][:, ::-1] for name in ("ln", "plain_zero", "ln_last"))
        # The forward pass is the same for all products: the first of them speaks for it.
        walk = (seen[name][0] for name in ("nonfinite_from", "chaotic_from", "slope_lost"))
        codes = status.codes(lengths, ln, plain_zero, *walk)
        shown = np.where(np.isin(codes, (Status.underflow, Status.nonfinite)), np.nan, ln)
        products = list(names(program.cell))
        return {
            "lengths": lengths,
            "ln_h0_gradient": shown[0],
            "ln_last": ln_last[0],
            **{f"ln_{name}": values for name, values in zip(products, shown[1:], strict=True)},
            "status": codes[0],
            **{f"status_{name}": values for name, values in zip(products, codes[1:], strict=True)},
        }

    def memory(self, program: Program) -> int:
        """Return what one product at a time wants."""
        return sizes.pass_bytes(program)
