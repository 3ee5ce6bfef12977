"""``diagnose MODEL``: what happens to the gradient in a network that was trained elsewhere, on its own inputs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from gru_vanish import store
from gru_vanish.analysis.diagnosis import Diagnosis, diagnoses
from gru_vanish.cli.conclude import folded, tell_json
from gru_vanish.cli.exits import Exit, RefusalError
from gru_vanish.cli.layout import wrapped
from gru_vanish.cli.model_config import Asked, Chosen, Sequences, study_name, unique_labels, write_config
from gru_vanish.cli.output import bold, printable, tell, width
from gru_vanish.cli.run import Options, Ran, as_json, carried_out
from gru_vanish.cli.signals import Signals
from gru_vanish.config import own_array
from gru_vanish.models import Layer, Model, ModelError, open_model

LOSS = (
    "Each layer is looked at alone, on the inputs that it gets in this model; the loss is L = c·h_T with random c, one "
    "for each seed: that of your model is not known here."
)


def diagnose(asked: Asked, signals: Signals) -> int:
    """Bring the weights into our convention, measure, and tell what was found; the study stays as a config."""
    model = opened(asked)
    if asked.inputs is None:
        tell("\n".join(overview(asked, model)))
        return Exit.done
    chosen = chosen_layers(asked, model)
    sequences = read_inputs(asked)
    name = asked.name or study_name(Path(asked.model).stem)
    config = write_config(asked, name, chosen, sequences)
    options = Options((), asked.results, (), False, asked.as_json, asked.workers, True)
    ran = carried_out(str(config), options, signals)
    found = diagnoses(ran.conclusion.findings)
    if asked.as_json:
        values = as_json(ran.tally, ran.manifest, ran.code, asked.results, ran.conclusion)
        tell_json({**values, "config": str(config), "diagnoses": [each.as_json() for each in found]})
    else:
        tell("\n".join(report(asked, name, chosen, sequences, found, ran, config)))
    return ran.code


def opened(asked: Asked) -> Model:
    """Return the layers of the file."""
    with refused(asked.model):
        return open_model(asked.model, asked.framework)


@contextmanager
def refused(file: str) -> Iterator[None]:
    """Turn what is wrong with a file into a refusal that names it."""
    try:
        yield
    except (OSError, ModelError, own_array.UnreadableError) as fault:
        reason = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
        raise RefusalError(Exit.usage, f"{printable(file)}: {reason}") from fault


def overview(asked: Asked, model: Model) -> Iterator[str]:
    """Tell what is in a file, and what comes next."""
    yield bold(f"{printable(asked.model)}: {len(model.names)} recurrent layers and directions of {asked.framework}")
    for name in model.names:
        try:
            yield f"  {described(model.layer(name, asked.said))}"
        except ModelError as fault:
            yield f"  {printable(str(fault))}"
    yield "to diagnose them: the same command with --inputs x.npy, sequences (T, features) or several of them"


def described(layer: Layer) -> str:
    """Return a layer in a line: its name, what it is, and its conventions."""
    fields = ", ".join(f"{key} {value}" for key, value in layer.fields.items() if key != "candidate_bias")
    turned = "; reads from the end" if layer.group.reverse else ""
    conventions = f"; {fields.replace('update_gate', 'z').replace('activation ', '')}" if fields else ""
    units = f"{layer.hidden} units, {layer.input_size} inputs"
    return f"{printable(layer.name)}: {layer.kind.upper()}, {units}{conventions}{turned}"


def chosen_layers(asked: Asked, model: Model) -> list[Chosen]:
    """Return the layers that are named, all where none is; with what lies below each."""
    names = list(dict.fromkeys(asked.layers or model.names))
    with refused(asked.model):
        layers = [model.layer(name, asked.said) for name in names]
        levels = list(dict.fromkeys(layer.group.level for layer in layers))
        labels = unique_labels(names)
        found = []
        for layer, label in zip(layers, labels, strict=True):
            below = tuple(levels[: levels.index(layer.group.level)]) if asked.stacked else None
            model.beneath(layer, below, asked.said)
            found.append(Chosen(layer, label, below))
    return found


def read_inputs(asked: Asked) -> Sequences:
    """Return the sequences as (samples, T, features); three axes need a word about their order."""
    assert asked.inputs is not None
    with refused(asked.inputs):
        content = own_array.read(asked.inputs, asked.entry)
        dimensions = own_array.dimensions(asked.inputs, asked.entry)
    values = content.values
    if dimensions == 3 and asked.batch_first is None:
        first, second, third = values.shape
        raise RefusalError(
            Exit.usage,
            f"{printable(asked.inputs)} has the shape ({first}, {second}, {third}): say --batch-first if that is "
            f"{first} sequences of {second} steps, --time-first if it is {second} sequences of {first} steps",
        )
    turned = dimensions == 3 and asked.batch_first is False
    return Sequences(asked.inputs, asked.entry, np.swapaxes(values, 0, 1) if turned else values, not turned)


def report(
    asked: Asked,
    name: str,
    chosen: Sequence[Chosen],
    sequences: Sequences,
    found: Sequence[Diagnosis],
    ran: Ran,
    config: Path,
) -> Iterator[str]:
    """Give the facts of every layer, and the verdict."""
    columns = width()
    samples, steps, size = sequences.values.shape
    yield bold(wrapped(f"{printable(asked.model)}, {asked.framework}", columns))
    shown = f"{samples} sequence{'s' if samples > 1 else ''} of {steps} steps, {size} numbers a step"
    yield wrapped(
        f"inputs: {printable(sequences.file)}, {shown}; {asked.precision}; {asked.seeds} seeds. {LOSS}", columns
    )
    layers = {one.label: one.layer for one in chosen}
    for each in found:
        yield ""
        yield bold(wrapped(described(layers[each.label]), columns))
        widest = max(len(fact.head) for fact in each.facts)
        yield from (wrapped(f"  {fact.head:<{widest}}  {fact.text}", columns) for fact in each.facts)
        yield wrapped(f"  → {each.verdict}", columns)
    yield ""
    yield from (wrapped(f"note: {printable(why)}", columns) for why in ran.conclusion.undrawn)
    written = [config, store.manifest_path(asked.results, name), *ran.conclusion.tables, *ran.conclusion.figures]
    yield from (f"wrote {path}" for path in folded(written))
