"""Lines made to fit their row: titles cut in the middle, paths by their folders, exact in cells."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from answers import article
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Place
from rag.show.fitting import (
    fit_line,
    measure,
    shorten_end,
    shorten_file,
    shorten_middle,
    shorten_path,
)
from rag.show.lines import Line, Segment, Shrink
from rag.show.sources import Spot, Wording, make_nearest_line, make_source_line

LONG = "Le port de Velmar rouvre après neuf mois de travaux et le maire coupe le ruban"
PATH = "archives/2025/12/2025-12-18-lettre-du-port.txt"
TODAY = datetime.date(2025, 12, 18)


def fit(
    width: int, *, title: str = LONG, path: str = PATH, publisher: str | None = "La Vallée"
) -> list[str]:
    """The rows of a source."""
    spot = Spot(article(title=title, path=path, publisher=publisher), 0)
    line = make_source_line(spot, Wording("fr", TODAY), head=[Segment("✓ ")], lead="[1] ")
    return [row.plain for row in fit_line(line, width)]


@pytest.mark.parametrize(
    ("width", "rows"),
    [
        (
            120,
            [
                "[1] ✓ La Vallée · 9 déc. 2025 (il y a 9 jours) · "
                "Le port de Ve…oupe le ruban · …/2025/12/2025-12-18-lettre-du-port.txt:1"
            ],
        ),
        (
            80,
            ["[1] ✓ La Vallée · 9 déc. 2025 · Le por…ruban · …/2025-12-18-lettre-du-port.txt:1"],
        ),
        (
            60,
            [
                "[1] ✓ La Vallée · 9 déc. 2025 · Le port de Vel…oupe le ruban",
                "    archives/2025/12/2025-12-18-lettre-du-port.txt:1",
            ],
        ),
        (
            40,
            [
                "[1] ✓ La Vallée · 9 déc. 2025 · Le p…ban",
                "    …/12/2025-12-18-lettre-du-port.txt:1",
            ],
        ),
        (30, ["[1] ✓ La Vallée · 9 déc. 2025", "    2025-12-18-l…du-port.txt:1"]),
    ],
)
def test_a_source_fits_its_row_exactly(width: int, rows: list[str]) -> None:
    """Catches a row that is too wide or has room left, a name that is cut before its folders."""
    assert fit(width) == rows
    assert measure(rows[0]) in (width, 29)


@given(
    st.text(min_size=1, max_size=80),
    st.lists(st.text("abcé橋\u0301 ", min_size=1, max_size=20), min_size=1, max_size=4),
    st.one_of(st.none(), st.text(max_size=30)),
    st.integers(30, 130),
)
def test_no_source_is_wider_than_its_row(
    title: str, names: list[str], publisher: str | None, width: int
) -> None:
    """Catches wide characters and marks counted as one cell, whatever a title or a path holds."""
    for row in fit(width, title=title, path="/".join(names), publisher=publisher):
        assert measure(row) <= width


@given(st.text(), st.integers(3, 40))
def test_a_shortened_text_is_as_wide_as_can_be(text: str, width: int) -> None:
    """Catches an ellipsis where all fits, a mark torn from its letter, more than a cell wasted."""
    for shorten in (shorten_middle, shorten_end):
        short = shorten(text, width)
        if measure(text) <= width:
            assert short == text
            continue
        assert width - 2 <= measure(short) <= width
        beginning, _, end = short.partition("…")
        assert text.startswith(beginning) and (text.endswith(end) or "…" in end)


@pytest.mark.parametrize(
    ("width", "path"),
    [
        (40, "a/bb/ccc/article.txt"),
        (19, "…/bb/ccc/article.txt"[:1] + "/ccc/article.txt"),
        (5, "…/article.txt"),
    ],
)
def test_a_path_loses_its_folders_and_never_a_part_of_a_name(width: int, path: str) -> None:
    """Catches a folder or a file that is cut in two."""
    assert shorten_path("a/bb/ccc/article.txt", width) == path
    assert shorten_file("a/bb/ccc/article.txt", 9) == "arti….txt"


def test_the_last_layout_is_taken_where_none_fits() -> None:
    """Catches a line that vanishes on a narrow screen."""
    line = Line((Segment("x" * 30),), narrower=((Line((Segment("y" * 20),)),),))
    assert [row.plain for row in fit_line(line, 40)] == ["x" * 30]
    assert [row.plain for row in fit_line(line, 20)] == ["y" * 20]
    assert [row.plain for row in fit_line(line, 10)] == ["y" * 20]
    shrunk = Line((Segment("x" * 30, shrink=Shrink("end", 8)), Segment("z")))
    assert [row.plain for row in fit_line(shrunk, 5)] == ["x" * 7 + "…z"]


@pytest.mark.parametrize(
    ("file_format", "kind", "shown"),
    [
        ("text", "page", ":1, 3"),
        ("pdf", "page", ", p. 1, 2"),
        ("csv", "row", ", row 1, 2"),
        ("docx", "chapter", ", 1, 2"),
        ("rtf", None, ""),
    ],
)
def test_further_places_are_of_the_kind_of_the_first(
    file_format: str, kind: str | None, shown: str
) -> None:
    """Catches lines of a text that nobody has before him behind the page of a PDF."""
    plain = article("One.\nTwo.\nThree.\nFour.\n", title="", publisher=None, path="a")
    places = (Place(0, kind, "1"), Place(10, kind, "2")) if kind else ()
    document = replace(plain.document, format=file_format, places=places)
    spot = Spot(replace(plain, document=document, date=None), 0, (2, 10, 11))
    line = make_source_line(spot, Wording("fr", TODAY), head=(), lead="")
    assert line.plain == f"a{shown}"


def test_nothing_known_leaves_the_file() -> None:
    """Catches separators around nothing."""
    bare = replace(article(title="", publisher=None, path="a/b.txt"), date=None)
    line = make_source_line(Spot(bare, 0), Wording("fr", TODAY), head=(), lead="[1] ")
    assert line.plain == "[1] a/b.txt:1"
    nearest = make_nearest_line(Spot(bare, 0), "Une phrase.", Wording("fr", TODAY), lead="[1] ")
    assert nearest.plain == "[1] a/b.txt:1 · Une phrase."
    assert [row.plain for row in fit_line(nearest, 20)] == ["[1] Une phrase."]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_what_is_nearest_takes_one_row(width: int) -> None:
    """Catches a refusal that fills the screen, and a sentence without a word of where it stands."""
    line = make_nearest_line(
        Spot(article(title=LONG), 0), LONG * 3, Wording("fr", TODAY), lead="[1] "
    )
    rows = [row.plain for row in fit_line(line, width)]
    assert len(rows) == 1 and measure(rows[0]) == width
    assert rows[0].startswith("[1] La Vallée · ") and "Le port de Velm" in rows[0]


@pytest.mark.parametrize("path", ["a b/é.txt", "x\x1b]8;;evil\x07.txt", "%2e.txt", "\udcff.txt"])
def test_an_address_is_made_of_the_path_alone(path: str) -> None:
    """Catches an escape in the address of a link, and a title that chooses what is opened."""
    spot = Spot(article(title="file:///etc/passwd", path=path), 0)
    line = make_source_line(spot, Wording("fr", TODAY, Path("/root")), head=(), lead="")
    links = {segment.link for segment in line.segments} - {""}
    assert links == {Path("/root", path).as_uri()}
    assert all(link.isprintable() and link.isascii() for link in links)
    half = Spot(article(path="\ud800.txt"), 0)
    line = make_source_line(half, Wording("fr", TODAY, Path("/root")), head=(), lead="")
    assert {segment.link for segment in line.segments} == {""}
