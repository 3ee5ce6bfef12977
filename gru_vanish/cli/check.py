"""``check CONFIG``: what a run would do, or all that is wrong with the config."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from gru_vanish import engine
from gru_vanish.cli import memory, programs
from gru_vanish.cli.exits import Exit, RefusalError
from gru_vanish.cli.layout import cells
from gru_vanish.cli.output import printable, tell
from gru_vanish.cli.run import prepare_device, prepare_environment
from gru_vanish.cli.study import loaded
from gru_vanish.config import Loaded, resolved_lines
from gru_vanish.engine import Unit

WIDEST = 60


def check(config: str, overrides: Sequence[str], resolved: bool, allow_code: bool = False) -> int:
    """Tell the size of a study, or with ``resolved`` every value of it and where that came from."""
    prepare_environment()
    if allow_code:
        prepare_device()
    study = loaded(config, overrides, allow_code)
    tell("\n".join(resolution(study) if resolved else overview(study)))
    return Exit.done


def overview(study: Loaded) -> Iterator[str]:
    """Give the study in a few lines."""
    said = study.study
    units = engine.plan([one.setting for one in study.series], said.seeds, said.measure)
    compiled = {unit.program for unit in units}
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
    yield f"programs  {len(compiled)} to compile"
    yield from memory_lines(study, units)
    if said.claims:
        yield f"claims    {', '.join(one.id for one in said.claims)}"
    yield f"figures   {', '.join(said.figures) or 'none'}"


def memory_lines(study: Loaded, units: Sequence[Unit]) -> Iterator[str]:
    """Give what the units want and what is here; where they do not fit, what a run here would say."""
    try:
        prepare_device()
    except RefusalError as refusal:
        yield f"memory    unknown: {refusal.sentence}"
        return
    labels = programs.labels([(one.label, one.setting) for one in study.series], study.study.measure)
    found = memory.looked_at(units, None)
    yield f"memory    {memory.words(found)}"
    if found.short and not found.workers:
        yield "          a run here would be refused:"
        yield from (f"          {line}" for line in memory.shortage(found.short, labels))
    elif found.short:
        yield f"          so {found.workers} of {found.asked} workers would run here"


def resolution(study: Loaded) -> Iterator[str]:
    """Give every value as ``path: value  # origin``, the origins in one column where the values allow it."""
    lines = [
        (f"{path}: {json.dumps(value, ensure_ascii=False)}", origin) for path, value, origin in resolved_lines(study)
    ]
    column = min(WIDEST, max(cells(text) for text, _ in lines))
    for text, origin in lines:
        yield f"{text}{' ' * (column - cells(text))}  # {printable(origin)}"
