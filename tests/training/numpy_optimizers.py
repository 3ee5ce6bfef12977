"""The optimizers, clipping and schedules again, from their papers, in NumPy float64: lists of arrays in, lists out."""

import math

import numpy as np

Arrays = list[np.ndarray]


class Adam:
    """Kingma & Ba 2015, algorithm 1."""

    def __init__(self, b1: float, b2: float, eps: float) -> None:
        self.b1, self.b2, self.eps = b1, b2, eps
        self.m: Arrays | None = None
        self.v: Arrays | None = None
        self.t = 0

    def __call__(self, gradient: Arrays) -> Arrays:
        if self.m is None or self.v is None:
            self.m, self.v = [0 * g for g in gradient], [0 * g for g in gradient]
        self.t += 1
        self.m = [self.b1 * m + (1 - self.b1) * g for m, g in zip(self.m, gradient, strict=True)]
        self.v = [self.b2 * v + (1 - self.b2) * g**2 for v, g in zip(self.v, gradient, strict=True)]
        free = [(m / (1 - self.b1**self.t), v / (1 - self.b2**self.t)) for m, v in zip(self.m, self.v, strict=True)]
        return [m / (np.sqrt(v) + self.eps) for m, v in free]


class SGD:
    def __init__(self, momentum: float) -> None:
        self.momentum = momentum
        self.m: Arrays | None = None

    def __call__(self, gradient: Arrays) -> Arrays:
        before = self.m or [0 * g for g in gradient]
        self.m = [self.momentum * m + g for m, g in zip(before, gradient, strict=True)]
        return self.m


class RMSProp:
    def __init__(self, decay: float, eps: float) -> None:
        self.decay, self.eps = decay, eps
        self.v: Arrays | None = None

    def __call__(self, gradient: Arrays) -> Arrays:
        before = self.v or [0 * g for g in gradient]
        self.v = [self.decay * v + (1 - self.decay) * g**2 for v, g in zip(before, gradient, strict=True)]
        return [g / (np.sqrt(v) + self.eps) for g, v in zip(gradient, self.v, strict=True)]


def norm(gradient: Arrays) -> float:
    return math.sqrt(sum(float(np.sum(g * g)) for g in gradient))


def clipped(gradient: Arrays, largest: float | None) -> Arrays:
    size = norm(gradient)
    if largest is None or size <= largest:
        return gradient
    return [g * (largest / size) for g in gradient]


def constant(done: float) -> float:
    return 1.0


def cosine(final: float, done: float) -> float:
    return final + (1 - final) * (1 + math.cos(math.pi * done)) / 2


def exponential(final: float, done: float) -> float:
    return final**done
