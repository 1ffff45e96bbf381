"""Where a quotation or a passage stands, on one line: publisher, day, age, title, file and line.

On a narrow terminal the line is shortened in the middle of the title and by the folders of the
path, then it goes without the age, then the path takes a row of its own. Written elsewhere it is
whole. A click on it opens the file, where the terminal can: the address is made of the path alone,
so that no article chooses what is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.show.ages import describe_age
from rag.show.days import format_day
from rag.show.lines import Line, Segment, Shrink
from rag.text import to_one_line

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence
    from pathlib import Path

    from rag.records import Answer, Article, Passage

SEPARATOR = " · "
INDENT = "    "
# Cells that are left of what is shortened; chosen by hand.
LEAST_TITLE = 12
LEAST_TITLE_WITHOUT_AGE = 8
LEAST_PUBLISHER = 16
LEAST_CHAPTER = 6
# Of a sentence beside publisher, day and age; beside the day alone; beside the publisher alone.
LEAST_SENTENCES = (36, 28, 16)


class Wording(NamedTuple):
    """What the wording of sources depends on: the question's language, its day, the root of paths.

    Without a root nothing can be clicked.
    """

    language: str
    today: datetime.date | None = None
    root: Path | None = None

    @classmethod
    def of(cls, answer: Answer, root: Path | None = None) -> Wording:
        """Return how the page of an answer words its sources."""
        return cls(answer.language, answer.today, root)


class Spot(NamedTuple):
    """An article, and the character of its document that is meant."""

    article: Article
    offset: int

    @classmethod
    def of(cls, passage: Passage) -> Spot:
        """Return where a passage begins."""
        return cls(passage.article, passage.start)


def make_source_line(spot: Spot, wording: Wording, *, head: Sequence[Segment], lead: str) -> Line:
    """Return the line of a source, and what is written in its place where it does not fit.

    ``head`` comes before the publisher, such as the mark of a verified quotation.
    """
    link = _make_link(spot, wording)
    days = _list_days(spot.article, wording)
    publisher = _make_publisher(spot.article)
    title = _make_title(spot.article, link, LEAST_TITLE)
    short_title = _make_title(spot.article, link, LEAST_TITLE_WITHOUT_AGE)
    path = _make_path(spot, link, "path")
    path_row = Line(tuple(_make_path(spot, link, "file")), INDENT)

    def make_row(*parts: Sequence[Segment]) -> Line:
        return Line((*head, *_join_parts(parts)), lead)

    full_days, short_days = days
    layouts = [
        (make_row(publisher, short_days, short_title, path),),
        (make_row(publisher, full_days, title), path_row),
        (make_row(publisher, short_days, short_title), path_row),
    ]
    if publisher or short_days:
        layouts.append((make_row(publisher, short_days), path_row))
    full = make_row(publisher, full_days, title, path)
    return full._replace(narrower=tuple(layouts))


def make_nearest_line(spot: Spot, sentence: str, wording: Wording, *, lead: str) -> Line:
    """Return the line of a passage that is near a question: its source and its best sentence.

    On a terminal it fits on one row: the sentence is cut, what names the article stays.
    """
    link = _make_link(spot, wording)
    full_days, short_days = _list_days(spot.article, wording)
    publisher = _make_publisher(spot.article)
    title = _make_title(spot.article, link, LEAST_TITLE)
    name = publisher or title
    text = to_one_line(sentence)
    narrower = []
    for days, least in zip((full_days, short_days, []), LEAST_SENTENCES, strict=True):
        shortened = [Segment(text, "", link, Shrink("end", least))]
        row = Line(tuple(_join_parts((name, days, shortened))), lead)
        narrower.append((row,))
    whole_title = [segment._replace(shrink=None) for segment in title]
    path = [segment._replace(shrink=None) for segment in _make_path(spot, link, "path")]
    whole = _join_parts((publisher, full_days, whole_title, path, [Segment(text)]))
    return Line(tuple(whole), lead, tuple(narrower))


def make_place(spot: Spot, wording: Wording, *, style: str = "") -> list[Segment]:
    """Return file and line, or page or chapter, as segments that are never cut inside a name."""
    path = _make_path(spot, _make_link(spot, wording), "file")
    return [segment._replace(style=style) for segment in path]


def name_source(article: Article, language: str) -> str:
    """Return publisher and day of an article, as far as they are known."""
    known = []
    if article.publisher:
        known.append(article.publisher)
    if article.date:
        known.append(format_day(article.date, language))
    return ", ".join(known)


def _join_parts(parts: Sequence[Sequence[Segment]]) -> list[Segment]:
    """Return the segments of those parts that are not empty, a separator between the parts."""
    segments: list[Segment] = []
    for part in parts:
        if part and segments:
            segments.append(Segment(SEPARATOR, "dim"))
        segments += part
    return segments


def _list_days(article: Article, wording: Wording) -> tuple[list[Segment], list[Segment]]:
    """Return the day of an article with its age, and without it."""
    if article.date is None:
        return [], []
    day = format_day(article.date, wording.language)
    if wording.today is None:
        return [Segment(day)], [Segment(day)]
    age = describe_age(article.date, wording.today, wording.language)
    return [Segment(f"{day} ({age})")], [Segment(day)]


def _make_publisher(article: Article) -> list[Segment]:
    if not article.publisher:
        return []
    return [Segment(to_one_line(article.publisher), "", "", Shrink("end", LEAST_PUBLISHER))]


def _make_title(article: Article, link: str, least: int) -> list[Segment]:
    if not article.title:
        return []
    return [Segment(to_one_line(article.title), "", link, Shrink("middle", least))]


def _make_path(spot: Spot, link: str, how: Literal["path", "file"]) -> list[Segment]:
    """Return the path of a document, then the line, page or chapter in it."""
    document = spot.article.document
    place = document.locate(spot.offset).removeprefix(document.path)
    shrink_place = None if document.is_plain else Shrink("end", LEAST_CHAPTER)
    return [
        Segment(to_one_line(document.path), "dim", link, Shrink(how)),
        Segment(to_one_line(place), "dim", link, shrink_place),
    ]


def _make_link(spot: Spot, wording: Wording) -> str:
    """Return the address of a document's file; "" where its root is not known or no path holds it.

    Every character that is not of an address is written by its code.
    """
    if wording.root is None:
        return ""
    path = wording.root / spot.article.document.path
    try:
        return path.absolute().as_uri()
    except UnicodeEncodeError:  # half of a surrogate pair, in an index that was made to lie
        return ""
