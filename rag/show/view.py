"""A stretch of a file on view, line by line, with what was cited marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import UsageError
from rag.records import Passage, Span
from rag.show.days import about
from rag.show.page import Line, Page, Segment
from rag.text import one_line, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.records import Article

COUNT = 20  # lines shown from a line that was named
LINE_END = re.compile(r"\r\n|\r|\n")


class View(NamedTuple):
    """Characters ``[start, end)`` of an article's file, and the cited ones among them."""

    article: Article
    start: int
    end: int
    cited: Span | None = None


def view(found: Passage | Article, *, cited: Span | None = None, first: int | None = None, count: int | None = None) -> View:
    """The passage or article on view; with ``first`` or ``count``, that many lines of its file from that line.

    Raises:
        UsageError: the file has no such line.
    """
    article = found.article if isinstance(found, Passage) else found
    if first is None and count is None:
        return View(article, found.start, found.end, cited)
    text = article.document.text
    first = article.document.line(found.start) if first is None else first
    starts = [0, *(match.end() for match in LINE_END.finditer(text))]
    if starts[-1] == len(text) > 0:
        starts.pop()
    if not 1 <= first <= len(starts):
        raise UsageError(f"{article.document.path} has no line {first}", hint=f"its lines are 1 to {len(starts)}")
    last = min(len(starts), first - 1 + (COUNT if count is None else count))
    return View(article, starts[first - 1], starts[last] if last < len(starts) else len(text), cited)


def view_page(shown: View) -> Page:
    """The lines on view with their numbers; ``>`` stands before those that hold a part of what was cited."""
    document = shown.article.document
    number = document.line(shown.start)
    where = one_line(f"{document.path}:{number}")
    page = [
        Line((Segment(about(shown.article), "head"),)),
        Line((Segment(where), Segment(f"  article {shown.article.id}", "dim"))),
        Line(),
    ]
    rows = list(_rows(document.text, shown.start, shown.end))
    width = len(str(number + len(rows)))
    for at, row in enumerate(rows, number):
        marked = tuple(_marked(document.text, row, shown.cited))
        cited = any(segment.style for segment in marked)
        page.append(Line(marked, f"{'>' if cited else ' '} {at:>{width}}  "))
    return page


def _rows(text: str, start: int, end: int) -> Iterator[Span]:
    """The lines of ``text[start:end]``, without their ends."""
    for match in LINE_END.finditer(text, start, end):
        yield Span(start, match.start())
        start = match.end()
    if start < end:
        yield Span(start, end)


def _marked(text: str, row: Span, cited: Span | None) -> Iterator[Segment]:
    start, end = cited or (row.end, row.end)
    start, end = min(max(start, row.start), row.end), min(max(end, row.start), row.end)
    for a, b, style in ((row.start, start, ""), (start, end, "mark"), (end, row.end, "")):
        if a < b:
            yield Segment(printable(text[a:b]).replace("\t", "    "), style)
