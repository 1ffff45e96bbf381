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

    from rag.records import Answer, Article, Document, Passage

SEPARATOR = " · "
INDENT = "    "
# Cells that are left of what is shortened; chosen by hand.
LEAST_TITLE = 12
LEAST_TITLE_WITHOUT_AGE = 8
LEAST_PUBLISHER = 12
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
    """An article, the character of its document that is meant, and others on further lines."""

    article: Article
    offset: int
    further: tuple[int, ...] = ()

    @classmethod
    def of(cls, passage: Passage) -> Spot:
        """Return where a passage begins."""
        return cls(passage.article, passage.start)


def make_source_line(spot: Spot, wording: Wording, *, head: Sequence[Segment], lead: str) -> Line:
    """Return the line of a source, and what is written in its place where it does not fit.

    ``head`` comes before the publisher, such as the mark of a verified quotation.
    """
    article = spot.article
    link = _make_link(spot, wording)
    full_days, short_days = _list_days(article, wording)
    publisher = _make_publisher(article)
    title = _make_title(article, link, LEAST_TITLE)
    short_title = _make_title(article, link, LEAST_TITLE_WITHOUT_AGE)
    path = _make_path(spot, link, "path")
    whole_name = _make_path(spot, link, "file")
    path_row = make_row(INDENT, whole_name)

    def add_head(*parts: Sequence[Segment]) -> Line:
        row = make_row(lead, *parts)
        segments = (*head, *row.segments)
        return row._replace(segments=segments)

    full = add_head(publisher, full_days, title, path)
    one_row = add_head(publisher, short_days, short_title, path)
    with_age = add_head(publisher, full_days, title)
    without_age = add_head(publisher, short_days, short_title)
    layouts: list[tuple[Line, ...]] = [
        (one_row,),
        (with_age, path_row),
        (without_age, path_row),
    ]
    if publisher or short_days:
        without_title = add_head(publisher, short_days)
        layouts.append((without_title, path_row))
    return full._replace(narrower=tuple(layouts))


def make_nearest_line(spot: Spot, sentence: str, wording: Wording, *, lead: str) -> Line:
    """Return the line of a passage that is near a question: its source and its best sentence.

    On a terminal it fits on one row: the sentence is cut, what names the article stays.
    """
    article = spot.article
    link = _make_link(spot, wording)
    full_days, short_days = _list_days(article, wording)
    publisher = _make_publisher(article)
    title = _make_title(article, link, LEAST_TITLE)
    path = _make_path(spot, link, "path")
    name = publisher or title
    text = to_one_line(sentence)
    narrower = []
    no_days: list[Segment] = []
    possible_days = (full_days, short_days, no_days)
    for days, least in zip(possible_days, LEAST_SENTENCES, strict=True):
        shrink = Shrink("end", least)
        shortened = Segment(text, link=link, shrink=shrink)
        row = make_row(lead, name, days, [shortened])
        narrower.append((row,))
    whole = make_row(
        lead,
        publisher,
        full_days,
        _keep_whole(title),
        _keep_whole(path),
        [Segment(text)],
    )
    return whole._replace(narrower=tuple(narrower))


def make_row_source(
    spot: Spot, wording: Wording, *, head: Sequence[Segment], lead: str, is_dated: bool
) -> Line:
    """Return the line of a source below the row that it is of: on a terminal it takes one row.

    ``is_dated``: with the day of the article.
    """
    article = spot.article
    link = _make_link(spot, wording)
    _, days = _list_days(article, wording)
    if not is_dated:
        days = []
    publisher = _make_publisher(article)
    title = _make_title(article, link, LEAST_TITLE)
    path = _make_path(spot, link, "path")
    layouts = []
    for parts in ((publisher, days, title, path), (publisher, days, title), (publisher, days)):
        row = make_row(lead, *parts)
        if row.segments:
            segments = (*head, *row.segments)
            layouts.append(row._replace(segments=segments))
    full, *narrower = layouts
    return full._replace(narrower=tuple((row,) for row in narrower))


def make_place(spot: Spot, how: Literal["path", "file"]) -> list[Segment]:
    """Return file and line, or page or chapter, as segments that are never cut inside a name."""
    path = _make_path(spot, "", how)
    return [segment._replace(style="") for segment in path]


def name_source(article: Article, language: str) -> str:
    """Return publisher and day of an article, as far as they are known."""
    known = []
    if article.publisher:
        known.append(article.publisher)
    if article.date:
        day = format_day(article.date, language)
        known.append(day)
    return ", ".join(known)


def make_row(lead: str, *parts: Sequence[Segment]) -> Line:
    """Return a row of those parts that are not empty, a separator between the parts."""
    separator = Segment(SEPARATOR, "dim")
    segments: list[Segment] = []
    for part in parts:
        if part and segments:
            segments.append(separator)
        segments += part
    return Line(tuple(segments), lead)


def _keep_whole(segments: Sequence[Segment]) -> list[Segment]:
    """Return segments that are not shortened."""
    return [segment._replace(shrink=None) for segment in segments]


def _list_days(article: Article, wording: Wording) -> tuple[list[Segment], list[Segment]]:
    """Return the day of an article with its age, and without it."""
    language = wording.language
    if article.date is None:
        return [], []
    words = format_day(article.date, language)
    day = Segment(words)
    if wording.today is None:
        return [day], [day]
    age = describe_age(article.date, wording.today, language)
    day_with_age = Segment(f"{words} ({age})")
    return [day_with_age], [day]


def _make_publisher(article: Article) -> list[Segment]:
    """Return the publisher, which is shortened only where it is long."""
    if not article.publisher:
        return []
    publisher = Segment(
        text=to_one_line(article.publisher),
        shrink=Shrink("end", LEAST_PUBLISHER),
    )
    return [publisher]


def _make_title(article: Article, link: str, least: int) -> list[Segment]:
    """Return the title, which opens the file."""
    if not article.title:
        return []
    title = Segment(
        text=to_one_line(article.title),
        link=link,
        shrink=Shrink("middle", least),
    )
    return [title]


def _make_path(spot: Spot, link: str, how: Literal["path", "file"]) -> list[Segment]:
    """Return the path of a document, then the line, page or chapter in it."""
    document = spot.article.document
    path = Segment(
        text=to_one_line(document.path),
        style="dim",
        link=link,
        shrink=Shrink(how),
    )
    location = document.locate(spot.offset)
    place = location.removeprefix(document.path)
    place += _list_further_places(spot)
    place_segment = Segment(
        text=to_one_line(place),
        style="dim",
        link=link,
    )
    # The title of a chapter may be long; the number of a line is never cut.
    if not document.is_plain:
        shrink = Shrink("end", LEAST_CHAPTER)
        place_segment = place_segment._replace(shrink=shrink)
    return [path, place_segment]


def _list_further_places(spot: Spot) -> str:
    """Return the further lines, pages or rows of a file, each once: ", 11, 15"."""
    document = spot.article.document
    names = [_name_place(document, offset) for offset in (spot.offset, *spot.further)]
    _, *others = dict.fromkeys(names)
    return "".join(f", {name}" for name in others if name)


def _name_place(document: Document, offset: int) -> str:
    """Return the line of a file, or the page, row or heading where it has no lines."""
    if document.is_plain:
        return f"{document.line(offset)}"
    place = document.find_place(offset)
    return place.name if place else ""


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
