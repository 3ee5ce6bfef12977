"""Every link and picture of the pages for readers leads to something that is there."""

from pathlib import Path

import pytest

from tests.readme.pages import PAGES, README, ROOT, anchors, links


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    for words, link in links(page):
        assert words, f"{link} says what it is"
        assert "://" not in link, "what a reader needs is in the repository"
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(ROOT)
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_anchors_are_read_as_they_are_made() -> None:
    assert {"a-sweep-of-your-own", "the-articles-claims", "how-to-cite"} <= anchors(README)


def test_every_page_can_be_reached_from_the_first() -> None:
    seen, left = set(), [README]
    while left:
        page = left.pop()
        if page not in seen:
            seen.add(page)
            targets = [(page.parent / link.partition("#")[0]).resolve() for _, link in links(page)]
            left += [target for target in targets if target.suffix == ".md"]
    assert set(PAGES) == seen


def test_every_config_stands_in_the_list_of_configs() -> None:
    page = ROOT / "configs" / "README.md"
    listed = {(page.parent / link).resolve() for _, link in links(page)}
    shown = {*(ROOT / "configs").glob("*.yaml"), *(path.parent for path in (ROOT / "configs").glob("*/*.yaml"))}
    assert shown <= listed
