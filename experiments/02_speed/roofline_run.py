"""Products and kernel in turn: ``roofline_run.py WORK.npz LABEL PRECISION SECONDS [A.B=VALUE …]``.

It answers every line on stdin with the rates of all products of this round and the seconds of the kernel.
"""

import json
import sys
import time
from dataclasses import asdict

import ours
from flops import products
from products import LIBRARIES, Rate
from work import Work

from gru_vanish.contracts import Program
from gru_vanish.engine import device
from gru_vanish.flow.arithmetic import SAFE
from gru_vanish.flow.layout import lay_out
from gru_vanish.flow.sizes import bytes_per_step


def main() -> None:
    """Serve until stdin ends."""
    path, label, precision, seconds, *overrides = sys.argv[1:]
    work = Work(path)
    once, _ = ours.contestant(work, label, precision, overrides)
    program = Program.of(ours.setting_of(label, overrides, precision), "h0_gradient")
    layout = lay_out(program.lengths, bytes_per_step(program, SAFE))
    if layout.recompute:
        raise SystemExit("these lengths are recomputed in chunks: the count of flops here is for stored ones")
    sizes = (program.cell.hidden, program.inputs.size, program.inputs.batch)
    wanted = products(work.kind(label), *sizes, program.lengths, layout.segments)
    shapes = dict.fromkeys((each.rows, each.inner, each.columns) for each in wanted)
    rates = {
        (shape, name): Rate(library, shape, precision, device.cores(), float(seconds))
        for shape in shapes
        for name, library in LIBRARIES.items()
    }
    once()
    print(
        json.dumps({"products": [asdict(each) for each in wanted], "units": len(work.facts["seeds"])}),
        flush=True,
    )
    for _ in sys.stdin:
        found = [{"shape": shape, "library": name, "rate": rate.measure()} for (shape, name), rate in rates.items()]
        started = time.perf_counter()
        once()
        print(json.dumps({"rates": found, "kernel": time.perf_counter() - started}), flush=True)


if __name__ == "__main__":
    main()
