"""The signals by which the controls of the page move its charts: their names, and the expressions that read them."""

from collections.abc import Collection, Sequence

import altair as alt

from gru_vanish.report.sliders import Slider

HIDDEN = "hidden"
"""The places of the networks that were clicked away."""
ALL_VALUES = "all_values"
"""Whether the other values of a sweep are shown faintly."""
LOG_LENGTH, LOG_GRADIENT, LOG_RATE, LOG_LOSS = "log_length", "log_gradient", "log_rate", "log_loss"
FORMS, DIRECT = "forms", "direct"
"""Whether closed forms are drawn, and whether a map shows the direct derivative."""
NETWORK = "network"
"""The place of the network that a chart of one network shows."""


def axis(index: int) -> str:
    """Return the signal of a slider."""
    return f"axis_{index}"


def parameters(sliders: Sequence[Slider], **more: bool | float) -> list[alt.Parameter]:
    """Return the parameters of a chart: those of every slider, what is hidden, and its own."""
    axes = {axis(index): one.start for index, one in enumerate(sliders)}
    own = {**axes, ALL_VALUES: True, **more}
    return [alt.param(name=HIDDEN, value=[]), *(alt.param(name=name, value=value) for name, value in own.items())]


def layered(
    layers: Sequence[alt.Chart], sliders: Sequence[Slider], height: float, **more: bool | float
) -> alt.TopLevelMixin:
    """Return the layers as one chart as wide as its place in the page, with its parameters."""
    return alt.layer(*layers).add_params(*parameters(sliders, **more)).properties(width="container", height=height)


def found_by_pointer(points: alt.Chart, fields: Sequence[str]) -> alt.Chart:
    """Return points of which only the one nearest to the pointer is drawn, and told of."""
    near = alt.selection_point(
        name="near", on="pointerover", clear="pointerout", nearest=True, empty=False, fields=list(fields)
    )
    shown = alt.when(near).then(alt.value(1)).otherwise(alt.value(0))
    # A name of its own: Altair would draw one by chance, and two pages of one study would differ.
    return points.encode(opacity=shown).properties(name="points").add_params(near)


def selected(sliders: Sequence[Slider], free: Collection[int] = ()) -> str:
    """Return whether a series is where all sliders but the ``free`` ones stand, as an expression."""
    tests = [
        f"(datum.a{index} < 0 || datum.a{index} == {axis(index)})" for index in range(len(sliders)) if index not in free
    ]
    return " && ".join(tests) or "true"


def present() -> str:
    """Return whether a series' network was not clicked away, as an expression."""
    return f"indexof({HIDDEN}, datum.label) < 0"
