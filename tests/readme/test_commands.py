"""Every command, config and program of the pages about the program, its configs and results is run, at a small size.

Not run are the words that set up an environment (venv, pip, uv, source): that would want the network. What they name is
looked up instead; what follows them is run.
"""

import json
import re
import shlex
import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tests.cli.commands import python
from tests.cli.one_process import Told, one_process
from tests.models.written import M, drawn, torch_shapes
from tests.readme.commands import ELSEWHERE, PIECES, RUN, SPOKEN_OF
from tests.readme.pages import COMMANDED, README, ROOT, Block, blocks, inline_code, shell_lines

HAS_TORCH = find_spec("torch") is not None
SETS_UP = re.compile(r"(python3 -m venv|\.venv/bin/pip|pip|uv|source|\.venv/bin/python -m pytest)\b")
OTHERS = {"--scheduler-file": "Dask's", "--nthreads": "Dask's", "--memory-limit": "Dask's"}
"""Of other programs."""
MODELS = {"model.state_dict()": f"import torch\nmodel = torch.nn.GRU({M}, 4)\n"}
"""What a program of a page takes for granted, by the words that need it."""


def written() -> set[str]:
    """The commands of the pages, as they are written there."""
    lines = [line for page in COMMANDED for line in (*shell_lines(page), *inline_code(page))]
    known = [re.fullmatch(r"(?:\.venv/bin/|uv run )?gru-vanish (.+)", line) for line in lines if line]
    return {one[1] for one in known if one} - SPOKEN_OF


def is_whole(block: Block) -> bool:
    return block.text.startswith("schema:")


def configs() -> dict[str, Block]:
    """Every block of YAML by the name of its file in the tests."""
    found = [block for page in COMMANDED for block in blocks(page, "yaml")]
    names = [re.search(r"^name: (\S+)$", block.text, flags=re.MULTILINE) for block in found]
    return {f"{name[1] if name else f'piece{i}'}.yaml": block for i, (name, block) in enumerate(zip(names, found))}  # noqa: B905


def options(block: Block) -> tuple[str, str | None]:
    """The options with which a block is checked, and run if it is."""
    return next((each for start, each in PIECES.items() if block.text.startswith(start)), ("", None))


def lines_for_configs() -> list[str]:
    found = []
    for name, block in configs().items():
        check, run = options(block)
        found.append(f"check {name} {check}")
        found += [f"run {name} {check} {run}"] if run else []
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the commands name: the configs, the cell, a model and its inputs."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "configs", folder / "configs")
    shutil.copytree(ROOT / "experiments" / "03_own_cell", folder / "experiments" / "03_own_cell")
    shutil.copy(ROOT / "experiments" / "03_own_cell" / "my_cell.py", folder)
    for name, block in configs().items():
        base = "" if is_whole(block) else f"extends: bias.yaml\nname: {Path(name).stem}\n"
        (folder / name).write_text(base + block.text, encoding="utf-8")
    np.save(folder / "x.npy", np.random.default_rng(2).normal(size=(2, 30, M)).astype(np.float32))
    return folder


@pytest.fixture(scope="module")
def programs(place: Path) -> dict[str, str]:
    """How each program of the pages has ended: empty, or what it told of its failure; a model is there afterwards."""
    found = {}
    for block in (block for page in COMMANDED for block in blocks(page, "python")):
        if "torch" in block.text and not HAS_TORCH:
            continue
        before = "".join(text for words, text in MODELS.items() if words in block.text)
        done = python(before + block.text, cwd=place)
        found[block.where] = "" if done.returncode == 0 else done.stderr
    if not HAS_TORCH:
        from safetensors.numpy import save_file

        save_file(drawn(torch_shapes(3, M, "_l0")), place / "model.safetensors")
    return found


@pytest.fixture(scope="module")
def told(place: Path, programs: dict[str, str]) -> dict[str, Told]:
    lines = [*(line for lines in RUN.values() for line in lines), *lines_for_configs()]
    ended = one_process(*(("", tuple(shlex.split(line))) for line in lines), cwd=place)
    return dict(zip(lines, ended, strict=True))


def test_every_command_of_the_pages_is_known_here_and_no_other() -> None:
    known = set(RUN) | set(ELSEWHERE)
    assert written() <= known, "say in tests/readme/commands.py what is run for it"
    assert known <= written(), "no page has it any more"
    for command, test in ELSEWHERE.items():
        text = (ROOT / "tests" / test).read_text(encoding="utf-8")
        assert f'"{command}"' in text or "README.md" in text, "it runs the command, or those of the page"


@pytest.mark.parametrize("command", RUN)
def test_a_command_does_what_it_says(command: str, told: dict[str, Told]) -> None:
    for line in RUN[command]:
        assert told[line].code in (0, None), told[line].stderr
        assert told[line].stdout


def test_every_option_of_the_pages_is_used_by_a_command_that_is_run(told: dict[str, Told]) -> None:
    named = {word for page in COMMANDED for code in inline_code(page) if code.startswith("-") for word in code.split()}
    used = {word for line in told for word in line.split()}
    assert {word for word in named if word.startswith("--")} <= used | set(OTHERS)


def test_what_is_written_is_where_the_pages_say(place: Path, told: dict[str, Told]) -> None:
    folder = place / "results" / "bias"
    for name in ("manifest.json", "summary.csv", "summary.json", "curves.parquet", "report.html"):
        assert (folder / name).stat().st_size > 0
    for figure in ("gradient_vs_length", "decay_rate_vs_axis"):
        assert (folder / "figures" / f"{figure}.png").stat().st_size > 0
    again = json.loads(next(one.stdout for line, one in told.items() if line.endswith("hidden=4 --json")))
    assert again["counts"]["computed"] == 0  # the same command a second time
    assert not (place / "new").exists()  # dry runs touch nothing


@pytest.mark.parametrize("name", configs())
def test_a_config_of_the_pages_is_sound(name: str, told: dict[str, Told]) -> None:
    lines = [line for line in told if line.split()[1:2] == [name] and line in lines_for_configs()]
    assert len(lines) == 1 + (options(configs()[name])[1] not in (None, ""))
    for line in lines:
        assert told[line].code in (0, None), told[line].stderr


@pytest.mark.parametrize(
    "block", [block for page in COMMANDED for block in blocks(page, "python")], ids=lambda b: b.where
)
def test_a_program_of_the_pages_runs(block: Block, programs: dict[str, str]) -> None:
    if "torch" in block.text and not HAS_TORCH:
        pytest.skip("PyTorch is not installed: a program for it was not run")
    assert not programs[block.where]


def test_blocks_are_of_languages_that_are_looked_at() -> None:
    assert {block.language for page in COMMANDED for block in blocks(page)} <= {"sh", "yaml", "python", "bibtex", ""}
    assert not [block.where for block in blocks(README, "")]
