"""A stretch of a file on view, line by line with numbers, the citation marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.index.references import LINE_END
from rag.records import Span
from rag.show.days import describe_article
from rag.show.lines import Line, Page, Segment, make_line
from rag.show.sources import Spot, make_place
from rag.text import to_printable_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.index.references import View
    from rag.records import Article, Document

TAB = "    "  # how a tabulator is shown: its real width would depend on the column


def view_page(view: View, language: str = "") -> Page:
    """Return the lines on view with their numbers; ``>`` stands before those that are cited.

    ``language``: of the page; that of the article where none was asked in.
    """
    article, start, end, cited = view
    document = article.document
    text = document.text
    first_line = article.document.line(start)
    rows = list(_split_lines(text, start, end))
    last_line = first_line + len(rows)
    width = len(str(last_line))
    title = describe_article(article, language or article.language)
    page = [
        make_line(title, style="head"),
        _show_place(article, start),
        Line(),
    ]
    for number, row in enumerate(rows, first_line):
        segments = tuple(_mark_citation(document, row, cited))
        # What nobody sees of a file, the definition of a link for one, is passed over.
        if not segments and text[row.start : row.end].strip():
            continue
        is_cited = any(segment.style for segment in segments)
        pointer = ">" if is_cited else " "
        line = Line(segments, f"{pointer} {number:>{width}}  ")
        page.append(line)
    return page


def _show_place(article: Article, start: int) -> Line:
    """Return file and line or place, and the id by which the article can be shown again."""
    spot = Spot(article, start)
    place = make_place(spot, "path")
    article_id = f"article {article.id}"
    # On a narrow window the id goes on a row of its own, and no name is broken.
    rows = (
        Line(tuple(make_place(spot, "file"))),
        make_line(article_id, style="dim"),
    )
    id_segment = Segment(f"  {article_id}", "dim")
    return Line((*place, id_segment), narrower=(rows,))


def _split_lines(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the lines of ``text[start:end]``, without their line ends."""
    for line_end in LINE_END.finditer(text, start, end):
        yield Span(start, line_end.start())
        start = line_end.end()
    if start < end:
        yield Span(start, end)


def _mark_citation(document: Document, row: Span, cited: Span | None) -> Iterator[Segment]:
    """Yield the segments of a line as it is seen: before the citation, the citation, after it."""
    if cited is None:
        cited = Span(row.end, row.end)
    cited_start = _clamp(cited.start, row)
    cited_end = _clamp(cited.end, row)
    parts = (
        (row.start, cited_start, ""),
        (cited_start, cited_end, "mark"),
        (cited_end, row.end, ""),
    )
    for start, end, style in parts:
        # What an edit puts in place of a line end belongs to no line.
        seen = document.show(start, end).strip("\n")
        if seen:
            printable = to_printable_line(seen)
            yield Segment(printable.replace("\t", TAB), style)


def _clamp(offset: int, row: Span) -> int:
    """Return the offset, or the end of the line that is nearest to it."""
    return min(max(offset, row.start), row.end)
