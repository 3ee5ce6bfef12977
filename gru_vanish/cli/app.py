"""The commands and their options. Each imports its own file when it is called, so ``--help`` is quick."""

from pathlib import Path
from typing import Annotated

import typer

from gru_vanish.cli import compare_options, diagnose_options
from gru_vanish.cli.arguments import RESULTS, AllowCode, AsJson, Config, Overrides, Results
from gru_vanish.cli.exits import finish
from gru_vanish.cli.output import prepare_streams, tell
from gru_vanish.cli.run_command import run
from gru_vanish.cli.signals import Signals

EPILOG = (
    "Exit codes: 0 done, 1 a bug, 2 usage or config (nothing was started), 3 some units failed, "
    "4 environment (disk, memory, device), 5 damaged results, a failed verification or a strict claim, "
    "130 or 143 interrupted."
)

app = typer.Typer(
    help="Measures how the gradient flows back through a recurrent network: one YAML file in, numbers and figures out.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def main() -> None:
    """Run the command line."""
    prepare_streams()
    app(prog_name="gru-vanish")


def _version(wanted: bool) -> None:
    if wanted:
        import gru_vanish

        tell(f"gru-vanish {gru_vanish.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Hold the options that no command has."""


app.command()(run)


@app.command()
def check(
    config: Config,
    overrides: Overrides = [],  # noqa: B006
    resolved: Annotated[
        bool, typer.Option("--resolved", help="Show every value of the study, and where it comes from.")
    ] = False,
    allow_code: AllowCode = False,
) -> None:
    """Check a config and show the size of its study."""

    def action(signals: Signals) -> int:
        from gru_vanish.cli.check import check

        return check(config, overrides, resolved, allow_code, signals)

    finish(action)


@app.command()
def draw(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the study.", show_default=False)],
    results: Results = RESULTS,
    figure: Annotated[
        list[str], typer.Option("--figure", metavar="FIGURE", help="Draw this figure; may be repeated.")
    ] = [],  # noqa: B006
    panel: Annotated[
        list[str],
        typer.Option("--panel", metavar="A,B,…", help="Draw these figures as one, with letters; may be repeated."),
    ] = [],  # noqa: B006
    venue: Annotated[
        str,
        typer.Option(
            "--venue",
            metavar="VENUE",
            help="Whose widths and letters: screen, neurips, icml, iclr, aistats, aaai, uai, cvpr, eccv, probnum, "
            "jmlr, tmlr, ieee or slides. For others than screen the files go to figures/VENUE-WIDTH.",
        ),
    ] = "screen",
    page_width: Annotated[
        str,
        typer.Option(
            "--width", metavar="WIDTH", help="full (all columns of the text) or column; the same where there is one."
        ),
    ] = "full",
    formats: Annotated[str, typer.Option("--format", metavar="LIST", help="Of pdf, svg and png.")] = "pdf,svg,png",
    as_json: AsJson = False,
) -> None:
    """Make tables and figures again from what is stored, for a paper, slides or a screen.

    Beside each picture stand its numbers (.csv), its caption (.txt) and what is seen, in words (.alt.txt).
    """

    def action(signals: Signals) -> int:
        from gru_vanish.cli.draw import draw
        from gru_vanish.interface.draw import Wanted, words_of

        panels = [words_of(one) for one in panel]
        return draw(name, results, Wanted(figure, panels, venue, page_width, words_of(formats)), as_json, signals)

    finish(action)


@app.command()
def report(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the study.", show_default=False)],
    results: Results = RESULTS,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where to write it; default: report.html in the study's folder.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write one HTML page about a study, with charts that move; it needs no network."""

    def action(signals: Signals) -> int:
        from gru_vanish.cli.report import report

        return report(name, results, output, as_json, signals)

    finish(action)


@app.command()
def export(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The name of the study.", show_default=False)
    ] = None,
    results: Results = RESULTS,
    to: Annotated[
        list[str],
        typer.Option("--to", metavar="FORMAT", help="csv, parquet, json, latex or markdown; may be repeated."),
    ] = [],  # noqa: B006
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where to; default: export/ of the study.", show_default=False),
    ] = None,
    columns: Annotated[bool, typer.Option("--columns", help="Tell what every column means.")] = False,
    as_json: AsJson = False,
    oracle: Annotated[
        Path | None,
        typer.Option(
            "--oracle",
            metavar="DIR",
            help="Write exact gradients of small networks instead, for the tests of another framework.",
            show_default=False,
        ),
    ] = None,
    cell: Annotated[
        list[str],
        typer.Option("--cell", metavar="KIND", help="With --oracle: this cell or preset (gru:torch); may be repeated."),
    ] = [],  # noqa: B006
    seed: Annotated[
        int | None,
        typer.Option("--seed", min=0, max=2**32 - 1, metavar="N", help="With --oracle; default 0.", show_default=False),
    ] = None,
) -> None:
    """Write the tables of a study for other programs, or exact gradients for another framework."""

    def action(signals: Signals) -> int:
        from gru_vanish.cli import export as exported

        exported.require_one_of_two(name, to, out, columns, oracle, cell, seed)
        if oracle is not None:
            from gru_vanish.cli.export_oracle import export_oracle

            return export_oracle(oracle, cell, seed or 0, as_json, signals)
        return exported.export(str(name), results, exported.Wanted(to, out, columns, as_json), signals)

    finish(action)


compare_options.add_to(app)
diagnose_options.add_to(app)


@app.command()
def verify(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the study.", show_default=False)],
    results: Results = RESULTS,
    everything: Annotated[bool, typer.Option("--all", help="Compute every unit again.")] = False,
    sample: Annotated[
        int | None,
        typer.Option("--sample", min=0, metavar="N", help="Units to compute again; default: 8.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    files: Annotated[
        list[Path],
        typer.Option(
            "--files",
            metavar="DIR|FILE",
            help="Where cells, inputs and weights of your own lie that are not where they were; may be repeated.",
        ),
    ] = [],  # noqa: B006
    allow_code: AllowCode = False,
) -> None:
    """Check every record of a study, and compute some of them again on this machine."""

    def action(signals: Signals) -> int:
        from gru_vanish.cli.verify import verify

        return verify(name, results, everything, sample, as_json, signals, files, allow_code)

    finish(action)


@app.command("list")
def list_names(
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="KIND",
            help="cells, presets, initialisers, biases, inputs, h0, losses, measures, figures, "
            "predicates, metrics, forms or frameworks.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="All about one of them.", show_default=False)
    ] = None,
) -> None:
    """List what a config may name, with equations and sources."""

    def action(_: Signals) -> int:
        from gru_vanish.cli.listing import listing

        return listing(kind, name)

    finish(action)


@app.command()
def init(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Where to write it.")] = Path("study.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
) -> None:
    """Write a commented config to begin with."""

    def action(_: Signals) -> int:
        from gru_vanish.cli.start import start

        return start(path, force)

    finish(action)


@app.command()
def schema() -> None:
    """Write the JSON Schema of a config to stdout, for editors."""

    def action(_: Signals) -> int:
        from gru_vanish.cli.schema import schema

        return schema()

    finish(action)


@app.command()
def doctor(results: Results = RESULTS) -> None:
    """Test this machine against closed forms and known numbers."""

    def action(signals: Signals) -> int:
        from gru_vanish.cli.doctor import doctor

        return doctor(results, signals)

    finish(action)
