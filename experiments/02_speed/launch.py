"""Run a command and write what time and memory it took: ``launch.py REPORT PROGRAM ARGUMENTS…``.

A process of its own, because on Linux a child's peak begins at that of the process that started it: this
one is small (start it with ``-I -S``), whoever measures may be large.
"""

import json
import os
import sys
import time

MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> int:
    """Start the command with this process's streams, wait for it, write the report, hand on its exit code."""
    report, *command = sys.argv[1:]
    started = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    code = os.waitstatus_to_exitcode(status)
    with open(report, "w", encoding="utf-8") as file:
        json.dump({"seconds": seconds, "peak_bytes": usage.ru_maxrss * MAXRSS_UNIT, "code": code}, file)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
