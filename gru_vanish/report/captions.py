"""The words below the charts' titles, and what a chart shows for those who can not see it."""

from collections.abc import Sequence

from gru_vanish.analysis import SeriesTable
from gru_vanish.analysis.decades import DECADE
from gru_vanish.report.decades import Frame
from gru_vanish.report.flow_table import FlowTables
from gru_vanish.report.wording import power


def gradient_caption(frame: Frame, forms: Sequence[str] = ()) -> str:
    """Return what the curves are; ``forms`` are the names of the closed forms among them."""
    parts = ["Median over seeds of the mean of the logarithm over samples."]
    parts.append("Band: order-statistic interval of that median.")
    parts.append("A ring marks the first length where plain code reads 0 in half of the samples.")
    if forms:
        parts.append(f"Thin and dashed: closed form of a claim ({', '.join(forms)}).")
    if frame.cut:
        parts.append(f"The axis ends at {power(frame.bottom)}; curves go on below it.")
    return " ".join(parts)


def flow_caption(flows: FlowTables) -> str:
    """Return what a map shows."""
    parts = ["Across: the length T of the sequence. Upwards: steps back from T, from the loss to h_0 at the top."]
    parts.append(f"Median over seeds{'; neighbouring steps share a cell where they are narrow' * flows.thinned}.")
    if any(map(any, flows.flows["plain_zero"])):
        parts.append("Above the white line plain code reads 0.")
    parts.append("The direct derivative holds every other state fixed: where nothing is drawn it is exactly 0.")
    return " ".join(parts)


def gradient_words(frame: Frame, series: Sequence[SeriesTable]) -> str:
    """Return what the chart shows at first, for those who can not see it."""
    ends = [
        f"{one.name.short}: 10^{float(one.typical.median[-1]) / DECADE:.3g} at T = {int(one.lengths[-1])}"
        for one in series
        if one.curves
    ]
    first = f"Curves of the norm of dL/dh_0 against the length T, from {frame.shortest} to {frame.longest}."
    return " ".join([first, *(f"{end}." for end in ends)])
