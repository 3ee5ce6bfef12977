"""The charts that a study's measures allow, each with its words, its controls and a still picture."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gru_vanish.analysis import Findings, Named, SeriesTable
from gru_vanish.analysis.claims.gradient_forms import gradient_forms
from gru_vanish.report import signals
from gru_vanish.report.blocks import Block, Panel, Switch, logarithmic
from gru_vanish.report.captions import flow_caption, gradient_caption, gradient_words
from gru_vanish.report.compiled import PANEL_WIDTH, Spec, compiled, still_png, still_svg
from gru_vanish.report.data import CURVES, FORM_LINES, SERIES, Table, curve_table, form_table, series_table
from gru_vanish.report.decades import frame_of
from gru_vanish.report.flow_chart import flow_chart, scale_marks
from gru_vanish.report.flow_table import CELLS, FLOWS, FlowTables, flow_tables
from gru_vanish.report.gradient_chart import gradient_chart
from gru_vanish.report.learning_chart import LEARNING, learning_chart, learning_table, positive_ends
from gru_vanish.report.look import Colours
from gru_vanish.report.networks import Network, networks, series_of
from gru_vanish.report.path_chart import PATHS, path_chart, path_table
from gru_vanish.report.rate_chart import Quantity, logarithmic_ends, quantities, rate_chart
from gru_vanish.report.sliders import Slider, sliders

CHARTED = ("gradient_vs_length", "decay_rate_vs_axis", "flow_map")
"""The figures whose numbers a chart of the page shows."""
DERIVATIVES = (("false", "total, dL_T/dh_t"), ("true", "direct, ∂L_T/∂h_t"))
MOST_QUANTITIES = 4
"""Charts of the decay rate; a study that sweeps more has sliders for all of them."""


@dataclass(frozen=True)
class Charts:
    """All charts of a page; ``specs`` and ``tables`` are what its script draws them from."""

    findings: Findings
    specs: dict[str, Spec] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)

    @cached_property
    def series(self) -> Sequence[Named]:
        """The series of the study."""
        return series_of(self.findings)

    @cached_property
    def networks(self) -> tuple[Network, ...]:
        """The cells of the study."""
        return networks(self.findings)

    @cached_property
    def sliders(self) -> tuple[Slider, ...]:
        """A slider for every swept axis."""
        return sliders(self.series)

    @cached_property
    def colours(self) -> Colours:
        """The colours of the networks."""
        return Colours(len(self.networks))

    @cached_property
    def measured(self) -> list[SeriesTable]:
        """The series with a curve of the h0 gradient."""
        return [one for one in self.findings.headline.series if one.curves] if self.findings.has_headline else []

    @cached_property
    def flows(self) -> FlowTables | None:
        """The flow maps, None where none is measured."""
        return flow_tables(self.findings.of("flow_map").series) if "flow_map" in self.findings.measures else None

    @cached_property
    def start(self) -> dict[int, Named]:
        """The series of every network at which all sliders begin; none where the sweep leaves that out."""
        found: dict[int, Named] = {}
        place = {network.label: network.place for network in self.networks}
        for index, one in enumerate(self.series):
            if all(slider.places[index] in (-1, slider.start) for slider in self.sliders):
                found.setdefault(place[one.label], one)
        return found

    @cached_property
    def blocks(self) -> list[Block]:
        """The charts in the order of the page; the tables come first, as all charts read them."""
        self.tables[SERIES] = series_table(self.networks, self.series, self.sliders)
        return [*self._gradient(), *self._rates(), *self._flows(), *self._paths(), *self._learning()]

    def _named(self, network: int) -> str:
        one = self.start.get(network)
        return self.networks[network].name if one is None else one.name.short

    def _gradient(self) -> Iterator[Block]:
        if not self.measured:
            return
        frame, forms = frame_of(self.measured), gradient_forms(self.findings)
        self.tables[CURVES] = curve_table(self.findings)
        if forms:
            self.tables[FORM_LINES] = form_table(forms)
        alt = gradient_words(frame, [one for one in self.start.values() if isinstance(one, SeriesTable)])
        spec = self._spec("gradient", compiled(gradient_chart(frame, self.sliders, self.colours, bool(forms)), alt))
        switches = [
            logarithmic(signals.LOG_GRADIENT, "gradient", True),
            logarithmic(signals.LOG_LENGTH, "length", frame.logarithmic),
        ]
        if self.sliders:
            switches.append(Switch(signals.ALL_VALUES, "show the other swept values", "true"))
        if forms:
            switches.append(Switch(signals.FORMS, "closed forms", "true"))
        names = dict.fromkeys(line.form for lines in forms.values() for line, _ in lines)
        yield Block(
            id="gradient",
            title="The gradient by the first state, against the length",
            caption=gradient_caption(frame, tuple(names)),
            quantity="‖∂L/∂h_0‖",
            spec="gradient",
            still=still_svg(spec, self.tables),
            alt=alt,
            switches=tuple(switches),
        )

    def _rates(self) -> Iterator[Block]:
        if not any(one.rate.whole is not None for one in self.measured):
            return
        ends = logarithmic_ends(self.measured)
        for place, of in enumerate(quantities(self.sliders)[:MOST_QUANTITIES]):
            yield self._rate(f"rate-{place}", of, ends)

    def _rate(self, name: str, of: Quantity, ends: tuple[float, float] | None) -> Block:
        alt = f"Decay rate in nats per step against {of.title}, from {of.words[0]} to {of.words[-1]}."
        spec = self._spec(name, compiled(rate_chart(of, self.sliders, self.colours, ends), alt))
        return Block(
            id=name,
            title=f"The decay rate, against the {of.title}",
            caption="Mean over seeds with its 95 % interval; a level is a network that this does not move. "
            "A ring marks where the sliders stand.",
            quantity="decay rate (nats per step); above 0 the gradient vanishes",
            spec=name,
            still=still_svg(spec, self.tables),
            alt=alt,
            switches=(logarithmic(signals.LOG_RATE, "rate", True),) if ends else (),
        )

    def _flows(self) -> Iterator[Block]:
        flows = self.flows
        if flows is None:
            return
        self.tables.update({FLOWS: flows.flows, CELLS: flows.cells})
        alt = "Flow map: the norm of dL_T/dh_t by length T, across, and steps back from T, upwards."
        spec = self._spec("flow", compiled(flow_chart(flows, self.sliders), alt, PANEL_WIDTH))
        there = {self.series[index].label for index in flows.flows["series"]}
        panels = [
            Panel(one.place, name := self._named(one.place), self._still_flow(spec, one.place), f"{alt} {name}")
            for one in self.networks
            if one.label in there
        ]
        yield Block(
            id="flow",
            title="The gradient by every state on the way",
            caption=flow_caption(flows),
            quantity="norm of the derivative by h_t",
            spec="flow",
            switches=(Switch(signals.DIRECT, "derivative", "false", DERIVATIVES),),
            panels=tuple(panels),
            scale=tuple(scale_marks(flows)),
        )

    def _still_flow(self, spec: Spec, network: int) -> str:
        given = [{**one, "value": network} if one["name"] == signals.NETWORK else one for one in spec["signals"]]
        return still_png({**spec, "signals": given}, self.tables)

    def _paths(self) -> Iterator[Block]:
        if "path_shares" not in self.findings.measures:
            return
        table = path_table(self.findings.of("path_shares").rows())
        if not table["series"]:
            return
        self.tables[PATHS] = table
        labels = {self.series[index].label for index in table["series"]}
        alt = f"Bars: the share of every gate path in the gradient at T = {max(table['length'])}."
        spec = self._spec("paths", compiled(path_chart(table, len(labels), self.sliders), alt))
        yield Block(
            id="paths",
            title="Through which paths the gradient flows",
            caption=f"Shares of the uses of the old state over all steps at T = {max(table['length'])}, mean over "
            "seeds. They add up to 1; a negative one opposes the others.",
            quantity="",
            spec="paths",
            still=still_svg(spec, self.tables),
            alt=alt,
        )

    def _learning(self) -> Iterator[Block]:
        table = learning_table(self.findings.of("training").series) if "training" in self.findings.measures else {}
        if not table.get("series"):
            return
        self.tables[LEARNING] = table
        alt = f"Curves of the loss on the test draw against the optimizer's steps, up to {max(table['step'])}."
        spec = self._spec("learning", compiled(learning_chart(table, self.sliders, self.colours), alt))
        switches = [logarithmic(signals.LOG_LOSS, "loss", True)] if positive_ends(table) else []
        if self.sliders:
            switches.append(Switch(signals.ALL_VALUES, "show the other swept values", "true"))
        yield Block(
            id="learning",
            title="What was learnt, and how soon",
            caption="Median over seeds of the loss on the test draw; band: order-statistic interval of that median. "
            "Over the seeds that have not diverged by then.",
            quantity="test loss",
            spec="learning",
            still=still_svg(spec, self.tables),
            alt=alt,
            switches=tuple(switches),
        )

    def _spec(self, name: str, spec: Spec) -> Spec:
        self.specs[name] = spec
        return spec

    def data(self) -> Mapping[str, Any]:
        """Return what the page's script reads."""
        return {
            "charts": self.specs,
            "tables": self.tables,
            "sliders": [one.words for one in self.sliders],
            "networks": [one.name for one in self.networks],
        }
