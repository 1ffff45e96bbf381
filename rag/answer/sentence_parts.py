"""Parts of a sentence: what stands between its commas, and its clauses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Pattern

_CLAUSE_MARKS = re.compile(r"[;:：；](?=\s|$)|\s[–—]\s")
_COMMAS = re.compile(r",(?=\s)|，")


class SentencePart(NamedTuple):
    """A part of a sentence, and the clause that it is of."""

    whole: str
    span: Span
    clause: Span

    @property
    def text(self) -> str:
        """The part as it is written."""
        return self.whole[self.span.start : self.span.end]


def list_parts(text: str) -> Iterator[SentencePart]:
    """Yield the parts of a sentence: what stands between commas, its clauses, then all of it."""
    clauses = _split(
        text,
        _CLAUSE_MARKS,
        0,
    )
    pieces = []
    for start, end in clauses:
        for piece in _split(text[start:end], _COMMAS, start):
            pieces.append((piece, Span(start, end)))
    for piece, clause in pieces:
        yield SentencePart(
            text,
            piece,
            clause,
        )
    for clause in clauses:
        yield SentencePart(
            text,
            clause,
            clause,
        )
    whole = Span(
        0,
        len(text),
    )
    yield SentencePart(
        text,
        whole,
        whole,
    )


def _split(
    text: str,
    marks: Pattern[str],
    offset: int,
) -> list[Span]:
    """Return the spans between marks, counted from an offset."""
    spans = []
    start = 0
    for mark in marks.finditer(text):
        spans.append(Span(offset + start, offset + mark.start()))
        start = mark.end()
    spans.append(Span(offset + start, offset + len(text)))
    return spans
