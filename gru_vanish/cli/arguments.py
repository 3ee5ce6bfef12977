"""Arguments and options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[str, typer.Argument(metavar="CONFIG", help="The YAML file of the study.", show_default=False)]
Overrides = Annotated[
    list[str], typer.Option("--set", metavar="A.B=VALUE", help="Set a value of the config; may be repeated.")
]
Results = Annotated[Path, typer.Option("--results", metavar="DIR", help="The folder of all results.")]
AllowCode = Annotated[
    bool, typer.Option("--allow-code", help="Execute the Python files that the config names as cells.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Write one JSON object to stdout instead of text.")]

RESULTS = Path("results")
