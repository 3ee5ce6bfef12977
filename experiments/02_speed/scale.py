"""How much is measured: the full size, and a tiny one that shows in seconds that everything works."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "configs" / "speed.yaml"


@dataclass(frozen=True)
class Scale:
    """The sizes of every part."""

    overrides: tuple[str, ...]
    """What is changed of `CONFIG`, as options of ``--set``."""
    precisions: tuple[str, ...]
    kernel_cells: tuple[str, ...]
    """The cells whose kernel and roofline are measured; the whole command always has both."""
    spare: bool
    """Whether the contestants that are no user's first choice run too."""
    warm_up: bool
    """Whether whole commands run once unmeasured, so that files and byte code are in the system's memory."""
    command_rounds: int | None
    """Rounds of the whole command, where they are not those of the others."""
    long_cells: tuple[str, ...]
    long_lengths: tuple[int, int]
    long_points: int
    """Lengths from 1 to the longest, that share the one pass."""
    long_rounds: int
    """At most so many rounds of the long sequences: each takes minutes."""
    biases: int
    product_seconds: float
    """How long one measurement of the rate of one matrix product goes on."""
    train_cells: tuple[str, ...]
    train_lengths: tuple[int, ...]
    train_hidden: int
    train_batch: int
    train_work: int
    """Steps of sequences in one round of one seed: optimizer steps times the length."""


FULL = Scale(
    overrides=(),
    precisions=("float32", "float64"),
    kernel_cells=("RNN", "GRU"),
    spare=True,
    warm_up=True,
    command_rounds=None,
    long_cells=("RNN", "GRU"),
    long_lengths=(100_000, 1_000_000),
    long_points=24,
    long_rounds=3,
    biases=100,
    product_seconds=0.1,
    train_cells=("RNN", "GRU"),
    train_lengths=(100, 400),
    train_hidden=128,
    train_batch=32,
    train_work=4_000,
)
QUICK = Scale(
    overrides=(
        "seeds=2",
        "lengths={logspace: [1, 30], num: 3}",
        "inputs.size=4",
        "inputs.batch=3",
        "cells.RNN.hidden=8",
        "cells.GRU.hidden=8",
    ),
    precisions=("float32",),
    kernel_cells=("GRU",),
    spare=False,
    warm_up=False,
    command_rounds=1,
    long_cells=("RNN",),
    long_lengths=(300, 3_000),
    long_points=3,
    long_rounds=1,
    biases=3,
    product_seconds=0.002,
    train_cells=("GRU",),
    train_lengths=(6,),
    train_hidden=5,
    train_batch=3,
    train_work=24,
)
