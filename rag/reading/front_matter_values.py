"""Where in a file the words of a value stand, whatever the syntax of its front matter does."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from rag.reading.formats.pieces import Piece
from rag.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterator


# Characters from the end of one word to the end of the next: line breaks, indents, marks, the word.
# Chosen by hand; without a limit every word is looked for to the end of the file.
_MAX_GAP = 2000


def find_value(text: str, span: Span, key: str) -> int:
    """Return where the value of a key begins; where the stretch begins if the key is not seen.

    The first words of a description may stand in the title above it.
    """
    mark = re.compile(rf"(?<![\w-])[\"']?{re.escape(key)}[\"']?[^\S\r\n]*[:=]")
    match = mark.search(text, span.start, span.end) if key else None
    return match.end() if match else span.start


def align_value(
    text: str,
    span: Span,
    value: str,
) -> list[Piece]:
    """Return where the words of a value stand in the file; nothing where one of them does not."""
    pieces: list[Piece] = []
    position = span.start
    for word in value.split():
        limit = min(span.end, position + _MAX_GAP) if pieces else span.end
        place, form = _find_word(text, Span(position, limit), word)
        # Between two words nothing else stands but white space and the marks of a syntax.
        between = text[position:place]
        if place < 0 or (pieces and any(map(str.isalnum, between.replace("\\n", "")))):
            return []
        position = place + len(form)
        shown = None if form == word else word
        before = " " if pieces else ""
        pieces.append(
            Piece(
                place,
                position,
                before,
                shown=shown,
            )
        )
    return pieces


def _find_word(
    text: str,
    span: Span,
    word: str,
) -> tuple[int, str]:
    """Return where a word stands first in a stretch of a file, and as what; -1 if nowhere."""
    places = [(text.find(form, span.start, span.end), form) for form in _list_forms(word)]
    found = [each for each in places if each[0] >= 0]
    return min(found, default=(-1, ""))


def _list_forms(word: str) -> Iterator[str]:
    """Yield how a word may be written in a syntax."""
    yield word
    yield word.replace("'", "''")
    for is_ascii in (True, False):
        yield json.dumps(word, ensure_ascii=is_ascii)[1:-1]
