"""``draw``: tables and figures again, for any venue, from the store alone; jax is not imported."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gru_vanish.analysis import Findings
from gru_vanish.interface.caller import Caller, asked
from gru_vanish.interface.conclude import DRAWING, Conclusion, Drawing, conclude
from gru_vanish.interface.host import Host
from gru_vanish.interface.known_study import manifest_of, place_of, require_any, require_known, say_unfinished
from gru_vanish.interface.refusals import Exit, RefusalError
from gru_vanish.interface.study import listed
from gru_vanish.interface.study_result import StudyResult

if TYPE_CHECKING:
    from gru_vanish.figures import ShownFigure


@dataclass(frozen=True)
class Wanted:
    """What is said of the pictures."""

    figures: Sequence[str]
    panels: Sequence[Sequence[str]]
    """each several figures"""
    venue: str
    width: str
    formats: Sequence[str]


@dataclass(frozen=True, repr=False)
class DrawResult(StudyResult):
    """Figures of a study, drawn again."""

    tables_written: tuple[Path, ...]
    figures_written: tuple[Path, ...]
    undrawn: tuple[str, ...]
    """why others were not drawn"""
    wanted: Drawing

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file that was written."""
        return (*self.tables_written, *self.figures_written)

    def figures(self) -> "dict[str, ShownFigure]":
        """Return the figures by name: a notebook shows them, and ``figure`` of each is matplotlib's own."""
        return figures_of(self.findings, self.wanted)

    def _facts(self) -> list[str]:
        return [f"{len(self.figures_written)} files of figures", *super()._facts()]

    def _repr_html_(self) -> str:
        """The pictures, as a notebook shows them, then the tables."""
        from gru_vanish.interface.html import pictures

        return pictures(self.figures_written) + super()._repr_html_()


def draw(
    study: str | StudyResult,
    *,
    results: str | Path = "results",
    figure: str | Sequence[str] = (),
    panel: Sequence[str] | Sequence[Sequence[str]] = (),
    venue: str = "screen",
    width: str = "full",
    formats: str | Sequence[str] = ("pdf", "svg", "png"),
) -> DrawResult:
    """Make tables and figures again from what is stored, for a paper, slides or a screen.

    Args:
        study: its name, or what `run` has given.
        results: the folder of all results.
        figure: those to be drawn; default: those of its config, else all that there are.
        panel: several figures as one with letters: ``["gradient_vs_length", "flow_map"]``, or several such lists.
        venue: whose widths and letters; for others than ``"screen"`` the files go to ``figures/VENUE-WIDTH``.
        width: ``"full"`` or ``"column"``.
        formats: of pdf, svg and png.

    Raises:
        RefusalError: no record yet, an unknown word, or a figure that was named and can not be drawn.
        StoreError: there is no such study, or its manifest is damaged.
    """
    name, root = place_of(study, results)
    wanted = Wanted(listed(figure), panels_of(panel), venue, width, words_of(formats))

    def work(caller: Caller) -> DrawResult:
        done, drawing = drawn(name, root, wanted, caller)
        files = tuple(done.tables), tuple(done.figures), tuple(done.undrawn)
        return DrawResult(done.findings, root, (*caller.remarks, *done.remarks), *files, drawing)

    return asked(work, computes=False)


def panels_of(panel: Sequence[str] | Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Return each panel as names: ``"A,B"``, one list of names, or several."""
    if isinstance(panel, str):
        return [words_of(panel)]
    if panel and all(isinstance(one, str) and "," not in one for one in panel):
        return [[str(one) for one in panel]]
    return [words_of(one) for one in panel]


def words_of(words: str | Sequence[str]) -> list[str]:
    """Return words; in a text there are commas between them."""
    return [word.strip() for word in words.split(",") if word.strip()] if isinstance(words, str) else list(words)


def drawn(name: str, results: Path, wanted: Wanted, host: Host) -> tuple[Conclusion, Drawing]:
    """Draw the figures of a study: those named, else its own, else all that there are."""
    named = asked_for(wanted)
    manifest = manifest_of(name, results)
    require_known(manifest, name)
    by_name = bool(named.figures or named.panels)
    own = () if by_name else asked_for(replace(wanted, figures=manifest.get("figures") or ())).figures
    drawing = named if by_name else replace(named, figures=own or suited(manifest))
    conclusion = conclude(results, manifest, drawing, host)
    require_any(conclusion.findings)
    if by_name and conclusion.undrawn:
        raise RefusalError(Exit.usage, "\n".join(conclusion.undrawn))
    if not by_name and not own:
        conclusion.undrawn.clear()  # nobody has asked for these
    say_unfinished(conclusion.findings, host)
    return conclusion, drawing


def suited(manifest: Mapping[str, Any]) -> list[str]:
    """Return every figure whose measures the study takes."""
    from gru_vanish.figures import FIGURES

    return [name for name, figure in FIGURES.items() if set(figure.measures) <= set(manifest["measures"])]


def asked_for(wanted: Wanted) -> Drawing:
    """Return what is to be drawn; raise `RefusalError` for a word that is none, with the nearest."""
    from gru_vanish import figures

    try:
        panels = [[figures.known("figure", name, figures.FIGURES) for name in one] for one in wanted.panels]
        for names in panels:
            figures.require_panel(names)
        return Drawing(
            [figures.known("figure", name, figures.FIGURES) for name in wanted.figures],
            panels,
            figures.page_of(wanted.venue, wanted.width),
            [figures.known("format", kind, figures.FORMATS) for kind in wanted.formats],
        )
    except LookupError as fault:
        raise RefusalError(Exit.usage, str(fault.args[0])) from fault


def figures_of(findings: Findings, drawing: Drawing) -> "dict[str, ShownFigure]":
    """Return figures as matplotlib has them, laid out for the page; those that can not be drawn are left out."""
    from gru_vanish import figures

    page, found = drawing.page or figures.DEFAULT, dict[str, figures.ShownFigure]()
    for names in [*([name] for name in drawing.figures), *drawing.panels]:
        with DRAWING, contextlib.suppress(figures.NotDrawableError):
            alone = len(names) == 1
            one = figures.picture_of(names[0], findings, page) if alone else figures.panel_of(names, findings, page)
            found |= {each.name: each for each in figures.shown(one, page)}
    return found
