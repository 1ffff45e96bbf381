"""Articles into passages: paragraphs packed up to a size, cut between sentences where they must be cut."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from rag.records import Passage, Span, content_id
from rag.text.words import to_one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rag.records import Article

_CLAUSE = re.compile(r"[,;:)\]»”—–、，；：،؛]\s*|\.\s+")
_BREAK = re.compile(r"\s+")
_JOINER = "\u200d"
_LONGEST_CLUSTER = 32  # a letter with its marks; beyond, they are noise that may be cut


class _Unit(NamedTuple):
    """A sentence, or a piece of one that is too long, with its number of tokens."""

    start: int
    end: int
    size: int


def format_header(article: Article) -> str:
    """What is embedded and indexed with each passage of an article, and never shown: title · publisher · date."""
    parts = (article.title, article.publisher, article.date.isoformat() if article.date else None)
    return " · ".join(line for part in parts if part and (line := to_one_line(part)))


def split_passages(
    article: Article, *, count: Callable[[str], int], size: int = 200
) -> list[Passage]:
    """Cut an article into passages of at most about ``size`` tokens as ``count`` measures them.

    Paragraphs stay whole where they fit, sentences always unless one alone is longer. Where a paragraph is cut, the next passage
    begins with the sentence before the cut, so that what it refers to is there; otherwise passages do not overlap. Together they
    hold all of the article that is not white space. Time grows with the length of the text.
    """
    from rag.text.sentences import split_paragraphs, split_sentences  # not needed for header

    text = article.document.text
    passages: list[list[_Unit]] = []
    for paragraph in split_paragraphs(text, article.start, article.end):
        units = [
            unit
            for span in split_sentences(text, *paragraph)
            for unit in _units(text, span, count, size)
        ]
        _pack(passages, units, size)
    spans = [Span(units[0].start, units[-1].end) for units in passages]
    return [
        Passage(
            content_id(article.id, start - article.start, end - article.start), article, start, end
        )
        for start, end in spans
    ]


def _pack(passages: list[list[_Unit]], paragraph: Sequence[_Unit], size: int) -> None:
    """Add a paragraph to the last passage when it fits, or else begin others with it."""
    room = size - sum(unit.size for unit in passages[-1]) if passages else 0
    whole = sum(unit.size for unit in paragraph)
    if not passages or (whole > room and (whole <= size or room < size / 2)):
        passages.append([])
        room = size
    before: _Unit | None = None
    for unit in paragraph:
        if passages[-1] and unit.size > room:
            again = (
                [before]
                if before and before.size + unit.size <= size and before.size <= size / 4
                else []
            )
            passages.append(again)
            room = size - sum(each.size for each in again)
        passages[-1].append(unit)
        before, room = unit, room - unit.size


def _units(text: str, sentence: Span, count: Callable[[str], int], size: int) -> Iterator[_Unit]:
    """The sentence, or its pieces of at most ``size`` tokens when it has more."""
    tokens = count(text[sentence.start : sentence.end])
    if tokens <= size:
        yield _Unit(*sentence, max(tokens, 1))
        return
    start = sentence.start
    while start < sentence.end:
        width = max(1, (sentence.end - sentence.start) * size // tokens)
        end = _cut(text, start, min(start + width, sentence.end), sentence.end)
        while (found := count(text[start:end])) > size and end - start > 1:
            end = _cut(
                text, start, start + max(1, (end - start) * size // (found + 1)), sentence.end
            )
        yield _Unit(start, end, max(found, 1))
        start = end
        while start < sentence.end and text[start].isspace():
            start += 1


def _cut(text: str, start: int, end: int, stop: int) -> int:
    """The best place to end a piece that may reach from ``start`` to ``end``: after a clause, a word, a letter with its marks."""
    if end == stop:
        return end
    middle = start + (end - start) // 2
    for pattern, reach in ((_CLAUSE, end), (_BREAK, end + 1)):
        places = [found.end() for found in pattern.finditer(text, middle, reach)]
        if places:
            return start + len(text[start : places[-1]].rstrip())
    for place in range(end, max(start, end - _LONGEST_CLUSTER), -1):
        if not (
            unicodedata.category(text[place]).startswith("M")
            or _JOINER in text[place - 1 : place + 1]
        ):
            return place
    return end
