"""The cell of the experiment, spoilt in every way that is told: its text, the line of the mistake, and the words."""

from pathlib import Path
from typing import NamedTuple

CELL = (Path(__file__).parents[2] / "experiments/03_own_cell/my_cell.py").read_text(encoding="utf-8")
STEP = "(1 - params.z) * uses.leak + params.z * act.tanh(a)"


class Spoilt(NamedTuple):
    text: str | bytes
    line: int
    message: str


def line(start: str, text: str = CELL) -> int:
    """Give the first line that begins so, spaces aside."""
    return next(number for number, one in enumerate(text.splitlines(), 1) if one.strip().startswith(start))


def spoilt(old: str, new: str, start: str, message: str) -> Spoilt:
    """Give the cell with one thing changed; the mistake is at the line that began so before."""
    assert CELL.count(old) == 1
    return Spoilt(CELL.replace(old, new), line(start), message)


def with_field(text: str, message: str) -> Spoilt:
    """Give the cell with one more line in its class."""
    return spoilt("    Init = Numbers", f"    {text}\n    Init = Numbers", "Init =", message)


LENGTH = len(CELL.splitlines())
TWO = CELL + "\n\nclass Other(Leaky):\n    pass\n"

MISTAKES: dict[str, Spoilt] = {
    # the file
    "syntax": spoilt("params.U @ x", "params.U @", "return params.U", "SyntaxError: "),
    "a NUL byte": Spoilt(b"x = 1\0\n", 1, "null bytes"),
    "not UTF-8": Spoilt(b"\n# \xff\n", 2, "not UTF-8"),
    "a missing module": Spoilt(f"import nowhere_at_all\n{CELL}", 1, "ModuleNotFoundError: No module named 'nowhere_at"),
    "a missing name": spoilt("import UNIFORM", "import UNFORM", "from gru_vanish.initializers", "ImportError: "),
    "a relative import": Spoilt(f"from . import other\n{CELL}", 1, "a relative import"),
    "an exception": Spoilt(f"{CELL}1 / 0\n", LENGTH + 1, "ZeroDivisionError: division by zero"),
    "an exit": Spoilt(f"{CELL}raise SystemExit(3)\n", LENGTH + 1, "SystemExit: 3"),
    "no cell": Spoilt("x = 1\n", 1, "no cell in this file"),
    "several": Spoilt(TWO, LENGTH + 3, "2 cells in this file, Leaky, Other: choose with CELL = Leaky"),
    "CELL is none": Spoilt(f"{TWO}CELL = dict\n", LENGTH + 5, "CELL has to name a subclass of Cell"),
    # the class
    "not whole": spoilt("def drive", "def driven", "class Leaky", "Leaky does not define drive"),
    "a float field": with_field("gain: float = 1.0", "gain: a number that a step reads"),
    "a field without type": spoilt(
        "    Init = Numbers", "    gain = 1.0\n    Init = Numbers", "class Leaky", "PydanticUserError: "
    ),
    "no Init": spoilt("class Numbers(Node)", "class Numbers", "Init =", "Init: it has to be a class under"),
    "no Uses": spoilt('namedtuple("Uses", "leak candidate")', "dict", "Uses =", "Uses: it has to be a NamedTuple"),
    "a kind of the table": with_field(
        '''kind: __import__("typing").Literal["gru"] = "gru"''', "kind 'gru' is a cell of this program"
    ),
    "an open kind": with_field('kind: str = "x"', "kind: write it as"),
    "a taken key": with_field("title: int = 1", "title: a cell's node"),
    # what is drawn
    "an odd shape": spoilt(
        "n, m, n)",
        "m, n, n)",
        "def draw",
        "draw: U has the shape (3, 5); parameter_shapes promises (5, 3)",
    ),
    "odd promises": spoilt("(self.hidden, m), ", "(m, self.hidden), ", "return params.U", "drive: TypeError: "),
    "no promises": spoilt(
        "return Params((self.hidden, self.hidden), (self.hidden, m), (), ())",
        "return Params(self.hidden, m, (), ())",
        "def parameter_shapes",
        "parameter_shapes: it has to return a NamedTuple of shapes",
    ),
    "other parameters": spoilt(
        "return Params(w, u, init.share, init.reset)",
        "return w, u, 1.0, 1.0",
        "def draw",
        "draw: it returns a tuple; it has to return Params",
    ),
    "no seed": spoilt(
        'streams("weights.recurrent.candidate")',
        "__import__('numpy').random.default_rng()",
        "def draw",
        "draw: W is another at the second draw of a seed",
    ),
    "an exception in draw": spoilt("n = self.hidden", "n = self.hidden / 0", "n = self.hidden", "draw: ZeroDivision"),
    # the step
    "an odd product": spoilt("params.U @ x", "x @ params.U", "return params.U", "drive: TypeError: "),
    "an odd state": spoilt(
        STEP, f"({STEP})[None]", "def advance", "advance: the new state has the shape (1, 5); it has to be (5,)"
    ),
    "no pair": spoilt(f"{STEP}, Gates(a)", STEP, "def advance", "advance: it returns a "),
    "loose gates": spoilt(
        "Gates(a)", "{'candidate': a}", "def advance", "advance: the pre-activations are a dict; they have to be"
    ),
    "no gates": spoilt("Gates(a)", "Params(*[None] * 4)", "def advance", "advance: there is no pre-activation"),
    "an unknown gate": spoilt(
        '{"candidate":',
        '{"candidat":',
        "gate_functions",
        "gate_functions: it names 'candidat'; the pre-activations are candidate",
    ),
    "float64 in a float32 run": spoilt(
        STEP,
        f"({STEP}).astype('float64')",
        "def advance",
        "advance: the new state is of dtype float64 in a run in float32",
    ),
    "a branch on a value": spoilt(
        "a = params.W",
        "a = 0 if uses.leak[0] > 0 else params.W",
        "a = params.W",
        "advance: TracerBoolConversionError: ",
    ),
    "a use that is not read": spoilt(
        "params.r * uses.candidate", "params.r * uses.leak", "Uses =", "Uses: advance does not read uses.candidate"
    ),
    "a false claim": with_field("linear_in_state: ClassVar[bool] = True", "linear_in_state: it says True, but the"),
}
