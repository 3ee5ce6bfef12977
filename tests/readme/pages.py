"""What stands in the pages for readers: blocks of code, inline code, links and plain prose."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
COMMANDED = (README, ROOT / "configs" / "README.md", ROOT / "results" / "README.md")
"""Pages of which every command is run."""
PAGES = (*COMMANDED, ROOT / "experiments" / "README.md", *sorted((ROOT / "experiments").glob("*/README.md")))

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    """A fenced block, and the file and line where it begins, for a test's name."""

    language: str
    text: str
    where: str


def blocks(page: Path, language: str | None = None) -> list[Block]:
    """Every fenced block of a page, or those of one language."""
    text = page.read_text(encoding="utf-8")
    name = str(page.relative_to(ROOT))
    found = [Block(one[1], one[2], f"{name}:{text[: one.start()].count(chr(10)) + 1}") for one in _BLOCK.finditer(text)]
    return [block for block in found if language in (None, block.language)]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))


def inline_code(page: Path) -> list[str]:
    return re.findall(r"`([^`]+)`", prose(page))


def shell_lines(page: Path) -> list[str]:
    """Every command of a page's blocks for the shell, chained ones apart."""
    lines = [line for block in blocks(page, "sh") for line in block.text.splitlines()]
    return [command.strip() for line in lines for command in line.split("&&")]


def without_code_and_targets(page: Path) -> str:
    """The words that a reader sees as text: no code, no address of a link or picture; white space is one blank."""
    text = re.sub(r"`[^`]*`", "", prose(page))
    text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return " ".join(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).split())


def links(page: Path) -> list[tuple[str, str]]:
    """The words and the target of every link and picture of a page."""
    return re.findall(r"\[([^\]]*)\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", prose(page)))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.*)$", prose(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
