"""The command ``diagnose`` with its options."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gru_vanish.cli.exits import finish
from gru_vanish.cli.signals import Signals
from gru_vanish.interface.recipes import RECIPES

HELP = """\
Say what happens to the gradient in a GRU, LSTM or RNN that was trained elsewhere, on its own inputs.

At which lag it is lost, which gate path carries it, what plain float32 and bfloat16 would show; layer by layer and
direction by direction. Without --inputs: what is in the file. No code of the model is run.

A file of weights, from PyTorch:

\b
{torch}

From Keras 3:

\b
{keras}

Flax and Equinox: gru-vanish list frameworks
"""


class Framework(StrEnum):
    """The frameworks whose weights are read."""

    torch = "torch"
    keras = "keras"
    flax_linen = "flax_linen"
    flax_nnx = "flax_nnx"
    equinox = "equinox"


class Precision(StrEnum):
    """In what a study is computed."""

    float32 = "float32"
    float64 = "float64"


class Activation(StrEnum):
    """What a plain RNN's weights do not tell."""

    tanh = "tanh"
    relu = "relu"


class Reset(StrEnum):
    """What the weights of a Keras GRU without biases do not tell."""

    before = "before"
    after = "after"


def indented(text: str) -> str:
    """Return lines with two spaces before each."""
    return "\n".join(f"  {line}" for line in text.splitlines())


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    words = {name: indented(recipe) for name, recipe in RECIPES.items()}
    app.command("diagnose", help=HELP.format(**words))(diagnose)


def diagnose(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="A .safetensors or .npz file of weights.", show_default=False)
    ],
    framework: Annotated[Framework, typer.Option("--framework", help="Where they are from.", show_default=False)],
    inputs: Annotated[
        str | None,
        typer.Option(
            "--inputs",
            metavar="FILE",
            help="Sequences of the model's: (T, features) or several of them; .npy, .npz, .safetensors.",
            show_default=False,
        ),
    ] = None,
    entry: Annotated[
        str | None,
        typer.Option("--entry", metavar="NAME", help="The array of that file, where it holds several."),
    ] = None,
    batch_first: Annotated[
        bool | None,
        typer.Option(
            "--batch-first/--time-first",
            help="Of several sequences: (samples, T, features) or (T, samples, features).",
            show_default=False,
        ),
    ] = None,
    layer: Annotated[
        list[str],
        typer.Option("--layer", metavar="NAME", help="A layer and direction; may be repeated. Default: all."),
    ] = [],  # noqa: B006
    stacked: Annotated[
        bool,
        typer.Option("--stacked", help="The layers feed one another, as named. (PyTorch's own stacks are known.)"),
    ] = False,
    length: Annotated[
        int | None, typer.Option("--length", min=1, metavar="T", help="The longest length; default: all steps.")
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=1, max=1000, metavar="N", help="Random losses c·h_T.")] = 5,
    precision: Annotated[Precision, typer.Option("--precision", help="Of the measurement.")] = Precision.float32,
    activation: Annotated[
        Activation | None, typer.Option("--activation", help="Of a plain RNN; default: tanh.", show_default=False)
    ] = None,
    reset: Annotated[
        Reset | None, typer.Option("--reset", help="Of a Keras GRU without biases.", show_default=False)
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Of the study; default: that of the file.")
    ] = None,
    results: Annotated[Path, typer.Option("--results", metavar="DIR", help="The folder of all results.")] = Path(
        "results"
    ),
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, max=1024, metavar="N", help="Units side by side; default: cores."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object to stdout instead of text.")] = False,
) -> None:
    """Diagnose a trained network; its help is `HELP`."""

    def action(signals: Signals) -> int:
        from gru_vanish.cli import diagnose as diagnosed
        from gru_vanish.interface.model_config import Asked
        from gru_vanish.models import Said

        said = Said(activation.value if activation else None, reset.value if reset else None)
        asked = Asked(
            model, framework.value, layer, inputs, entry, batch_first, stacked, length, seeds, precision.value, name,
            said, results, workers,
        )  # fmt: skip
        return diagnosed.diagnose(asked, not as_json, signals)

    finish(action)
