"""The package's front door: light, typed, and the same names for Python and for those who check types."""

import ast
import json
import sys
from pathlib import Path

import gru_vanish
from tests.cli.commands import REPOSITORY, python
from tests.interface.conftest import Both

PACKAGE = Path(gru_vanish.__file__).parent
HEAVY = {"jax", "numpy", "pydantic", "matplotlib", "scipy", "pyarrow", "typer", "rich", "ruamel"}


def test_importing_the_package_loads_nothing_and_takes_no_time(tmp_path: Path) -> None:
    code = "import sys, time; t = time.process_time(); import gru_vanish; t = time.process_time() - t\n"
    code += "dir(gru_vanish); import json; print(json.dumps([t, sorted(sys.modules)]))"
    runs = [json.loads(python(code, cwd=tmp_path).stdout) for _ in range(3)]
    assert min(seconds for seconds, _ in runs) < 0.05
    assert not HEAVY & {name.partition(".")[0] for name in runs[0][1]}


def test_what_only_reads_results_does_without_jax(both: Both, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom gru_vanish import compare, draw, export, init, report\n"
        f"root = {str(both.by_command)!r}\n"
        "drawn = draw('tiny', results=root, formats='png')\ndrawn._repr_html_()\nexport(drawn, 'json', out='t')\n"
        "report(drawn, output='p.html')\ncompare(drawn, drawn)\ninit()\n"
        "assert not {'jax', 'typer', 'rich'} & set(sys.modules), sorted(sys.modules)\n"
    )
    done = python(code, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_names_for_types_and_those_at_run_time_agree() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    assert ast.unparse(block.test) == "TYPE_CHECKING"
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    typed = {alias.asname: f"{node.module}.{alias.name}" for node in imports for alias in node.names}
    lazy = {name: f"gru_vanish.{home}.{name}" for name, home in gru_vanish._HOME_OF.items()}
    assert typed == lazy
    assert set(gru_vanish.__all__) == {*lazy, "__version__"}
    assert len(gru_vanish.__all__) == len(set(gru_vanish.__all__))
    for name in gru_vanish.__all__:
        assert getattr(gru_vanish, name) is not None


def test_a_room_does_not_hide_a_function_of_its_name() -> None:
    import gru_vanish.report.charts

    assert callable(gru_vanish.report)
    assert "gru_vanish.report" in sys.modules
    assert set(gru_vanish._HOME_OF) & {path.stem for path in PACKAGE.iterdir()} == {"report"}


def test_types_are_shipped() -> None:
    assert (PACKAGE / "py.typed").is_file()


def test_the_script_of_the_readme_is_the_one_whose_types_are_checked() -> None:
    """It is run with all others that stand there."""
    script = (REPOSITORY / "tests" / "interface" / "user_script.py").read_text(encoding="utf-8")
    assert len(script.splitlines()) == 10
    assert f"```python\n{script}```" in (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert "tests/interface/user_script.py" in (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
