"""Studies of every shape that a figure must bear."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from gru_vanish.analysis import Findings, Table
from gru_vanish.analysis.claims import PREDICATES, BoundClaim, Claim, Line
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.pages import DEFAULT, Page
from gru_vanish.figures.style import look
from tests.analysis import synthetic
from tests.analysis.payloads import with_measures
from tests.analysis.synthetic import Study, cell, entry, reader, study


def findings(made: Study, measures: Sequence[str] = ()) -> Findings:
    """What a study has found, with these measures beside the h0 gradient."""
    further = [measure for measure in measures if measure != "h0_gradient"]
    manifest, records = with_measures(made, further) if further else made
    return Findings(manifest, reader(records))


def on_canvas(compose: Callable[..., None], *drawn: Any, page: Page = DEFAULT, **named: Any) -> Figure:
    """What ``compose`` draws on an empty page, laid out."""
    with look(3.0, page):
        canvas = Canvas.of(page)
        compose(canvas, *drawn, **named)
        canvas.lay_out()
    assert isinstance(canvas.figure, Figure)
    return canvas.figure


def table(made: Study) -> Table:
    return findings(made).headline


def titled(title: str) -> Study:
    return study([(entry("RNN", cell("rnn"), range(3), title=title), 0.5)], range(3))


def unfinished() -> Study:
    manifest, records = synthetic.few(seeds=range(4), count=3)
    gone = [("GRU", 2), ("GRU", 3), *(("GRU_slow", seed) for seed in range(4))]
    for label, seed in gone:
        del records[f"{label}/{{}}/{seed}"]
    return manifest, records


def gains() -> Study:
    """Twelve gains of one RNN, growing and decaying, at lengths with equal steps."""
    lengths = np.arange(10, 210, 10)
    parts = []
    for gain in np.linspace(0.5, 2.0, 12):
        recurrent = {"kind": "orthogonal", "gain": float(gain)}
        swept = {"cells.RNN.init.recurrent.gain": float(gain)}
        one = entry("RNN", cell("rnn", recurrent), range(3), swept=swept, lengths=lengths)
        parts.append((one, -float(np.log(gain))))
    return study(parts, range(3))


def closed_form() -> Study:
    """Three gains of a linear RNN, 0.003 nats per step beside the closed form that two claims hold them against."""
    parts = []
    for gain in (0.8, 0.9, 1.1):
        recurrent = {"kind": "orthogonal", "gain": gain}
        swept = {"cells.RNN.init.recurrent.gain": gain}
        one = entry("RNN", cell("rnn", recurrent, activation="identity"), range(6), swept=swept)
        parts.append((one, 0.003 - float(np.log(gain))))
    manifest, records = study(parts, range(6))
    # Bound by hand, since the reader of configs would bring jax with it.
    equals = PREDICATES["equals"].model_validate({"form": "linear_orthogonal", "within": 0.1})
    claims = [
        BoundClaim(
            claim=Claim(id=metric, says="It scales.", metric=metric, of="RNN", predicate=equals),
            lines=tuple(Line(series=(place,)) for place in range(3)),
        ).as_json()
        for metric in ("transport", "decay_rate")
    ]
    return {**manifest, "claims": claims}, records


def two_axes() -> Study:
    """A grid of gate bias and input scale beside two plain cells."""
    parts = [(entry("RNN", cell("rnn"), range(3)), 0.61)]
    for scale in (0.1, 1.0, 10.0):
        for bias in (-4.0, -2.0, 0.0, 2.0):
            swept = {"inputs.scale": scale, "cells.GRU.init.update_bias": bias}
            one = entry("GRU", cell("gru", update_bias=bias), range(3), swept=swept, scale=scale)
            parts.append((one, 0.3 * float(np.exp(bias / 2)) * (1 + 0.1 * scale)))
    return study(parts, range(3))


def dead() -> Study:
    """One series with a gradient of exactly zero from half of the lengths on, another with nothing else."""
    manifest, records = synthetic.few(seeds=range(3), count=2)
    for key, record in records.items():
        start = 0 if key.startswith("GRU") else 12
        for name in ("ln_h0_gradient", "ln_transport"):
            record.payload[name][start:] = -np.inf
        record.payload["plain_h0_gradient"][start:] = 0.0
        record.payload["status"][start:] = 4
    return manifest, records


def task_lengths() -> Study:
    """Two cells over two lengths of a task and two initialisations, as for a training."""
    parts = []
    for label, kind, bias in (("RNN", "rnn", None), ("GRU", "gru", 0.0)):
        for length in (10, 40):
            for recurrent in ("uniform", "orthogonal"):
                swept = {"task.length": length, f"cells.{label}.init.recurrent": recurrent}
                one = entry(label, cell(kind, recurrent, bias), range(4), swept=swept)
                one["setting"]["task"] = {"kind": "adding", "length": length}
                parts.append((one, 0.5 if kind == "rnn" else 0.3))
    return study(parts, range(4))


STUDIES: dict[str, Callable[[], Study]] = {
    "thirteen series": synthetic.article,
    "one series": lambda: synthetic.few(count=1),
    "six series": lambda: synthetic.few(count=6),
    "one seed": lambda: synthetic.few(seeds=[0], count=3),
    "one length": lambda: study([(entry("RNN", cell("rnn"), range(3), lengths=np.asarray([50])), 0.5)], range(3)),
    "unfinished": unfinished,
    "gains": gains,
    "closed form": closed_form,
    "two axes": two_axes,
    "exact zeros": dead,
    "task lengths": task_lengths,
    "markup": lambda: titled(r"$\frac{ <b>100 % & _x^ \textbf{y} $$"),
    "other script": lambda: titled("门控循环单元 🙂\nsecond\tline"),
    "long title": lambda: titled("a very long title " * 12),
}
