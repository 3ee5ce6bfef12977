"""One long unit in a process of its own: ``long_run.py LABEL [A.B=VALUE …]``; writes JSON to stdout."""

import json
import math
import sys

import ours

from gru_vanish.engine import prepare, unit
from gru_vanish.engine.compute import compute
from gru_vanish.engine.programs import Programs
from gru_vanish.flow import MEASURES


def main() -> None:
    """Compile one program, run one unit, and tell the seconds of both."""
    label, *overrides = sys.argv[1:]
    prepare()
    compiled: list[float] = []
    programs = Programs(lambda program, stage, seconds: compiled.append(seconds))
    wanted = unit(ours.setting_of(label, overrides), 0, "h0_gradient")
    programs.get(wanted.program, MEASURES["h0_gradient"].stages[0])
    (done,) = compute([wanted], programs)
    last = done.record.payload["ln_h0_gradient"][-1]
    told = {
        "run": done.seconds["run"],
        "compile": compiled[0],
        "programs": len(compiled),
        "decades": float(last.mean()) / math.log(10.0),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
