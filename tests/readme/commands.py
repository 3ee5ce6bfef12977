"""What a test runs for each command of the pages: the same words, with placeholders filled in, at a small size."""

SMALL = "--set seeds=5 --set lengths=[1,10,40] --set inputs.batch=2"
"""Of any study."""
ARTICLE = f"{SMALL} --set cells.RNN.hidden=4 --only RNN"  # the rest of it compiles three more programs
BIAS = f"bias.yaml {SMALL} --set cells.RNN.hidden=4 --set cells.GRU.hidden=4"
OWN = f"{SMALL} --set cells.Leaky.hidden=4 --set figures=[] --only Leaky"
DASK = f"run {BIAS} --only RNN --executor dask"
MODEL = "diagnose model.safetensors --framework torch"

RUN: dict[str, tuple[str, ...]] = {
    "--version": ("--version",),
    "COMMAND --help": ("run --help",),
    "init": ("init", "check study.yaml"),
    "check bias.yaml": ("check bias.yaml",),
    "check CONFIG": ("check bias.yaml --set seeds=3",),
    "check CONFIG --resolved": ("check bias.yaml --resolved",),
    "run bias.yaml": (f"run {BIAS}",),
    "report bias": ("report bias",),
    "run CONFIG": (f"run {BIAS} --json",),
    "run CONFIG --dry-run": (f"run {BIAS} --dry-run",),
    "run configs/article.yaml": (f"run configs/article.yaml {ARTICLE}",),
    "run experiments/03_own_cell/own_cell.yaml --allow-code": (
        f"run experiments/03_own_cell/own_cell.yaml --allow-code {OWN}",
    ),
    "draw NAME": (
        "draw bias --venue icml --width column --format pdf,svg,png --panel gradient_vs_length,decay_rate_vs_axis",
    ),
    "report NAME": ("report bias --output page.html",),
    "export NAME": ("export bias --to csv --to parquet --to json --to latex --to markdown --columns",),
    "export --oracle DIR": ("export --oracle exact --cell rnn",),
    "compare A B": ("compare bias article --results-b results",),
    "verify NAME": ("verify bias --all", "verify bias --sample 1 --files ."),
    MODEL: (MODEL,),
    "diagnose MODEL": (MODEL,),
    "list": ("list",),
    "list frameworks": ("list frameworks",),
    "list presets": ("list presets",),
    "list cells gru": ("list cells gru",),
    "list measures flow_map": ("list measures flow_map",),
    "list tasks": ("list tasks",),
    "list predicates": ("list predicates",),
    "list metrics": ("list metrics",),
    "schema": ("schema",),
    # With a scheduler and with Slurm's commands it is run in tests/workers.
    "run CONFIG --executor dask [--workers N]": (f"{DASK} --workers 1 --results elsewhere",),
    "run CONFIG --executor dask --scheduler tcp://HOST:PORT": (
        f"{DASK} --scheduler tcp://127.0.0.1:8786 --results new --dry-run",
        f"{DASK} --scheduler scheduler.json --results new --dry-run",
    ),
    "run CONFIG --executor dask --slurm partition=gpu --slurm gres=gpu:1 --slurm time=4:00:00 --host INTERFACE --workers 20": (  # noqa: E501
        f"{DASK} --slurm partition=gpu --slurm gres=gpu:1 --slurm time=4:00:00 --host 127.0.0.1 --workers 20 "
        "--results new --dry-run",
    ),
}
"""By the words after `gru-vanish`, in the order in which they are run."""

ELSEWHERE = {
    f"{MODEL} --inputs x.npy --batch-first": "cli/test_diagnose.py",
    "doctor": "cli/test_doctor.py",
}
"""Commands that are dear, and run by other tests."""

SPOKEN_OF = {"check"}
"""Commands that the text also names without what they take."""

TRAINED = "--set seeds=2 --set task.length=6 --set training.steps=4 --set cells.RNN.hidden=4 --only RNN"
PIECES = {
    "cells:\n  mine:": ("--allow-code", ""),
    "claims:": ("", f"{SMALL} --set cells.RNN.hidden=4 --set cells.GRU.hidden=4 --set figures=[] --strict"),
    "schema: 1\nname: adding": ("", f"{TRAINED} --set training.observe=[] --set figures=[training_curves]"),
}
"""How blocks of YAML are checked and run, by how they begin: options of both, then of `run`. Others are checked."""
