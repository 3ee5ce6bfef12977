"""One undisturbed run, with which all others are compared."""

from pathlib import Path

import pytest

from tests.cli.commands import digests
from tests.faults.programs import UNITS, counts, study


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the config and the results of a run without faults."""
    folder = tmp_path_factory.mktemp("sound")
    study(folder)
    assert counts(folder)["computed"] == UNITS
    assert len(digests(folder / "results")) == UNITS
    return folder
