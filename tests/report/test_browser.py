"""The page in a real browser: it draws, it moves, it asks nobody for anything."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.analysis.synthetic import cell, entry, study
from tests.figures.studies import closed_form
from tests.report import pages
from tests.report.pages import HOSTILE, Opened, opened, page_of

CHARTS = 1 + 1 + 5 + 1
"""Curves, rates, a flow map for every network, path shares."""
AS_OPENED = """() => {
    for (const one of document.querySelectorAll('[data-signal]')) {
        one.value = one.defaultValue;
        one.checked = one.defaultChecked;
        one.dispatchEvent(new Event('input'));
    }
    document.querySelectorAll('.network[aria-pressed=false]').forEach(one => one.click());
    document.activeElement.blur();
    scrollTo(0, 0);
}"""
"""What brings every control back."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pages.browser() as found:
        yield found


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(pages.swept(), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def shared(browser: Browser, file: Path) -> Iterator[Opened]:
    with opened(browser, file, viewport={"width": 1200, "height": 900}) as found:
        yield found


@pytest.fixture
def swept(shared: Opened) -> Opened:
    """The one page that most tests use, everything as it opens."""
    shared.page.emulate_media(color_scheme="light", media="screen")
    shared.page.evaluate(AS_OPENED)
    shared.page.mouse.move(0, 0)
    shared.page.wait_for_timeout(100)
    return shared


def lines(page: Page) -> list[str]:
    """The curves of the gradient chart, as they are drawn."""
    return page.eval_on_selector_all(
        "#gradient .mark-line path", "found => found.map(one => one.getAttribute('d')).filter(one => one)"
    )


def fills(page: Page, network: int) -> list[str]:
    """The colours of a network's flow map, cell by cell."""
    return page.eval_on_selector_all(
        f"#flow [data-network='{network}'] .mark-rect path", "found => found.map(one => one.getAttribute('fill'))"
    )


def told(page: Page) -> str:
    """What stands beside the pointer."""
    tip = page.locator("#vg-tooltip-element.visible")
    tip.wait_for(timeout=5000)
    return str(tip.inner_text())


def slide(page: Page, slider: int, key: str) -> None:
    page.focus(f"#slider-{slider}")
    page.keyboard.press(key)
    page.wait_for_timeout(150)


def test_every_chart_has_its_marks_and_nothing_complains(swept: Opened) -> None:
    page = swept.page
    assert page.evaluate("document.documentElement.dataset.drawn") == str(CHARTS)
    assert page.locator(".chart img").count() == 0
    assert page.locator(".chart svg").count() == CHARTS
    assert len(lines(page)) == 5 + 8  # where the sliders stand, and the other values faintly
    assert page.locator("#gradient .mark-area path").count() == 5
    assert page.locator("#rate-0 .mark-symbol path").count() == 10 + 2
    assert page.locator("#paths .mark-rect path").count() >= 5
    assert all(len(fills(page, network)) > 50 for network in range(5))
    assert swept.complaints == []


def test_nothing_is_asked_of_anyone(swept: Opened, file: Path) -> None:
    """Also while everything is used."""
    page = swept.page
    slide(page, 0, "End")
    page.locator("button.network").first.click()
    page.locator("#gradient").hover()
    assert [one for one in swept.requests if not one.startswith("data:")] == [file.as_uri()]
    assert swept.complaints == []


def test_the_policy_lets_no_text_become_code(swept: Opened) -> None:
    page = swept.page
    # Later, as the browser lets an evaluation from outside itself do what the policy forbids.
    tried = """() => new Promise(done => setTimeout(() => {
        try { done(new Function('return 1')()) } catch (fault) { done(fault.name) }
    }))"""
    page.evaluate("""() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
        document.body.setAttribute('onclick', 'window.ran = true');
        document.body.click();
    }""")
    assert page.evaluate("window.ran") is None
    assert page.evaluate(tried) == "EvalError"


def test_a_slider_moves_the_curve_and_the_map_of_its_network_alone(swept: Opened) -> None:
    page = swept.page
    before, own, other = lines(page), fills(page, 1), fills(page, 0)
    slide(page, 0, "Home")
    assert page.locator("output").first.inner_text() == "−4"
    assert page.get_attribute("#slider-0", "aria-valuetext") == "−4"
    after = lines(page)
    assert len(after) == len(before)
    assert after != before
    assert fills(page, 1) != own
    assert fills(page, 0) == other
    assert "bz = −4" in page.locator("[data-name='1']").first.inner_text().replace("\n", "")
    assert "decay rate 0.0143" in page.locator("[data-facts='1']").inner_text()
    assert "nats/step" in page.locator("#status").inner_text()
    slide(page, 0, "ArrowRight")
    assert page.locator("output").first.inner_text() == "−2"
    slide(page, 0, "ArrowRight")
    assert sorted(lines(page)) == sorted(before)


def test_the_ring_of_the_rates_follows(swept: Opened) -> None:
    """The point that it marks is at the far left of the axis for the lowest value."""
    page = swept.page
    place = """() => [...document.querySelectorAll('#rate-0 .mark-symbol path')]
        .filter(one => one.getAttribute('fill') === 'transparent').map(one => one.getAttribute('transform'))"""
    before = page.evaluate(place)
    slide(page, 0, "Home")
    after = page.evaluate(place)
    assert len(before) == len(after) == 2
    x = [min(float(re.findall(r"[-\d.]+", one)[0]) for one in found) for found in (before, after)]
    assert x[1] < x[0] / 10


def test_a_network_is_clicked_away_and_back_by_keyboard(swept: Opened) -> None:
    page = swept.page
    before = lines(page)
    button = page.locator("button.network").nth(1)
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(150)
    assert button.get_attribute("aria-pressed") == "false"
    assert len(lines(page)) == len(before) - 5
    page.keyboard.press("Space")
    page.wait_for_timeout(150)
    assert sorted(lines(page)) == sorted(before)


def test_log_and_linear_change_the_axis(swept: Opened) -> None:
    page = swept.page
    labels = "found => found.map(one => one.textContent)"
    marks = "#gradient .role-axis-label text"
    assert "10⁻⁶⁰" in page.eval_on_selector_all(marks, labels)
    before = lines(page)
    page.locator("#gradient input[name='gradient-log_gradient'][value='false']").check()
    page.wait_for_timeout(150)
    found = page.eval_on_selector_all(marks, labels)
    assert "10⁻⁶⁰" not in found
    assert "0.2" in found
    assert lines(page) != before


def test_the_pointer_finds_the_values(swept: Opened) -> None:
    page = swept.page
    page.locator("#gradient svg").hover()
    text = told(page)
    assert "network" in text
    assert "10⁻" in text
    assert "±" in text


def test_symbols_have_their_index_in_charts_and_beside_the_pointer(swept: Opened) -> None:
    page = swept.page
    titles = "#rate-0 .role-axis-title text"
    assert page.eval_on_selector_all(f"{titles} tspan", "found => found.map(one => one.textContent)")[0] == "z"
    assert "_" not in "".join(page.locator(titles).all_text_contents())
    names = "#paths .mark-text text"
    assert not any("b_z" in one for one in page.locator(names).all_text_contents())
    slide(page, 0, "Home")
    assert any("bz\u200b = −4" in one for one in page.locator(names).all_text_contents())
    page.locator("#paths .mark-rect path").nth(1).hover()
    assert page.locator("#vg-tooltip-element sub").count() or "RNN" in told(page)


def test_the_direct_derivative_has_a_map_of_its_own(swept: Opened) -> None:
    """One cell for every length: that of the step T itself."""
    page = swept.page
    before = fills(page, 1)
    columns = "found => new Set(found.map(one => one.getBoundingClientRect().left.toFixed(0))).size"
    lengths = page.eval_on_selector_all("#flow [data-network='1'] .mark-rect path", columns)
    page.locator("#flow input[value='true']").focus()
    page.keyboard.press("Space")
    page.wait_for_timeout(150)
    assert len(fills(page, 1)) == lengths < len(before)
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(150)
    assert sorted(fills(page, 1)) == sorted(before)


def test_closed_forms_come_and_go(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "forms.html"
    path.write_text(page_of(closed_form()), encoding="utf-8")
    seen = """found => found.filter(one => one.getAttribute('stroke-dasharray') === '3,3')
        .map(one => Number(one.getAttribute('opacity') ?? 1))"""
    with opened(browser, path) as found:
        page = found.page
        lines = "#gradient .mark-line path"
        assert sorted(page.eval_on_selector_all(lines, seen)) == [0.45, 0.45, 1]
        page.locator("#gradient input[data-signal='forms']").uncheck()
        page.wait_for_timeout(150)
        assert set(page.eval_on_selector_all(lines, seen)) <= {0}
        assert found.complaints == []


def test_the_keyboard_comes_to_every_control_in_the_order_of_the_page(swept: Opened) -> None:
    page = swept.page
    page.focus("#slider-0")
    tops = []
    for _ in range(14):
        place = page.evaluate(
            "(() => { const box = document.activeElement.getBoundingClientRect(); return box.top + scrollY; })()"
        )
        ring = page.evaluate(
            """(() => { const one = document.activeElement;
            const shown = one.type === 'radio' ? one.nextElementSibling : one;
            return getComputedStyle(shown).outlineStyle; })()"""
        )
        assert ring == "solid"
        tops.append(place)
        page.keyboard.press("Tab")
    kinds = page.evaluate("document.activeElement.tagName")
    assert kinds in {"INPUT", "BUTTON", "SUMMARY", "A", "DIV"}
    assert page.evaluate("[...document.querySelectorAll('[tabindex]')].every(one => one.tabIndex <= 0)")
    assert len(set(tops)) > 4


def test_dark_light_and_print_have_colours_of_their_own(swept: Opened) -> None:
    page = swept.page
    colours = """() => [getComputedStyle(document.body).backgroundColor,
        getComputedStyle(document.querySelector('#gradient .mark-line path')).stroke,
        getComputedStyle(document.querySelector('#gradient .role-axis-label text')).fill]"""
    light = page.evaluate(colours)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(colours)
    assert all(one != other for one, other in zip(light, dark, strict=True))
    page.emulate_media(color_scheme="light", media="print")
    assert page.evaluate(colours) == light
    assert page.locator("#slider-0").is_hidden()
    assert page.locator(".switches").first.is_hidden()
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("width", [340, 360, 700])
def test_a_narrow_screen_is_not_scrolled_sideways(browser: Browser, file: Path, width: int) -> None:
    with opened(browser, file, viewport={"width": width, "height": 800}) as found:
        assert found.page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_charts_are_pictures(browser: Browser, file: Path) -> None:
    with opened(browser, file, scripts=False) as found:
        page = found.page
        sizes = page.eval_on_selector_all(".chart img", "found => found.map(one => one.naturalWidth)")
        assert len(sizes) == CHARTS
        assert min(sizes) > 300
        assert all(page.eval_on_selector_all(".chart img", "found => found.map(one => one.alt)"))
        assert page.locator("#slider-0").is_hidden()
        assert page.locator("math").count() == 4
        assert [one for one in found.requests if not one.startswith("data:")] == [file.as_uri()]


def test_the_keyboard_comes_to_the_content_first_and_the_focus_is_seen(swept: Opened) -> None:
    page = swept.page
    page.reload()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.focus("button.network")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_names_with_markup_stay_text(browser: Browser, tmp_path: Path) -> None:
    """In the name of a series, in the question, in a title that a slider changes, and in a tooltip."""
    parts = []
    for bias in (-1.0, 1.0):
        swept = {"cells.GRU.init.update_bias": bias}
        one = entry("GRU", cell("gru", update_bias=bias), range(3), swept=swept, title=HOSTILE[:38])
        parts.append((one, 0.1 + bias / 20))
    parts.append((entry("RNN", cell("rnn"), range(3), title=HOSTILE[30:70]), 0.6))
    manifest, records = study(parts, range(3))
    manifest |= {"question": HOSTILE, "equations": {"GRU": f"h_t = x_t\n{HOSTILE}", "RNN": HOSTILE}}
    manifest |= {"command": ["gru-vanish", "run", HOSTILE], "versions": {HOSTILE: HOSTILE}}
    path = tmp_path / "hostile.html"
    path.write_text(page_of((manifest, records), ["flow_map", "path_shares"]), encoding="utf-8")
    with opened(browser, path) as found:
        page = found.page
        assert page.locator("h1").inner_text() == HOSTILE
        assert page.title() == HOSTILE
        slide(page, 0, "Home")
        assert "<script>window.taken" in page.locator("[data-name='0']").first.inner_text()
        page.locator("#gradient svg").hover()
        assert "<script>" in told(page) or "window.taken=2" in told(page)
        assert page.evaluate("window.taken") is None
        assert page.locator("b:not(label b)").count() == 0
        assert page.locator("img[src='x']").count() == 0
        assert found.complaints == []
