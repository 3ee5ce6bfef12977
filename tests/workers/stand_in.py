"""Stand-ins for the commands of Slurm: files say what they answer, and hold what they were asked."""

import stat
from pathlib import Path

SQUEUE = """#!/bin/sh
for word; do case $word in --jobs=*) jobs=${{word#--jobs=}};; esac; done
echo "$jobs" >> {folder}/asked
if [ -f {folder}/down ]; then echo "slurm_load_jobs error: Unable to contact slurm controller" >&2; exit 1; fi
[ -f {folder}/table ] && {{ cat {folder}/table; exit 0; }}
echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1
"""
SBATCH = """#!/bin/sh
[ -f {folder}/refuse ] && {{ echo "sbatch: error: invalid partition specified: none" >&2; exit 1; }}
number=1
until mkdir {folder}/job-$number 2> /dev/null; do number=$((number + 1)); done
echo $number >> {folder}/submitted
. {folder}/fate
echo "Submitted batch job $number"
"""
SCANCEL = """#!/bin/sh
echo "$1" >> {folder}/cancelled
"""


class Queue:
    """The folder with the stand-ins, and what they are to say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for name, text in (("squeue", SQUEUE), ("sbatch", SBATCH), ("scancel", SCANCEL)):
            (folder / name).write_text(text.format(folder=folder), encoding="utf-8")
            (folder / name).chmod(stat.S_IRWXU)
        self.fate(":")

    def table(self, *rows: str) -> None:
        """What squeue prints."""
        (self.folder / "table").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")

    def fate(self, text: str) -> None:
        """What becomes of a job: a line of shell, which sees its ``$number``."""
        (self.folder / "fate").write_text(text + "\n", encoding="utf-8")

    def said(self, name: str) -> list[str]:
        path = self.folder / name
        return path.read_text(encoding="utf-8").split() if path.exists() else []
