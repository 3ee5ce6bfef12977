"""``diagnose MODEL``: what happens to the gradient in a network that was trained elsewhere, on its own inputs."""

from collections.abc import Iterator, Sequence

from gru_vanish.analysis.diagnosis import Diagnosis, diagnoses
from gru_vanish.cli.conclude import folded, tell_json
from gru_vanish.cli.exits import Exit
from gru_vanish.cli.output import bold, printable, tell, width
from gru_vanish.cli.run import to_the_end
from gru_vanish.cli.signals import Signals
from gru_vanish.interface.carry_out import as_json
from gru_vanish.interface.conclude import Conclusion
from gru_vanish.interface.diagnose import Prepared, described, in_words, measured, opened, prepare
from gru_vanish.interface.model_config import Asked
from gru_vanish.models import Model
from gru_vanish.store import manifest_path
from gru_vanish.tables.layout import wrapped

LOSS = (
    "Each layer is looked at alone, on the inputs that it gets in this model; the loss is L = c·h_T with random c, one "
    "for each seed: that of your model is not known here."
)


def diagnose(asked: Asked, as_text: bool, signals: Signals) -> int:
    """Bring the weights into our convention, measure, and tell what was found; the study stays as a config."""
    model = opened(asked)
    if asked.inputs is None:
        tell("\n".join(overview(asked, model)))
        return Exit.done
    prepared = prepare(asked, model)
    ran, conclusion = to_the_end(measured(asked, prepared, signals), as_text, signals)
    found = diagnoses(conclusion.findings)
    if as_text:
        tell("\n".join(report(asked, prepared, found, conclusion)))
    else:
        told = {"config": str(prepared.config), "diagnoses": [each.as_json() for each in found]}
        tell_json({**as_json(ran, ran.code), **told})
    return ran.code


def overview(asked: Asked, model: Model) -> Iterator[str]:
    """Tell what is in a file, and what comes next."""
    yield bold(f"{printable(asked.model)}: {len(model.names)} recurrent layers and directions of {asked.framework}")
    yield from (f"  {words}" for words in in_words(asked, model).values())
    yield "to diagnose them: the same command with --inputs x.npy, sequences (T, features) or several of them"


def report(asked: Asked, prepared: Prepared, found: Sequence[Diagnosis], conclusion: Conclusion) -> Iterator[str]:
    """Give the facts of every layer, and the verdict."""
    sequences = prepared.sequences
    columns = width()
    samples, steps, size = sequences.values.shape
    yield bold(wrapped(f"{printable(asked.model)}, {asked.framework}", columns))
    shown = f"{samples} sequence{'s' if samples > 1 else ''} of {steps} steps, {size} numbers a step"
    yield wrapped(
        f"inputs: {printable(sequences.file)}, {shown}; {asked.precision}; {asked.seeds} seeds. {LOSS}", columns
    )
    layers = {one.label: one.layer for one in prepared.chosen}
    for each in found:
        yield ""
        yield bold(wrapped(described(layers[each.label]), columns))
        widest = max(len(fact.head) for fact in each.facts)
        yield from (wrapped(f"  {fact.head:<{widest}}  {fact.text}", columns) for fact in each.facts)
        yield wrapped(f"  → {each.verdict}", columns)
    yield ""
    yield from (wrapped(f"note: {printable(why)}", columns) for why in conclusion.undrawn)
    written = [prepared.config, manifest_path(asked.results, prepared.name), *conclusion.tables, *conclusion.figures]
    yield from (f"wrote {path}" for path in folded(written))
