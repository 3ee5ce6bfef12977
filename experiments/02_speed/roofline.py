"""Which fraction of this machine's matrix-product rate the kernel reaches, at its own shapes."""

import statistics
from typing import Any

from children import DEVICES, Child, script
from clock import Times
from session import Session
from table import Line, Ratio

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Off with the threads of BLAS: there is one of ours on every core."""

Shape = tuple[int, int, int]


def measure(session: Session) -> None:
    """Do it for every cell and precision, on the CPU."""
    for precision in session.scale.precisions:
        for cell in session.scale.kernel_cells:
            _one(session, cell, precision)
    if "gpu" in session.devices:
        session.report.notes.append("Left out: the roofline of the GPU")


def _one(session: Session, cell: str, precision: str) -> None:
    case = session.case(cell, precision, "cpu")
    session.say(f"roofline: {case}")
    seconds = session.scale.product_seconds
    arguments = script("roofline_run", session.work, cell, precision, seconds, *session.scale.overrides)
    with Child(arguments, {**DEVICES["cpu"], **ONE_THREAD}) as child:
        about = child.ask()
        rounds = [child.ask("round") for _ in range(session.rounds)]
        child.end()
    kernel = Times(tuple(each["kernel"] for each in rounds))
    best = [_best(each["rates"]) for each in rounds]
    needed = _products_alone(about, best)
    line = Line("roofline", case, "matrix products alone, useful", needed, note=_rate(about, needed))
    fraction = Ratio(needed, kernel, "useful products alone / this: the fraction")
    session.report.lines += [line, Line("roofline", case, "kernel", kernel, None, fraction, _rate(about, kernel))]
    session.report.notes.append(_shapes(case, about, rounds))


def _best(rates: list[dict[str, Any]]) -> dict[Shape, float]:
    """Return the rate of each shape with the library that is faster there."""
    best: dict[Shape, float] = {}
    for each in rates:
        shape = tuple(each["shape"])
        best[shape] = max(best.get(shape, 0.0), each["rate"])
    return best


def _products_alone(about: dict[str, Any], rounds: list[dict[Shape, float]]) -> Times:
    """Return the seconds of each round that the counted products would take at the rates of that round."""

    def seconds(best: dict[Shape, float]) -> float:
        return sum(p["useful"] / best[p["rows"], p["inner"], p["columns"]] for p in about["products"])

    return Times(tuple(about["units"] * seconds(best) for best in rounds))


def _rate(about: dict[str, Any], times: Times) -> str:
    flops = about["units"] * sum(product["useful"] for product in about["products"])
    return f"{flops / times.median / 1e9:.3g} Gflop/s useful"


def _shapes(case: str, about: dict[str, Any], rounds: list[dict[str, Any]]) -> str:
    """Return the medians of all rates, by shape and library."""
    found: dict[Shape, dict[str, list[float]]] = {}
    for each in (rate for one in rounds for rate in one["rates"]):
        found.setdefault(tuple(each["shape"]), {}).setdefault(each["library"], []).append(each["rate"])
    shown = []
    for (rows, inner, columns), libraries in found.items():
        rates = ", ".join(f"{name} {statistics.median(taken) / 1e9:.3g}" for name, taken in libraries.items())
        shown.append(f"{rows}×{inner} by {inner}×{columns}: {rates}")
    return f"Matrix-product rates in Gflop/s, {case}: " + "; ".join(shown)
