"""The whole task as a script of PyTorch alone: ``torch_script.py WORK.npz NUMBERS.npz``."""

import sys

import numpy as np
from torch_loop import contestant
from work import Work


def main() -> None:
    """Measure every cell of the file and write the norms, (seed, length, sample) by label."""
    path, numbers = sys.argv[1:]
    work = Work(path)
    np.savez(numbers, **{label: contestant(work, label, "float32")[0]() for label in work.facts["cells"]})


if __name__ == "__main__":
    main()
