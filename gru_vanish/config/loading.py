"""The one way in: a path and ``--set`` options -> a validated study and its series, or all errors at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gru_vanish.analysis.claims import BoundClaim
from gru_vanish.config.claims import claims_of
from gru_vanish.config.drawable import check_figures
from gru_vanish.config.errors import ConfigError, Problem
from gru_vanish.config.given import Given
from gru_vanish.config.last_step import check_losses
from gru_vanish.config.layers import load_tree
from gru_vanish.config.origins import leaves, origins
from gru_vanish.config.parts import Parts, parts, with_defaults
from gru_vanish.config.points import check_size
from gru_vanish.config.reader import SourceFile
from gru_vanish.config.series import Expansion, Series
from gru_vanish.config.study import MAX_UNITS, Study
from gru_vanish.config.sweep import Sweep, parse_sweep
from gru_vanish.config.vocabulary import Vocabulary, vocabulary


@dataclass(frozen=True)
class Loaded:
    """A study that may be run, and where every word of it came from."""

    study: Study
    series: tuple[Series, ...]
    origins: Mapping[str, str]
    """Origin of each resolved leaf by dotted path: ``file:line``, ``--set …``, ``preset …``, ``default``."""
    sources: tuple[SourceFile, ...]
    """The config and the files it extends, each with the SHA-256 of its bytes."""
    claims: tuple[BoundClaim, ...] = ()
    """What the study claims, bound to its series."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the config file's own bytes."""
        return self.sources[0].sha256


def load(
    given: Given,
    overrides: Sequence[str] = (),
    words: Vocabulary | None = None,
    allow_code: bool = False,
) -> Loaded:
    """Read, merge, validate and expand a study, from a file or a `Text`.

    ``overrides`` are texts ``a.b=value``; later ones win.

    With ``allow_code`` the Python files that the config names as cells are executed; without it they are a problem.

    Raises:
        ConfigError: with every problem that could be found, each at its place.
    """
    words = replace(words or vocabulary(), allow_code=allow_code)
    problems: list[Problem] = []
    tree, sources = load_tree(given, overrides, problems)
    tree = with_defaults(tree)
    blocks = parts(tree, words, problems)
    in_sweep: list[Problem] = []
    sweep = parse_sweep(tree, blocks, in_sweep)
    series: tuple[Series, ...] = ()
    if not in_sweep and _fits(blocks, sweep, in_sweep):
        series = Expansion(tree, blocks, sweep, words, in_sweep, frozenset(problems)).series()
    if blocks.frame is not None and not any(one.path.startswith("measure") for one in problems):
        check_figures(tree, blocks.frame, series, words, problems)
        check_losses(tree, series, words, problems)
    claims = claims_of(tree, blocks, series, problems)
    if problems := [*problems, *in_sweep]:
        raise ConfigError(problems)
    study = blocks.study(sweep.as_values(), [one.claim for one in claims])
    return Loaded(study, series, origins(study.resolved(), tree, words), sources, claims)


def resolved_lines(loaded: Loaded) -> list[tuple[str, Any, str]]:
    """Every resolved leaf as (dotted path, value, origin), in the order of a config."""
    return [(path, value, loaded.origins[path]) for path, value in leaves(loaded.study.resolved())]


def _fits(blocks: Parts, sweep: Sweep, problems: list[Problem]) -> bool:
    """Whether the sweep has few enough points to be written out."""
    labels, frame = list(blocks.cells), blocks.frame
    if frame is None:
        return check_size(sweep, labels, 1, 1, MAX_UNITS, problems)
    return check_size(sweep, labels, len(frame.seeds), len(frame.measure), frame.max_units, problems)
