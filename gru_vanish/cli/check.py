"""``check CONFIG``: what a run would do, or all that is wrong with the config."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from gru_vanish.cli.exits import Exit
from gru_vanish.cli.output import printable, tell
from gru_vanish.cli.signals import Signals
from gru_vanish.config import Loaded, resolved_lines
from gru_vanish.interface import memory
from gru_vanish.interface.check import Checked, checked
from gru_vanish.interface.config import read
from gru_vanish.tables.layout import cells

WIDEST = 60


def check(config: str, overrides: Sequence[str], resolved: bool, allow_code: bool, signals: Signals) -> int:
    """Tell the size of a study, or with ``resolved`` every value of it and where that came from."""
    study = read(config, overrides, allow_code, signals)
    tell("\n".join(resolution(study) if resolved else overview(checked(study, signals))))
    return Exit.done


def overview(found: Checked) -> Iterator[str]:
    """Give the study in a few lines."""
    study, units = found.study, found.units
    said = study.study
    labels = Counter(one.label for one in study.series)
    yield f"{said.name}: the config is sound"
    if said.question:
        yield f"question  {printable(said.question)}"
    yield f"series    {', '.join(label if n == 1 else f'{label} × {n}' for label, n in labels.items())}"
    planned = len(study.series) * len(said.seeds) * len(said.measure)
    product = f"{len(study.series)} series × {len(said.seeds)} seeds × {len(said.measure)} measure"
    shared = f", {len(units)} of them different" if len(units) < planned else ""
    yield f"units     {product}{'' if len(said.measure) == 1 else 's'} = {planned}{shared}"
    if said.lengths is not None:
        yield f"lengths   {len(said.lengths)}, T = {said.lengths[0]} … {said.lengths[-1]}"
    yield f"programs  {len(found.programs)} to compile"
    yield from memory_lines(found)
    if said.claims:
        yield f"claims    {', '.join(one.id for one in said.claims)}"
    yield f"figures   {', '.join(said.figures) or 'none'}"


def memory_lines(found: Checked) -> Iterator[str]:
    """Give what the units want and what is here; where they do not fit, what a run here would say."""
    fit = found.fit
    if fit is None:
        yield f"memory    unknown: {found.without_device}"
        return
    yield f"memory    {memory.words(fit)}"
    if fit.short and not fit.workers:
        yield "          a run here would be refused:"
        yield from (f"          {line}" for line in memory.shortage(fit.short, found.labels))
    elif fit.short:
        yield f"          so {fit.workers} of {fit.asked} workers would run here"


def resolution(study: Loaded) -> Iterator[str]:
    """Give every value as ``path: value  # origin``, the origins in one column where the values allow it."""
    lines = [
        (f"{path}: {json.dumps(value, ensure_ascii=False)}", origin) for path, value, origin in resolved_lines(study)
    ]
    column = min(WIDEST, max(cells(text) for text, _ in lines))
    for text, origin in lines:
        yield f"{text}{' ' * (column - cells(text))}  # {printable(origin)}"
