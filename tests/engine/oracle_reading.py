"""A reader of the oracle's files who knows nothing but them: the equations are read as text and computed with NumPy.

    W h        juxtaposed: a matrix times a vector, or a number times anything
    a * b      by elements
    W^T, I     transpose, identity
    h_(t-1)    of the step before; h_t of this one

Derivatives come from complex steps through these equations; nothing of the package is used.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

EPSILON = 1e-30
TOKEN = re.compile(r"\s*(\d+(?:/\d+)?|[A-Za-z]+'?(?:_\(t-1\)|_\w+)?(?:\^T)?|[-+*(),])")
Values = dict[str, Any]


def sigma(a: Any) -> Any:
    return 1 / (1 + np.exp(-a))


FUNCTIONS = {
    "sigma": sigma,
    "tanh": np.tanh,
    "exp": np.exp,
    "Re": np.real,
    "max": lambda a, zero: np.where(np.real(a) > zero, a, zero),
    "g": lambda a: np.where(np.real(a) >= 0, a + 0.5, sigma(a)),
}


class Equation:
    """NAME_t = EXPRESSION, evaluated from left to right while it is read."""

    def __init__(self, line: str) -> None:
        self.name, _, text = line.partition(" = ")
        text, _, self.aside = text.partition(", g(a) = ")  # the definition of g, known above
        self.tokens = TOKEN.findall(text)
        assert "".join(self.tokens) == text.replace(" ", ""), text

    def value(self, values: Values) -> Any:
        self.values, self.rest = values, [*self.tokens]
        found = self.sum()
        assert not self.rest
        return found

    def sum(self) -> Any:
        total = -self.product() if self.take("-") else self.product()
        while self.rest and self.rest[0] in "+-":
            total = total - self.product() if self.rest.pop(0) == "-" else total + self.product()
        return total

    def product(self) -> Any:
        total = self.side_by_side()
        while self.take("*"):
            total = total * self.side_by_side()
        return total

    def side_by_side(self) -> Any:
        first = self.atom()
        if not self.rest or self.rest[0] in "+-*),":
            return first
        second = self.side_by_side()
        return first @ second if np.ndim(first) == 2 else first * second

    def atom(self) -> Any:
        token = self.rest.pop(0)
        if token in FUNCTIONS:
            assert self.take("(")
            arguments = [self.sum()]
            while self.take(","):
                arguments.append(self.sum())
            assert self.take(")")
            return FUNCTIONS[token](*arguments)
        if token == "(":
            inner = self.sum()
            assert self.take(")")
            return inner
        if token[0].isdigit():
            return float(token)
        return self.values[token.removesuffix("^T")].T if token.endswith("^T") else self.values[token]

    def take(self, token: str) -> bool:
        return bool(self.rest and self.rest[0] == token and self.rest.pop(0))


@dataclass(frozen=True)
class Reading:
    """What the two files of a network say."""

    about: dict[str, Any]
    tensors: dict[str, np.ndarray]

    @property
    def weights(self) -> Values:
        return {name[7:]: array for name, array in self.tensors.items() if name.startswith("weight.")}

    def loss_and_states(self, weights: Values, xs: Any, start: Any) -> tuple[Any, Any]:
        """L and s_0 … s_T of one sample."""
        states = [start]
        for x in xs:
            states.append(step(self.about, weights, states[-1], x))
        seen = slice(*self.about["state"].get("h", next(iter(self.about["state"].values()))))
        return states[-1][seen] @ self.tensors["projection"], np.stack(states)


def read(folder: Path, name: str) -> Reading:
    about = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return Reading(about, load_file(folder / f"{name}.safetensors"))


def step(about: dict[str, Any], weights: Values, state: Any, x: Any) -> Any:
    """The new state, by the equations; one that is complex is kept as its two parts."""
    n = about["sizes"]["n"]
    parts = {name: state[first:last] for name, (first, last) in about["state"].items()}
    values = {**weights, "x_t": x, "I": np.eye(n), "i": 1j, **{f"{name}_(t-1)": part for name, part in parts.items()}}
    if "real" in parts:
        values["s_(t-1)"] = parts["real"] + 1j * parts["imaginary"]
        values["B"] = weights["Re_B"] + 1j * weights["Im_B"]
    for line in about["equations"]:
        equation = Equation(line)
        values[equation.name] = equation.value(values)
    if "real" in parts:
        return np.concatenate([values["s_t"].real, values["s_t"].imag])
    return np.concatenate([values[f"{name}_t"] for name in parts])


def derivatives(reading: Reading) -> Iterator[tuple[str, np.ndarray]]:
    """Name and value of every gradient, by complex steps: of s_0, of x, of every weight."""
    weights, xs, start = reading.weights, reading.tensors["x"], reading.tensors["states"][0]
    samples = range(start.shape[0])

    def moved(array: np.ndarray, loss: Any) -> np.ndarray:
        found = np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            at = array.astype(complex)
            at[place] += 1j * EPSILON
            found[place] = np.imag(loss(at)) / EPSILON
        return found

    def loss(weights: Values, xs: Any, start: Any) -> Any:
        return reading.loss_and_states(weights, xs, start)[0]

    yield "gradient.states", np.stack([moved(start[b], lambda s, b=b: loss(weights, xs[:, b], s)) for b in samples])
    by_x = [moved(xs[:, b], lambda x, b=b: loss(weights, x, start[b])) for b in samples]
    yield "gradient.x", np.stack(by_x, axis=1)
    for name, weight in weights.items():

        def with_weight(b: int, w: Any, name: str = name) -> Any:
            return loss({**weights, name: w}, xs[:, b], start[b])

        yield f"gradient.{name}", np.sum([moved(weight, partial(with_weight, b)) for b in samples], axis=0)
