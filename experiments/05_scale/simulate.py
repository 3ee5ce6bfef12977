"""A hundred thousand tiny units through plan, claim, store and analysis: what a unit costs beside its numbers.

The study is an ordinary one (a plain RNN of two units, T = 1 and 2, one sample), so every part of the way is the
program's own. Each part is timed alone, in this process, and divided by the number of units.
"""

import argparse
import cProfile
import json
import pstats
import resource
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gru_vanish import engine
from gru_vanish.analysis import Findings
from gru_vanish.config import Loaded, load
from gru_vanish.engine import compile_cache
from gru_vanish.engine.survey import survey
from gru_vanish.interface.conclude import written
from gru_vanish.interface.programs import labels
from gru_vanish.interface.tally import Tally
from gru_vanish.store import Store, read_manifest, write_manifest

CONFIG = """
schema: 1
name: many
max_units: 10000000
seeds: {seeds}
lengths: [1, 2]
inputs: {{kind: gaussian, size: 1, scale: 1.0, batch: 1}}
cells:
  RNN: {{kind: rnn, hidden: 2}}
sweep:
  grid: {{cells.RNN.init.recurrent.gain: {{linspace: [0.5, 1.5], num: {points}}}}}
"""


class Parts:
    """Seconds by the name of a part, each profiled where that is wanted."""

    def __init__(self, units: int, profiled: str) -> None:
        self.units, self.profiled = units, profiled
        self.seconds: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time what is done within."""
        profile = cProfile.Profile() if name == self.profiled else None
        started = time.perf_counter()
        if profile:
            profile.enable()
        yield
        if profile:
            profile.disable()
        self.seconds[name] = time.perf_counter() - started
        each = 1e3 * self.seconds[name] / self.units
        print(f"{name:<28} {self.seconds[name]:9.2f} s {each:9.3f} ms per unit", flush=True)
        if profile:
            pstats.Stats(profile).sort_stats("tottime").print_stats(35)


def main() -> None:
    """Simulate; print a table, and write it as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=100_000)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--profile", default="", help="the name of one part")
    parser.add_argument("--results", type=Path, default=None, help="kept; default: a temporary folder")
    parser.add_argument("--json", type=Path, default=None)
    said = parser.parse_args()
    engine.prepare()
    compile_cache.disable()
    with tempfile.TemporaryDirectory() as folder:
        parts = Parts(said.units, said.profile)
        simulate(said, Path(folder), said.results or Path(folder) / "results", parts)
        told = {"units": said.units, "seconds": parts.seconds, "peak_mb": peak()}
        print(json.dumps(told))
        if said.json:
            said.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def simulate(said: argparse.Namespace, folder: Path, root: Path, parts: Parts) -> None:
    """Take every part of the way of a run in turn."""
    config = folder / "many.yaml"
    config.write_text(CONFIG.format(seeds=said.seeds, points=said.units // said.seeds), encoding="utf-8")
    with parts.part("read the config"):
        study = load(config)
    with parts.part("plan"):
        units = engine.plan([one.setting for one in study.series], study.study.seeds, study.study.measure)
        labels([(one.label, one.setting) for one in study.series], study.study.measure)
    assert len(units) == said.units
    with parts.part("manifest"):
        manifest = manifest_of(study)
        write_manifest(root, manifest)
    with parts.part("look, before a run"):
        assert sum(1 for _ in survey(units, Store(root), {})) == len(units)
    with parts.part("compute and store"):
        tally = run(units, root, said.workers)
    told = {**tally.seconds, "compile": sum(one.seconds for one in tally.compiled)}
    print("   of that, summed over threads:", {name: round(1e3 * each / len(units), 3) for name, each in told.items()})
    parts.seconds |= {f"summed over threads: {name}": seconds for name, seconds in told.items()}
    with parts.part("find all of it again"):
        assert run(units, root, said.workers).found == len(units)
    with parts.part("analyse and write tables"):
        findings = Findings(read_manifest(root, "many"), Store(root).read)
        written(findings, root / "many")
    assert findings.finished


def manifest_of(study: Loaded) -> dict[str, Any]:
    """Return what a run would write of the study."""
    told = study.study
    return engine.manifest(
        told.name, told.question, told.resolved(), study.series, told.seeds, told.measure, told.figures
    )


def run(units: tuple[engine.Unit, ...], root: Path, workers: int | None) -> Tally:
    """Run as the command does, the bar left out."""
    store = Store(root)
    store.remove_leftovers()
    tally = Tally(units, workers or engine.default_workers())
    for event in engine.execute(units, store, threading.Event(), workers):
        tally.take(event)
    assert not tally.failed
    return tally


def peak() -> float:
    """Return the peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
