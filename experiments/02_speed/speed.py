"""Time gru-vanish beside what one would use otherwise, on the same weights and inputs; see README.md.

python experiments/02_speed/speed.py [--quick] [--only PARTS] [--repeat 5] [--out DIR]

PARTS are some of kernel, command, long, biases, roofline and training, with commas between them.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import biases
import command
import kernel
import long_sequences
import picture
import roofline
import training
from clock import QUIET, Bystanders, load
from scale import FULL, QUICK, ROOT
from session import Session, begin
from table import markdown, write_csv

PARTS: dict[str, Callable[[Session], None]] = {
    "kernel": kernel.measure,
    "command": command.measure,
    "long": long_sequences.measure,
    "biases": biases.measure,
    "roofline": roofline.measure,
    "training": training.measure,
}


def main() -> int:
    """Measure, print the table, write it with its figure; return 1 where numbers disagree."""
    options = _options()
    # What is measured is this checkout, whatever else may be installed.
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        session = begin(QUICK if options.quick else FULL, options.repeat or (2 if options.quick else 5), Path(folder))
        for name in options.only:
            before, others = load(), Bystanders()
            PARTS[name](session)
            session.report.notes.append(f"Load averages over 1 and 5 minutes, {name}: {before} before, {load()} after")
            session.report.notes += _disturbed(name, others.cores())
            _write(session, options.out)  # after every part: an interrupted run has lost the last one only
    print(_text(session))
    picture.draw(session.report.lines, options.out)
    session.say(f"wrote {options.out}")
    return 1 if session.report.disagreed else 0


def _disturbed(part: str, cores: float | None) -> list[str]:
    """Return a warning where others were at work."""
    if cores is None or cores <= QUIET:
        return []
    return [f"BUSY: beside {part} other processes kept {cores:.2f} cores at work; trust no time of that part"]


def _write(session: Session, folder: Path) -> None:
    """Write the table as it is so far."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table.md").write_text(_text(session) + "\n", encoding="utf-8")
    write_csv(session.report.lines, folder / "table.csv")


def _text(session: Session) -> str:
    """Return the table, and below it what belongs to it."""
    report = session.report
    return "\n".join([markdown(report.lines), "", *(f"- {each}." for each in (*report.agreements, *report.notes))])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time gru-vanish beside a PyTorch loop and a plain JAX loop.")
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes: shows that everything works, measures nothing"
    )
    parser.add_argument("--only", type=_parts, default=list(PARTS), metavar="PARTS", help=f"some of {','.join(PARTS)}")
    parser.add_argument("--repeat", type=_positive, help="rounds (default 5; 2 with --quick)")
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "speed", help="folder of table and figure")
    return parser.parse_args()


def _parts(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in PARTS]:
        raise argparse.ArgumentTypeError(f"no part {', '.join(unknown)}; there is: {', '.join(PARTS)}")
    return names


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of rounds")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
