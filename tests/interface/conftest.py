"""One tiny study, run by the command line and by Python, each in its own folder."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from gru_vanish import RunResult, run
from tests.cli.commands import TINY
from tests.cli.one_process import Told, one_process

CLAIMS = """
claims:
  - {id: K1, says: The GRU keeps more, metric: decay_rate, of: GRU, at: {update_bias: -4}, less_than: RNN}
"""


@dataclass(frozen=True)
class Both:
    """The study's two folders of results, and what the command line has told."""

    by_command: Path
    by_python: Path
    ran: RunResult
    told: list[Told]


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    folder = tmp_path_factory.mktemp("interface")
    (folder / "tiny.yaml").write_text(TINY + CLAIMS, encoding="utf-8")
    wrong = ("check", "tiny.yaml", "--set", "inputs.sise=3", "--set", "seeds=-1")
    report, again = ("report", "tiny", "--output", "page.html"), ("verify", "tiny", "--json")
    commands = [
        ("run", "tiny.yaml", "--json"), ("draw", "tiny", "--format", "png,svg"), report,
        ("export", "tiny", "--to", "csv", "--to", "latex", "--out", "tables"), again, wrong,
        ("check", "tiny.yaml", "--resolved"), ("run", "tiny.yaml", "--dry-run", "--json"),
        ("draw", "tiny", "--figure", "flow_map"),
    ]  # fmt: skip
    told = one_process(*(("", words) for words in commands), cwd=folder)
    by_python = folder / "python"
    ran = run(folder / "tiny.yaml", results=by_python)
    return Both(folder / "results", by_python, ran, told)
