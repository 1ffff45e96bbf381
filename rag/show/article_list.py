"""The list of articles: a line each that fits the width, an object, a table for a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.records import SCHEMA
from rag.show.lines import Line, Page, Segment, Shrink, make_line
from rag.show.phrases import format_count
from rag.show.sources import INDENT, LEAST_PUBLISHER, LEAST_TITLE, make_row
from rag.text import to_one_line

if TYPE_CHECKING:
    from rag.index.listing import ListedArticle, Listing

    JsonObject = dict[str, object]

COLUMNS = ("date", "publisher", "title", "location", "language", "article", "url", "section")
# In the column of days, where there is none.
_UNDATED = "undated   "


def list_page(listing: Listing) -> Page:
    """Return a line for each article, then how many there are."""
    page = [_make_row(listed) for listed in listing.articles]
    count = format_count(listing.total, "article")
    listed_count = len(listing.articles)
    if listed_count < listing.total:
        count = f"{listed_count} of {count}"
    return [*page, make_line(count, style="dim")]


def list_json(listing: Listing) -> JsonObject:
    """Return the object of ``rag list --json``."""
    return {
        "schema": SCHEMA,
        "status": "done",
        "count": listing.total,
        "articles": [_make_object(listed) for listed in listing.articles],
        "error": None,
    }


def list_rows(listing: Listing) -> list[list[str]]:
    """Return the rows of a table of the articles, below a row of names."""
    rows = [list(COLUMNS)]
    for listed in listing.articles:
        value = _make_object(listed)
        cells = [value[column] for column in COLUMNS]
        rows.append([str(cell) if cell is not None else "" for cell in cells])
    return rows


def _make_object(listed: ListedArticle) -> JsonObject:
    article = listed.article
    return {
        "article": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "date": article.date.isoformat() if article.date else None,
        "language": article.language,
        "path": article.path,
        "location": listed.location,
        "start": article.start,
        "end": article.end,
        "url": article.url,
        "section": article.section,
    }


def _make_row(listed: ListedArticle) -> Line:
    """Return the line of an article; where it is too narrow, its place has a row of its own."""
    article = listed.article
    day = article.date.isoformat() if article.date else _UNDATED
    path = to_one_line(article.path)
    place = Segment(to_one_line(listed.location.removeprefix(article.path)), "dim")
    publisher = article.publisher or ""
    names = (
        _make_name(publisher, "", Shrink("end", LEAST_PUBLISHER)),
        _make_name(article.title, "head", Shrink("middle", LEAST_TITLE)),
    )
    whole_path = Segment(path, "dim", "", Shrink("path"))
    file_name = Segment(path, "dim", "", Shrink("file"))
    lead = f"{day}  "
    row = make_row(lead, *names, (whole_path, place))
    first = make_row(lead, *names)
    second = make_row(INDENT, (file_name, place))
    return row._replace(narrower=((first, second),))


def _make_name(text: str, style: str, shrink: Shrink) -> list[Segment]:
    """Return a publisher or title, shortened where the line is too long; nothing for none."""
    shown = to_one_line(text)
    return [Segment(shown, style, "", shrink)] if shown else []
