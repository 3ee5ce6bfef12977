"""The gradient with one path alone and with all but one: how fast each product falls by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.aggregate import finite_mean
from gru_vanish.analysis.columns import Column
from gru_vanish.analysis.intervals import student_interval
from gru_vanish.analysis.long_columns import long_columns
from gru_vanish.analysis.measured import Analysis, MeasuredSeries, Shown, interval_columns
from gru_vanish.analysis.payload import STATUSES, FloatArray, IntArray
from gru_vanish.analysis.rows import Row, estimate
from gru_vanish.analysis.stored import Arrays

WHOLE = "all paths"
ZERO = STATUSES.index("exact_zero")


@dataclass(frozen=True)
class Product:
    """One product at L lengths; means are over the samples with a finite value, nan where there is none."""

    ln: FloatArray  # (L,) mean of ln of the norm, nats
    against: FloatArray  # (L,) mean of ln of the norm minus that of the gradient, nats
    transport: FloatArray  # (L,) mean of ln of the norm minus ln ||delta_T||, nats
    share_exact_zero: FloatArray  # (L,) share of samples whose product is exactly zero


@dataclass(frozen=True)
class Products:
    """One seed."""

    lengths: IntArray  # (L,)
    products: Mapping[str, Product]  # `WHOLE`, then "alone <path>" and "without <path>"


def reduce(arrays: Arrays, _: Mapping[str, Any]) -> Products:
    """Return what a record says."""
    names = names_of(arrays)
    of_each = {f"{word}_{name}": "L B" for name in names for word in ("ln", "status")}
    found = arrays.take(lengths="L", ln_h0_gradient="L B", ln_last="L B", status="L B", **of_each)
    whole, last = found["ln_h0_gradient"], found["ln_last"]

    def product(ln: FloatArray, status: IntArray) -> Product:
        with np.errstate(invalid="ignore"):  # −inf − −inf is no number, and so not in a mean
            against, transport = ln - whole, ln - last
        zero = (status == ZERO).mean(axis=1)
        return Product(finite_mean(ln), finite_mean(against), finite_mean(transport), zero)

    products = {WHOLE: product(whole, found["status"])}
    for name in names:
        products[name.replace("_", " ", 1)] = product(found[f"ln_{name}"], found[f"status_{name}"])
    return Products(found["lengths"], products)


def names_of(arrays: Arrays) -> list[str]:
    """Return the products that any array of the record is about: alone, then without; leaks first."""
    words = {name.removeprefix("ln_").removeprefix("status_") for name in arrays.payload}
    found = [word for word in words if word.startswith(("alone_", "without_"))]
    return sorted(found, key=lambda name: (name.startswith("without_"), "_leak" not in name, name))


def entries(seed: Products) -> dict[str, NDArray[Any]]:
    """Return one row per product and length."""
    products = seed.products
    stacked = {
        word: np.stack([getattr(product, word) for product in products.values()])
        for word in ("ln", "against", "transport", "share_exact_zero")
    }
    return long_columns(
        "P L",
        product=("P", np.asarray(list(products), object)),
        length=("L", seed.lengths),
        ln_norm=("P L", stacked["ln"]),
        ln_against_gradient=("P L", stacked["against"]),
        ln_transport=("P L", stacked["transport"]),
        share_exact_zero=("P L", stacked["share_exact_zero"]),
    )


def rows(one: MeasuredSeries[Products]) -> Iterator[Row]:
    """Give every product at the longest length, over seeds."""
    seeds = list(one.seeds.values())
    for name in seeds[0].products:
        seen = [seed.products[name] for seed in seeds]
        yield {
            "product": name,
            "length": int(seeds[0].lengths[-1]),
            **estimate("ln_against_gradient", student_interval([float(each.against[-1]) for each in seen])),
            **estimate("ln_transport", student_interval([float(each.transport[-1]) for each in seen])),
            "share_exact_zero": float(np.mean([each.share_exact_zero[-1] for each in seen])),
        }


PRODUCT = Column("product", "", f"'{WHOLE}' for the gradient, else which path is alone, or left out")
AGAINST = "ln of its norm minus ln of the gradient's"
TRANSPORT = "ln of its norm minus ln of the norm of delta_T"
EXACT = Column("share_exact_zero", "", "share of samples whose product is exactly zero; not in the means")

PATH_PRODUCTS: Analysis[Products] = Analysis(
    measure="path_products",
    reduce=reduce,
    entries=entries,
    columns=(
        PRODUCT,
        Column("length", "steps", "T"),
        Column("ln_norm", "nats", "ln of its norm, mean over the samples with a finite value"),
        Column("ln_against_gradient", "nats", f"{AGAINST}, mean over the same samples"),
        Column("ln_transport", "nats", f"{TRANSPORT}, mean over the same samples"),
        EXACT,
    ),
    rows=rows,
    row_columns=(
        PRODUCT,
        Column("length", "steps", "the longest length, T"),
        *interval_columns("ln_against_gradient", "nats", f"{AGAINST}, mean over samples"),
        *interval_columns("ln_transport", "nats", f"{TRANSPORT}, mean over samples"),
        EXACT,
    ),
    shown=(Shown("product", "product"), Shown("ln_against_gradient", "ln against the gradient", "nats, 95 %")),
)
