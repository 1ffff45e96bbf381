"""A stretch of a file on view, line by line, with what was cited marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import UsageError
from rag.records import Article, Passage, Span
from rag.show.days import about
from rag.show.lines import Line, Page, Segment
from rag.text.words import to_one_line, to_printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rag.settings.schema import Settings

COUNT = 20  # lines shown from a line that was named
LINE_END = re.compile(r"\r\n|\r|\n")


class View(NamedTuple):
    """Characters ``[start, end)`` of an article's file, and the cited ones among them."""

    article: Article
    start: int
    end: int
    cited: Span | None = None


class Source(NamedTuple):
    """A source of an answer: the index it came from, its article's id, and what was cited, where something was."""

    folder: str  # of the index
    article: str
    cited: Span


class Reference(NamedTuple):
    """What someone wants to see: an article, a passage, or a source by number; with ``neighbours``, or from line ``first``."""

    name: str
    neighbours: int = 0
    first: int | None = None
    lines: int | None = None

    @property
    def number(self) -> int | None:
        """The number of a source; None for an id."""
        return int(self.name) if re.fullmatch("[0-9]{1,3}", self.name) else None


def reference(text: str) -> Reference:
    """Read ``ID``, ``N``, ``N+``, ``N:FROM:COUNT``.

    Raises:
        UsageError: it is none of them.
    """
    parts = re.fullmatch(
        r"([^:+]+)(\+?)(?::([0-9]{0,9}))?(?::([0-9]{0,9}))?", text.strip(), re.ASCII
    )
    if parts is None or parts[3] == parts[4] == "" or (parts[4] and int(parts[4]) == 0):
        raise UsageError(
            f"{text!r:.80} is no ID[+][:FROM[:COUNT]]",
            hint="rag show 2:10:5 shows five lines of source 2 from line 10 on",
        )
    first, count = (int(part) if part else None for part in (parts[3], parts[4]))
    return Reference(parts[1], len(parts[2]), first, count)


def looked_up(
    text: str, source: Callable[[int], Source], settings: Callable[[str | None], Settings]
) -> View:
    """What ``show`` shows: a source in its passage, what was cited marked; or the article or passage of an id.

    ``source`` knows the sources by number, ``settings`` those for the folder of an index, or for none in particular.

    Raises:
        UsageError: there is no such source, article, passage or line.
        IndexProblem: the index is missing or damaged.
    """
    from rag.index import lookup

    asked, cited = reference(text), None
    if asked.number is None:
        held = settings(None)
        found = lookup.find_by_reference(held.index, asked.name)
        if isinstance(found, Article) or not asked.neighbours:
            return view(found, first=asked.first, count=asked.lines)
        name, at = found.article.id, Span(found.start, found.end)
    else:
        folder, name, at = source(asked.number)
        held, cited = settings(folder), at
    article, span = lookup.find_excerpt(held.index, name, at, neighbours=asked.neighbours)
    if asked.first is None and asked.lines is None:
        return View(article, *span, cited)
    return view(article, cited=cited, first=asked.first, count=asked.lines)


def view(
    found: Passage | Article,
    *,
    cited: Span | None = None,
    first: int | None = None,
    count: int | None = None,
) -> View:
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
        raise UsageError(
            f"{article.document.path} has no line {first}", hint=f"its lines are 1 to {len(starts)}"
        )
    last = min(len(starts), first - 1 + (COUNT if count is None else count))
    return View(
        article, starts[first - 1], starts[last] if last < len(starts) else len(text), cited
    )


def view_page(shown: View) -> Page:
    """The lines on view with their numbers; ``>`` stands before those that hold a part of what was cited."""
    document = shown.article.document
    number = document.line(shown.start)
    where = to_one_line(f"{document.path}:{number}")
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
            yield Segment(to_printable(text[a:b]).replace("\t", "    "), style)
