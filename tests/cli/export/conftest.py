"""Each of the studies, its tables and the files made of them, once for all tests."""

import pytest

from gru_vanish.analysis import Findings
from gru_vanish.interface.export import READABLE, WHOLE, files_of
from gru_vanish.tables.exported import Exported, exported_tables
from tests.cli.export.stated import STATED, claimed
from tests.figures.studies import dead, findings, two_axes


@pytest.fixture(scope="session", params=["finished", "unfinished", "dead", "two_axes", "claimed"])
def study(request: pytest.FixtureRequest) -> Findings:
    if request.param in STATED:
        return STATED[request.param]
    return claimed() if request.param == "claimed" else findings({"dead": dead, "two_axes": two_axes}[request.param]())


@pytest.fixture(scope="session")
def tables(study: Findings) -> list[Exported]:
    return exported_tables(study)


@pytest.fixture(scope="session")
def files(study: Findings, tables: list[Exported]) -> dict[str, bytes]:
    return files_of(study, tables, [*WHOLE, *READABLE])
