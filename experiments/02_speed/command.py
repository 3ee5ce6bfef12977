"""The whole command from a shell, beside a PyTorch script that yields the same numbers."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from agreement import compare
from children import DEVICES, Ended, finished, script
from clock import alternate
from scale import CONFIG
from session import Session
from table import Line, Ratio

COLD, WARM, SCRIPT = "gru-vanish run, cold", "gru-vanish run, warm", "PyTorch script"


class Commands:
    """The three contestants; each run keeps what it has cost."""

    def __init__(self, session: Session, device: str) -> None:
        self.session, self.device = session, device
        self.peaks: dict[str, int] = {}
        self.filled: str | None = None
        self.numbers = session.folder / "torch.npz"
        self.results: Path | None = None

    def cold(self) -> float:
        """Run with nothing that an earlier run has left behind."""
        cache = tempfile.mkdtemp(prefix="cache-", dir=self.session.folder)
        seconds = self._run(COLD, cache)
        if self.filled is None:
            self.filled = cache
        else:
            shutil.rmtree(cache)
        return seconds

    def warm(self) -> float:
        """Run with the compilation cache that the first cold run has filled, and no results."""
        assert self.filled is not None
        return self._run(WARM, self.filled)

    def script(self) -> float:
        """Run the PyTorch script on weights and inputs that were made beforehand."""
        words = script("torch_script", self.session.work, self.numbers)
        return self._kept(SCRIPT, finished(words, DEVICES[self.device])[0])

    def _run(self, name: str, cache: str) -> float:
        results = Path(tempfile.mkdtemp(prefix="results-", dir=self.session.folder))
        options = [word for each in self.session.scale.overrides for word in ("--set", each)]
        words = ["-m", "gru_vanish", "run", str(CONFIG), "--results", str(results), "--json", *options]
        ended, _ = finished(words, {**DEVICES[self.device], "XDG_CACHE_HOME": cache})
        if self.results is not None:
            shutil.rmtree(self.results)
        self.results = results
        return self._kept(name, ended)

    def _kept(self, name: str, ended: Ended) -> float:
        self.peaks[name] = max(ended.peak_bytes, self.peaks.get(name, 0))
        return ended.seconds


def measure(session: Session) -> None:
    """Time the command on every device."""
    for device in session.devices:
        session.say(f"command on the {device.upper()}")
        commands = Commands(session, device)
        contestants: dict[str, Callable[[], float]] = {COLD: commands.cold, WARM: commands.warm}
        if session.torch:
            contestants[SCRIPT] = commands.script
        if session.scale.warm_up:
            for once in contestants.values():
                once()
        times = alternate(contestants, session.scale.command_rounds or session.rounds)
        case = "both cells, float32" + ("" if device == "cpu" else " on the GPU")
        base = times.get(SCRIPT)
        for name, taken in times.items():
            against = Ratio(base, taken, f"{SCRIPT} / this") if base and name != SCRIPT else None
            session.report.lines.append(
                Line("command", case, name, taken, commands.peaks[name], against, _note(commands, name))
            )
        if session.torch:
            _compare(session, case, commands)


def _note(commands: Commands, name: str) -> str:
    if name == SCRIPT:
        return "reads weights and inputs from a file"
    if commands.filled is None or not any(path.is_file() for path in Path(commands.filled).rglob("*")):
        return "NO COMPILATION CACHE WAS WRITTEN: cold and warm are the same"
    return "imports, compilation, records, tables; no figures"


def _compare(session: Session, case: str, commands: Commands) -> None:
    """Compare the records of the last run with the numbers of the last script."""
    from gru_vanish.store import Store, read_manifest

    assert commands.results is not None
    manifest, store = read_manifest(commands.results, "speed"), Store(commands.results)
    theirs = np.load(commands.numbers)
    for series in manifest["series"]:
        keys = series["keys"]["h0_gradient"].values()
        ours = np.stack([store.read(key).payload["ln_h0_gradient"] for key in keys])
        hidden = series["setting"]["cell"]["hidden"]
        label = series["label"]
        session.judge(compare(f"{label} of {case}", SCRIPT, ours, theirs[label], "float32", hidden))
