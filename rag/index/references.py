"""What a reference of ``show`` stands for: an id, or a source of the last answer by its number.

A source of the last answer is looked up by a function that the caller gives: the command line reads
a file, the question loop has the answer at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import UsageError
from rag.records import Article, Passage, Span

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rag.index.opened import Store

DEFAULT_LINES = 20  # lines shown from a line that was named; chosen by hand: they fit on a screen
LINE_END = re.compile(r"\r\n|\r|\n")
# ID or N, then "+", ":FROM" and ":COUNT", each of them optional.
REFERENCE = re.compile(r"([^:+]+)(\+?)(?::([0-9]{0,9}))?(?::([0-9]{0,9}))?", re.ASCII)
# Four digits and more begin an id: ids are hexadecimal, and no answer has a thousand sources.
SOURCE_NUMBER = re.compile("[0-9]{1,3}")


class View(NamedTuple):
    """Characters ``[start, end)`` of an article's file, and the cited ones among them."""

    article: Article
    start: int
    end: int
    cited: Span | None = None


class Source(NamedTuple):
    """A source of an answer: the folder of its index, the id of its article, the cited span."""

    folder: str
    article_id: str
    cited: Span


class LineRange(NamedTuple):
    """Lines of a file: the first, from 1, and at most how many; None where that was not said."""

    first: int | None = None
    limit: int | None = None


class Reference(NamedTuple):
    """An id or the number of a source, how many neighbours to show, which lines of the file."""

    name: str
    neighbours: int = 0
    lines: LineRange = LineRange()

    @property
    def number(self) -> int | None:
        """The number of a source; None for an id."""
        return int(self.name) if SOURCE_NUMBER.fullmatch(self.name) else None


def parse_reference(text: str) -> Reference:
    """Return the reference that ``ID``, ``N``, ``N+`` or ``N:FROM:COUNT`` stands for.

    Raises:
        UsageError: it is none of them.
    """
    match = REFERENCE.fullmatch(text.strip())
    if match is None:
        raise _make_syntax_error(text)
    name, plus, first_line, line_count = match.groups()
    first = _parse_number(first_line)
    limit = _parse_number(line_count)
    says_nothing = first_line == "" and line_count == ""  # "1::"
    if says_nothing or limit == 0:
        raise _make_syntax_error(text)
    lines = LineRange(first, limit)
    return Reference(name, len(plus), lines)


def find_view(
    text: str,
    get_source: Callable[[int], Source],
    locate_index: Callable[[str | None], Path | Store],
) -> View:
    """Return what a reference shows: a source in its passage, or the item of an id.

    ``get_source`` gives a source of the last answer by its number. ``locate_index`` gives the
    folder of the index to look into: for a source it is told the folder that the source came from,
    for an id None.

    Raises:
        UsageError: there is no such source, article, passage or line.
        IndexProblem: the index is missing or damaged.
    """
    reference = parse_reference(text)
    if reference.number is None:
        return _view_by_id(reference, locate_index(None))
    source = get_source(reference.number)
    index = locate_index(source.folder)
    return _view_excerpt(reference, index, source, cited=source.cited)


def view_item(
    item: Passage | Article, *, cited: Span | None = None, lines: LineRange | None = None
) -> View:
    """Return a view of a passage or article, or of some lines of its file from its first line on.

    Raises:
        UsageError: the file has no such line.
    """
    article = item.article if isinstance(item, Passage) else item
    if lines is None or lines == LineRange():
        return View(article, item.start, item.end, cited)
    first = lines.first
    if first is None:
        first = article.document.line(item.start)
    limit = DEFAULT_LINES if lines.limit is None else lines.limit
    start, end = _locate_lines(article, first, limit)
    return View(article, start, end, cited)


def _view_by_id(reference: Reference, index: Path | Store) -> View:
    """Return the article or passage of an id, a passage with the neighbours asked for."""
    from rag.index import lookup  # with numpy and faiss: rag.show imports this module

    item = lookup.find_by_reference(index, reference.name)
    if isinstance(item, Article) or not reference.neighbours:
        return view_item(item, lines=reference.lines)
    source = Source(str(index), item.article.id, Span(item.start, item.end))
    return _view_excerpt(reference, index, source, cited=None)


def _view_excerpt(
    reference: Reference, index: Path | Store, source: Source, *, cited: Span | None
) -> View:
    """Return the passages around a source's span, or the lines of the file that were named."""
    from rag.index import lookup

    article, span = lookup.find_excerpt(
        index, source.article_id, source.cited, neighbours=reference.neighbours
    )
    if reference.lines != LineRange():
        return view_item(article, cited=cited, lines=reference.lines)
    return View(article, span.start, span.end, cited)


def _locate_lines(article: Article, first: int, limit: int) -> Span:
    """Return where at most ``limit`` lines of an article's file stand from line ``first`` on."""
    text = article.document.text
    boundaries = [0]
    for line_end in LINE_END.finditer(text):
        boundaries.append(line_end.end())
    # After a line end that ends the file there is no further line.
    if boundaries[-1] < len(text) or not text:
        boundaries.append(len(text))
    line_count = len(boundaries) - 1
    if not 1 <= first <= line_count:
        path = article.document.path
        raise UsageError(f"{path} has no line {first}", hint=f"its lines are 1 to {line_count}")
    before = first - 1
    last = min(before + limit, line_count)
    return Span(boundaries[before], boundaries[last])


def _parse_number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _make_syntax_error(text: str) -> UsageError:
    return UsageError(
        f"{text!r:.80} is no ID[+][:FROM[:COUNT]]",
        hint="rag show 2:10:5 shows five lines of source 2 from line 10 on",
    )
