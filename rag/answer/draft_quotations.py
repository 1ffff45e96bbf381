"""Quotations in a draft: where their marks open and close, and the pieces they are made of.

« », “ ”, „ “, »…«, ‹ ›, 「 」 and straight marks, nested or not, over lines and paragraphs. A mark
that is never closed opens nothing. "[…]" and "(...)" part a quotation in pieces, "[word]" is an
insertion of whoever quotes. Time grows with the length of the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.answer.quoted_words import QuotedWord, split_quoted_words
from rag.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    Gap = Literal["none", "insertion", "ellipsis"]

# What closes what a mark opens. German books open with » what others close with it, and Swedish
# and Finnish papers open and close with the same mark.
CLOSERS = {
    "«": "»",
    "‹": "›",
    "“": "”",
    "„": "“”",
    "»": "«»",
    "›": "‹›",
    "”": "”",
    '"': '"',
    "＂": "＂",
    "「": "」",
    "『": "』",
}
_CLOSING_MARKS = frozenset("".join(CLOSERS.values()))
_STRAIGHT_MARKS = '"＂”'  # they open no quotation that goes on in the next paragraph
_MARK = re.compile(r"[«»‹›“”„\"＂「」『』]|\n[^\S\n]*\n\s*")
_OPENS_AFTER = " \t\n\u00a0\u202f\u2009([{—–-/:'’«“„‹»"
_OPENING_SIGNS = tuple("«“„‹[(¿¡…*_")  # what a quotation may begin with
_BLOCK_LINES = re.compile(r"(?:^[ ]{0,3}>[^\n]*(?:\n|\Z))+", re.MULTILINE)
_CALLOUT = re.compile(r"\s*>\s*\[!")
_CREDIT = re.compile(r"\n[ >\t]*(?:—|–|--)[^\n]*\s*\Z")
_ELLIPSIS = re.compile(r"[\[(]\s*(?:…|\.\s?\.\s?\.)\s*[\])]")
_INSERTION = re.compile(r"\[[^\[\]]{1,200}\]")
# A capital that was changed: "[L]es ministres". The brackets become what no word sees.
_CHANGED_LETTER = re.compile(r"\[(\w)\](?=\w)")
_NOTHING = "\u2060"
MIN_WORDS = 3  # of a quotation; fewer are a word that is mentioned, or meant with irony
# All chosen by hand, far above what is usual.
MAX_LENGTH = 6000  # characters of a quotation
MAX_PARAGRAPHS = 4  # that a quotation goes on over
MAX_DEPTH = 12  # quotations within quotations
MAX_PIECES = 20  # of a quotation


class Piece(NamedTuple):
    """Words that stand one after the other, and what stood before them in the quotation."""

    words: list[QuotedWord]  # with offsets of the draft's text
    gap: Gap


class DraftQuotation(NamedTuple):
    """A quotation in a draft: with its marks, without them, and in pieces."""

    outer: Span
    span: Span
    pieces: tuple[Piece, ...]

    @property
    def word_count(self) -> int:
        """How many words it has, insertions apart."""
        return sum(len(piece.words) for piece in self.pieces)


class _Opened(NamedTuple):
    """A mark that is open, and the quotations that were closed since."""

    mark: str
    start: int
    paragraph: int
    inner: list[Span]


def find_quotations(text: str) -> list[DraftQuotation]:
    """Return the quotations between marks in order, those within others left out."""
    finder = _Finder(text)
    for match in _MARK.finditer(text):
        finder.take(match)
    quotations = []
    for outer in finder.finish():
        last = text[outer.end - 1]
        end = outer.end
        # One that goes on in the next paragraph has no mark at its end.
        if last in _CLOSING_MARKS:
            end -= 1
        inside = Span(outer.start + 1, end)
        pieces = _split_pieces(text, inside)
        quotation = DraftQuotation(
            outer,
            inside,
            pieces,
        )
        quotations.append(quotation)
    return quotations


def find_block_quotations(text: str) -> list[Span]:
    """Return the lines of a file of Markdown or plain text that are quoted as a block.

    Callouts are none; a last line that begins with a dash says who is quoted.
    """
    blocks = []
    for block in _BLOCK_LINES.finditer(text):
        if _CALLOUT.match(block[0]):
            continue
        start, end = block.span()
        credit = _CREDIT.search(text, start, end)
        end = credit.start() if credit else block.end()
        start = block.start()
        inside = text[start:end].strip("> \n")
        if inside:
            span = Span(start, end)
            blocks.append(span)
    return blocks


def make_block_quotation(text: str, span: Span) -> DraftQuotation:
    """Return a stretch that is a quotation as a whole."""
    pieces = _split_pieces(text, span)
    return DraftQuotation(
        span,
        span,
        pieces,
    )


class _Finder:
    """Follows the marks of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._opened: list[_Opened] = []
        self._closed: list[Span] = []
        self._paragraph = 0

    def finish(self) -> list[Span]:
        """Return the quotations, marks included; what is still open is none."""
        self._drop(0)
        return sorted(self._closed)

    def take(self, match: re.Match[str]) -> None:
        """Take the next mark, or the next end of a paragraph."""
        mark = match[0]
        start = match.start()
        if mark[0] == "\n":
            self._end_paragraph(start, match.end())
            return
        self._forget_old(start)
        closed = self._find_closed(mark)
        looks_opening = self._looks_opening(start)
        may_open = mark in CLOSERS
        if closed is not None and not (looks_opening and may_open):
            end = match.end()
            self._close(closed, end)
            return
        if may_open and not looks_opening:
            may_open = self._may_open_anywhere(mark, start)
        if may_open and len(self._opened) < MAX_DEPTH:
            opened = _Opened(
                mark,
                start,
                self._paragraph,
                [],
            )
            self._opened.append(opened)

    def _may_open_anywhere(self, mark: str, start: int) -> bool:
        """Return whether a mark may open a quotation whatever stands beside it."""
        if mark in "«‹“„「『":
            return True
        # Five inches (5") open nothing, nor does a mark that lost its partner.
        before = self._text[start - 1 : start]
        is_after_word = bool(before.strip())
        return mark in '"＂' and not is_after_word

    def _looks_opening(self, start: int) -> bool:
        """Return whether a mark has a space before it and the beginning of a text behind it."""
        before = self._text[start - 1 : start] if start else " "
        after = self._text[start + 1 : start + 2]
        if before not in _OPENS_AFTER:
            return False
        return after.isalnum() or after in _OPENING_SIGNS

    def _find_closed(self, mark: str) -> int | None:
        """Return which open mark this one closes: the innermost that it can."""
        innermost_first = reversed(range(len(self._opened)))
        for place in innermost_first:
            opened = self._opened[place]
            if mark in CLOSERS[opened.mark]:
                return place
        return None

    def _close(self, place: int, end: int) -> None:
        """End a quotation: what opened within it and was not closed is part of it."""
        opened = self._opened[place]
        span = Span(opened.start, end)
        del self._opened[place:]
        self._add(span)

    def _add(self, span: Span) -> None:
        """Keep a quotation, in the one around it where there is one."""
        into = self._closed
        if self._opened:
            into = self._opened[-1].inner
        into.append(span)

    def _drop(self, place: int) -> None:
        """Forget the marks from a place on; what stood within them stays."""
        dropped = self._opened[place:]
        del self._opened[place:]
        for opened in dropped:
            for span in opened.inner:
                self._add(span)

    def _forget_old(self, start: int) -> None:
        """Forget the marks that were opened too long ago."""
        for place, opened in enumerate(self._opened):
            if start - opened.start > MAX_LENGTH:
                self._drop(place)
                return

    def _end_paragraph(self, end: int, following: int) -> None:
        """Forget the marks that do not go on in the next paragraph.

        English papers open a quotation again in each of its paragraphs, and close it in the last.
        """
        self._paragraph += 1
        next_mark = self._text[following : following + 1]
        for place, opened in enumerate(self._opened):
            age = self._paragraph - opened.paragraph
            if opened.mark == next_mark and age == 1:
                self._close(place, end)
                return
            ends_here = opened.mark in _STRAIGHT_MARKS
            if ends_here or age >= MAX_PARAGRAPHS:
                self._drop(place)
                return


