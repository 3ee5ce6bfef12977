"""What a step computes of its weights alone, computed once and not in every step."""

from collections.abc import Callable
from typing import Any

import jax
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal, jaxpr_as_fun


def hoisted(function: Callable[..., Any], weights: Any, *examples: Any, apart: bool = False) -> Callable[..., Any]:
    """Return ``function(weights, …)`` as a function of the other arguments, which have the shapes of the examples.

    Whatever depends on the weights alone is computed here. The compiler leaves such things inside a loop: a cell writes
    W h as ``h @ W.T``, and with W transposed anew in every step a product of these sizes takes half as long again.
    ``apart`` keeps the compiler from putting the two together again where there is no loop between them.
    """
    closed, shape = jax.make_jaxpr(function, return_shape=True)(weights, *examples)
    jaxpr = closed.jaxpr
    leaves = jax.tree.leaves(weights)
    own, others = jaxpr.invars[: len(leaves)], jaxpr.invars[len(leaves) :]
    fixed = {*jaxpr.constvars, *own}
    early: list[Any] = []
    late: list[Any] = []
    for equation in jaxpr.eqns:
        alone = all(isinstance(atom, Literal) or atom in fixed for atom in equation.invars)
        (early if alone else late).append(equation)
        fixed |= set(equation.outvars) if alone else set()
    read = [atom for equation in late for atom in equation.invars] + list(jaxpr.outvars)
    kept = [atom for atom in dict.fromkeys(atom for atom in read if not isinstance(atom, Literal)) if atom in fixed]

    def run(invars: list[Any], outvars: list[Any], equations: list[Any], values: list[Any]) -> list[Any]:
        names = {"arg_names": ("",) * len(invars), "result_paths": ("",) * len(outvars)}
        part = Jaxpr([], invars, outvars, equations, jaxpr.effects, jaxpr.debug_info._replace(**names))
        return jaxpr_as_fun(ClosedJaxpr(part, []))(*values)

    values = run([*jaxpr.constvars, *own], kept, early, [*closed.consts, *leaves])
    if apart:
        values = jax.lax.optimization_barrier(values)

    def rest(*arguments: Any) -> Any:
        found = run([*kept, *others], jaxpr.outvars, late, [*values, *jax.tree.leaves(arguments)])
        return jax.tree.unflatten(jax.tree.structure(shape), found)

    return rest
