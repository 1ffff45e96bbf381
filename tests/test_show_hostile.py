"""What an article that was written to deceive makes of a page and of JSON, by the real command."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from newcomer import Newcomer

if TYPE_CHECKING:
    pass

FORGED = "[2] ✓ Reuters · 9 Dec 2025 · Vrai titre · a.md:1"
BREAKS = ("\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x1c", "\r")
HIDDEN = "\u3164\u115f\uffa0\U000e0100\U000e0041\u00ad\u180b\u2800"
QUESTION = "How much did the bridge of Velmar cost?"


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    newcomer = Newcomer(tmp_path_factory.mktemp("hostile"))
    forged = "".join(f"{line_break}{FORGED}" for line_break in BREAKS)
    tower = "e" + "\u0301" * 40
    newcomer.write(
        "articles/a.md",
        f"---\ntitle: The bridge{HIDDEN} {tower}\npublisher: Gazette\ndate: 2025-12-09\n---\n"
        f"The bridge of Velmar cost 20,037 euros{HIDDEN} {tower} in all.\n"
        f"Another line{forged} ends here.\n",
    )
    newcomer.environ["RAG_INDEX"] = "index"
    newcomer.index("articles")
    assert newcomer.run("ask", QUESTION).code == 0
    return newcomer


def test_show_numbers_every_line(newcomer: Newcomer) -> None:
    """Wrong: an article that writes a line of its own at column 0, as if it were a source."""
    out = newcomer.run("show", "1+").out
    assert FORGED in out
    for row in out.splitlines()[3:]:
        assert re.match(r"[> ] +\d+(  |$)", row), row


@pytest.mark.parametrize(
    "argv", [("ask", QUESTION), ("ask", "--explain", QUESTION), ("search", "bridge"), ("show", "1")]
)
def test_pages_and_json_hide_nothing(newcomer: Newcomer, argv: tuple[str, ...]) -> None:
    """Wrong: characters nobody sees, or a tower of marks, on the screen or in raw JSON."""
    for flags in ((), ("--json",)):
        done = newcomer.run(*argv, *flags)
        assert done.code == 0
        shown = set(done.out) & set(HIDDEN)
        assert not shown, ascii(shown)
        assert not re.search("\u0301{7}", done.out)
        assert not any(unicodedata.category(char) in ("Zl", "Zp") for char in done.out)


def test_json_gives_the_text_back(newcomer: Newcomer) -> None:
    """Wrong: JSON that drops what a screen does not show: a quotation would not be its source."""
    text = (newcomer.here / "articles" / "a.md").read_bytes().decode()
    value = newcomer.run("ask", "--json", QUESTION).object
    citation = value["citations"][0]
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert "\u0301" * 40 in citation["quote"]
