"""Articles into passages: paragraphs packed up to a size, cut between sentences where they must be.

Where passages begin and end is part of an index: a change here means building it again.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from rag.reading.shown_text import ShownText, split_shown_paragraphs
from rag.records import Passage, Span, content_id
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rag.records import Article

_CLAUSE_END = re.compile(r"[,;:)\]»”—–、，；：،؛]\s*|\.\s+")
_SPACE = re.compile(r"\s+")
_JOINER = "\u200d"
# A letter with its marks; a longer cluster is noise that may be cut. Chosen by hand.
_MAX_CLUSTER = 32
# Chosen by hand: a passage is closed when less than this share of it is free, and the sentence that
# is repeated after a cut takes no more than the other share.
_MIN_ROOM = 1 / 2
_MAX_REPEATED = 1 / 4


class _Unit(NamedTuple):
    """A sentence, or a piece of one that is too long, with its number of tokens."""

    start: int
    end: int
    size: int


def format_header(article: Article) -> str:
    """Return what each passage of an article is read under, and is never shown.

    It is "title · publisher · date", without what is not known.
    """
    date = article.date.isoformat() if article.date else ""
    return _join_parts(article.title, article.publisher, date)


def format_searched_header(article: Article) -> str:
    """Return what is embedded and indexed with each passage of an article, and never shown.

    That is what it is read under, with the section of the newsletter that it stands in.
    """
    return _join_parts(format_header(article), article.section)


def _join_parts(*parts: str | None) -> str:
    """Return what is known of some parts, each on one line, with a dot between two."""
    lines = [to_one_line(part or "") for part in parts]
    return " · ".join(filter(None, lines))


def split_passages(
    article: Article,
    *,
    count: Callable[[str], int],
    size: int = 200,
    expect: Callable[[list[str]], object] | None = None,
) -> list[Passage]:
    """Return an article cut into passages of at most about ``size`` tokens, measured by ``count``.

    ``expect`` is told all sentences before the first is measured.

    Paragraphs stay whole where they fit, sentences always unless one alone is longer. Where a
    paragraph is cut, the next passage begins with the sentence before the cut, so that what it
    refers to is there; otherwise passages do not overlap. Together they hold all of the article
    that is seen and not white space. Time grows with the length of the text.
    """
    shown = ShownText(article.document, article.start, article.end)
    packed: list[list[_Unit]] = []
    paragraphs = list(split_shown_paragraphs(shown))
    if expect is not None:
        expect([shown.text[start:end] for start, end in chain.from_iterable(paragraphs)])
    for sentences in paragraphs:
        units: list[_Unit] = []
        for sentence in sentences:
            pieces = _cut_sentence(shown.text, sentence, count, size)
            units.extend(pieces)
        _pack_paragraph(packed, units, size)

    passages = []
    for units in packed:
        seen = Span(units[0].start, units[-1].end)
        start, end = shown.locate(seen)
        # Counted from the article: a passage keeps its id when its file grows above it.
        passage_id = content_id(
            article.id,
            start - article.start,
            end - article.start,
        )
        passage = Passage(passage_id, article, start, end)
        passages.append(passage)
    return passages


def _pack_paragraph(packed: list[list[_Unit]], paragraph: Sequence[_Unit], size: int) -> None:
    """Add a paragraph to the last passage when it fits, or else begin others with it."""
    if not packed:
        packed.append([])
    room = size - _count_tokens(packed[-1])
    paragraph_size = _count_tokens(paragraph)
    # A paragraph longer than any passage fills the last one first, where enough of it is free.
    must_be_cut = paragraph_size > size
    may_start_here = must_be_cut and room >= size * _MIN_ROOM
    fits = paragraph_size <= room or may_start_here
    if packed[-1] and not fits:
        packed.append([])
        room = size

    previous: _Unit | None = None
    for unit in paragraph:
        if packed[-1] and unit.size > room:
            repeated = _choose_repeated(previous, unit, size)
            packed.append(repeated)
            room = size - _count_tokens(repeated)
        packed[-1].append(unit)
        room -= unit.size
        # It may be repeated at the head of the next passage.
        previous = unit


def _choose_repeated(previous: _Unit | None, unit: _Unit, size: int) -> list[_Unit]:
    """Return the sentence that a passage repeats from the one before it: none, or one that fits."""
    # At the head of a paragraph nothing is repeated: pronouns rarely reach back so far.
    if previous is None:
        return []
    if previous.size > size * _MAX_REPEATED:
        return []
    if previous.size + unit.size > size:
        return []
    return [previous]


def _count_tokens(units: Sequence[_Unit]) -> int:
    return sum(unit.size for unit in units)


def _cut_sentence(
    text: str, sentence: Span, count: Callable[[str], int], size: int
) -> Iterator[_Unit]:
    """Yield the sentence, or its pieces of at most ``size`` tokens when it has more."""
    start, sentence_end = sentence
    tokens = count(text[start:sentence_end])
    if tokens <= size:
        yield _Unit(start, sentence_end, max(tokens, 1))
        return
    # As many characters as the sentence has for so many tokens on average.
    length = sentence_end - start
    width = max(1, length * size // tokens)
    while start < sentence_end:
        limit = min(start + width, sentence_end)
        end = _find_cut(text, start, limit, sentence_end)
        tokens = count(text[start:end])
        # A piece with more tokens than the average is made shorter until it fits.
        while tokens > size and end - start > 1:
            length = end - start
            # One token more than it has: the length must become less.
            width_of_piece = max(1, length * size // (tokens + 1))
            limit = start + width_of_piece
            end = _find_cut(text, start, limit, sentence_end)
            tokens = count(text[start:end])
        yield _Unit(start, end, max(tokens, 1))
        # The next piece begins with a letter.
        start = end
        while start < sentence_end and text[start].isspace():
            start += 1


def _find_cut(text: str, start: int, end: int, sentence_end: int) -> int:
    """Return the best place to end a piece that may reach from ``start`` to ``end``.

    That is after the last clause or else the last word of its second half, or else between two
    letters with their marks.
    """
    if end == sentence_end:
        return end
    middle = start + (end - start) // 2
    # A word may end right at the end: then the space after it is looked at, too.
    for pattern, limit in ((_CLAUSE_END, end), (_SPACE, end + 1)):
        last_match = None
        for match in pattern.finditer(text, middle, limit):
            last_match = match
        if last_match:
            piece = text[start : last_match.end()]
            return start + len(piece.rstrip())
    lowest = max(start, end - _MAX_CLUSTER)
    for cut in range(end, lowest, -1):
        # An accent belongs to the letter before it, joined pictures are one.
        category = unicodedata.category(text[cut])
        neighbours = text[cut - 1 : cut + 1]
        if not category.startswith("M") and _JOINER not in neighbours:
            return cut
    return end
