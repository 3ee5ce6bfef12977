"""The command ``compare`` and its options."""

from pathlib import Path
from typing import Annotated

import typer

from gru_vanish.cli.arguments import RESULTS, AsJson, Results
from gru_vanish.cli.exits import finish
from gru_vanish.cli.signals import Signals


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="The name of a study.", show_default=False)],
    b: Annotated[str, typer.Argument(metavar="B", help="The name of another.", show_default=False)],
    results: Results = RESULTS,
    results_b: Annotated[
        Path | None,
        typer.Option(
            "--results-b",
            metavar="DIR",
            help="The folder of all results in which B is, where that is another: one study on two machines.",
            show_default=False,
        ),
    ] = None,
    pair: Annotated[
        list[str],
        typer.Option(
            "--pair",
            metavar="A_SERIES=B_SERIES",
            help="Put these series beside each other: labels, short names or numbers from 0; may be repeated.",
        ),
    ] = [],  # noqa: B006
    measure: Annotated[
        list[str],
        typer.Option(
            "--measure",
            metavar="MEASURE",
            help="Compare the numbers of this measure alone, and correct for these; may be repeated.",
        ),
    ] = [],  # noqa: B006
    venue: Annotated[
        str, typer.Option("--venue", metavar="VENUE", help="Whose widths and letters, as for draw.")
    ] = "screen",
    page_width: Annotated[str, typer.Option("--width", metavar="WIDTH", help="full or column.")] = "full",
    formats: Annotated[str, typer.Option("--format", metavar="LIST", help="Of pdf, svg and png.")] = "pdf,svg,png",
    as_json: AsJson = False,
) -> None:
    """Put two studies side by side: settings that differ, numbers that differ beyond their intervals, one figure.

    Nothing is computed. The files go to compare/B in the folder of study A.
    """

    def action(signals: Signals) -> int:
        from gru_vanish.cli.compare import compare_studies
        from gru_vanish.interface.compare import Wanted
        from gru_vanish.interface.draw import words_of

        wanted = Wanted(pair, measure, venue, page_width, words_of(formats))
        return compare_studies(a, b, (results, results_b or results), wanted, as_json, signals)

    finish(action)


def add_to(app: typer.Typer) -> None:
    """Give the command line this command."""
    app.command()(compare)