def _split_pieces(text: str, span: Span) -> tuple[Piece, ...]:
    """Return the pieces of a quotation that have words."""
    # As long as the text, so that offsets stay those of the draft.
    inside = text[span.start : span.end]
    cleaned = _CHANGED_LETTER.sub(
        rf"{_NOTHING}\1{_NOTHING}",
        inside,
    )
    pieces = []
    gap: Gap = "none"
    position = 0
    for cut, gap_after in _list_cuts(cleaned):
        words = _split_words(
            cleaned,
            position,
            cut.start,
            span.start,
        )
        if words:
            piece = Piece(words, gap)
            pieces.append(piece)
            gap = "none"
        # Left out more than inserted: what is looser holds.
        gap = "ellipsis" if "ellipsis" in (gap, gap_after) else gap_after
        position = cut.end
    words = _split_words(
        cleaned,
        position,
        len(cleaned),
        span.start,
    )
    if words:
        piece = Piece(words, gap)
        pieces.append(piece)
    return tuple(pieces[:MAX_PIECES])


def _list_cuts(text: str) -> Iterator[tuple[Span, Gap]]:
    """Yield where something is left out or inserted, in order."""
    cuts: list[tuple[Span, Gap]] = []
    for match in _ELLIPSIS.finditer(text):
        span = Span(*match.span())
        cuts.append((span, "ellipsis"))
    for match in _INSERTION.finditer(text):
        span = Span(*match.span())
        if not _ELLIPSIS.fullmatch(match[0]):
            cuts.append((span, "insertion"))
    return iter(sorted(cuts))


def _split_words(text: str, start: int, end: int, offset: int) -> list[QuotedWord]:
    """Return the words of a part of a quotation, with offsets of the draft."""
    words = []
    for written in split_quoted_words(text, start, end):
        word = QuotedWord(
            written.key,
            offset + written.start,
            offset + written.end,
        )
        words.append(word)
    return words
