"""Pages of studies whose numbers are known, and the browser that opens them."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from gru_vanish.analysis import Findings
from gru_vanish.report import TextTable, Witness, document
from tests.analysis import synthetic
from tests.analysis.payloads import with_measures
from tests.analysis.synthetic import Study, reader

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOSTILE = "<script>window.taken=1</script><img src=x onerror=window.taken=2><b>bold</b> & \"'</title>]]>"
EQUATIONS = {
    "RNN": "a_t = W h_(t-1) + U x_t + b\nh_t = tanh(a_t)",
    "GRU": "z_t = sigma(W_z h_(t-1))\nh_t = (1 - z_t) * h_(t-1)",
}


def page_of(made: Study, measures: Sequence[str] = ()) -> str:
    """The page of a study, with these measures beside the h0 gradient."""
    manifest, records = with_measures(made, measures) if measures else made
    witness = Witness(reader(records))
    findings = Findings({"equations": EQUATIONS, **manifest}, witness)
    table = TextTable("A table", "What it holds.", [("", "series"), ("rate", "nats")], [("RNN", "0.61")], ["a note"])
    return document(findings, witness, "T = 1 … 1000", [table], [])


def swept() -> str:
    """The article's thirteen series with flow maps and path shares: two sliders, and every kind of chart."""
    return page_of(synthetic.article(seeds=range(3)), ["flow_map", "path_shares"])


@contextmanager
def browser() -> Iterator[Browser]:
    """A real browser without a window; the test is left out where there is none."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("no Chromium on this machine: install the system's package `chromium`")
    with sync_playwright() as playwright:
        # No sandbox: in a container, and for root, there is none to be had; what is opened is our own page.
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield opened
        finally:
            opened.close()


@dataclass
class Opened:
    """A page in the browser, and what it asked for and complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@contextmanager
def opened(browser: Browser, file: Path, scripts: bool = True, **context: object) -> Iterator[Opened]:
    """Open a file; with its scripts, wait until its charts are drawn."""
    tab = browser.new_context(java_script_enabled=scripts, **context)  # type: ignore[arg-type]
    found = Opened(tab.new_page())
    found.page.on("request", lambda request: found.requests.append(request.url))
    found.page.on("console", lambda message: found.complaints.append(message.text))
    found.page.on("pageerror", lambda fault: found.complaints.append(str(fault)))
    found.page.goto(file.as_uri())
    if scripts:
        found.page.wait_for_function("document.documentElement.dataset.drawn !== undefined")
    try:
        yield found
    finally:
        tab.close()
