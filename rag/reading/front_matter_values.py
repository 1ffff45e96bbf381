"""Where in a file the words of a value stand, whatever the syntax of its front matter does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rag.reading.formats.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.records import Span


def align_value(
    text: str,
    span: Span,
    value: str,
) -> list[Piece]:
    """Return where the words of a value stand in the file; nothing where one of them does not."""
    pieces: list[Piece] = []
    position = span.start
    for word in value.split():
        forms = dict.fromkeys(_list_forms(word))
        places = [
            (
                text.find(
                    form,
                    position,
                    span.end,
                ),
                form,
            )
            for form in forms
        ]
        place, form = min(
            (each for each in places if each[0] >= 0),
            default=(-1, ""),
        )
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


def _list_forms(word: str) -> Iterator[str]:
    """Yield how a word may be written in a syntax."""
    yield word
    yield word.replace("'", "''")
    for is_ascii in (True, False):
        yield json.dumps(word, ensure_ascii=is_ascii)[1:-1]
