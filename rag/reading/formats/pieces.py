"""Pieces of a text that a person sees, and the edits that are left between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.records import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LINE = "\n"
PARAGRAPH = "\n\n"
_OPENING_MARKS = "`*_~[=<\\"
_CLINGING_MARKS = frozenset(".,;:!?)]}…")


class Piece(NamedTuple):
    """A stretch of the text that is seen, after ``before``, and ``lead`` where the text has none.

    ``shown`` stands for a stretch that is seen in another form, an entity for one.
    """

    start: int
    end: int
    before: str = ""
    lead: str = ""
    shown: str | None = None


def render(text: str, pieces: Iterable[Piece]) -> str:
    """Return what a person sees of some pieces."""
    parts = []
    for piece in pieces:
        parts.append(piece.before)
        parts.append(piece.lead)
        parts.append(show_piece(text, piece))
    return "".join(parts)


def show_piece(text: str, piece: Piece) -> str:
    """Return a piece as it is seen, without what stands before it."""
    if piece.shown is not None:
        return piece.shown
    return text[piece.start : piece.end]


def make_edits(text: str, pieces: Iterable[Piece]) -> tuple[Edit, ...]:
    """Return what leads from a text to its pieces.

    Each line end of ``text`` is one character.
    """
    edits: list[Edit] = []
    position = 0
    for piece in pieces:
        if piece.start < position or piece.start >= piece.end:
            continue
        if position == 0:
            # The first piece has nothing to be parted from.
            piece = piece._replace(before="")
        edits += _bridge_gap(text, position, piece)
        position = piece.end
    rest = text[position:]
    # White space at the end shows nothing as it is.
    if rest.strip():
        edits.append(Edit(position, len(text), ""))
    return tuple(edits)


def _bridge_gap(text: str, position: int, piece: Piece) -> Iterator[Edit]:
    """Yield the edits from the end of one piece to the end of the next."""
    if piece.start == position:
        yield from _write_first(text, piece, piece.before + piece.lead)
        return
    gap = text[position : piece.start]
    line_start = position + gap.rfind("\n") + 1
    if not piece.lead or line_start == position:
        yield from _replace_gap(
            text,
            position,
            piece.start,
            piece.before + piece.lead,
        )
        yield from _write_first(text, piece, "")
        return
    # What is put in front belongs to the piece: a sentence begins with it, not before it.
    yield from _replace_gap(
        text,
        position,
        line_start,
        piece.before,
    )
    if line_start < piece.start:
        yield Edit(line_start, piece.start, piece.lead)
        yield from _write_first(text, piece, "")
    else:
        yield from _write_first(text, piece, piece.lead)


def _replace_gap(
    text: str,
    start: int,
    end: int,
    shown: str,
) -> Iterator[Edit]:
    """Yield the edit of a gap, unless it parts as much as is asked for, and shows nothing."""
    gap = text[start:end]
    if gap == shown:
        return
    line_ends = gap.count("\n")
    is_blank = not gap.strip()
    is_paragraph = shown == PARAGRAPH and line_ends > 1
    is_line = shown == LINE and line_ends == 1
    if not (is_blank and (is_paragraph or is_line)):
        yield Edit(start, end, shown)


def _write_first(text: str, piece: Piece, lead: str) -> Iterator[Edit]:
    """Yield the edit of a piece that is seen in another form, or has no room in front of it."""
    if piece.shown is not None:
        yield Edit(piece.start, piece.end, lead + piece.shown)
    elif lead:
        # The first character takes what is put there with it.
        first = text[piece.start]
        yield Edit(piece.start, piece.start + 1, lead + first)


def close_gaps(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces of a block without the spaces that what was dropped stood between."""
    closed: list[Piece] = []
    for piece in pieces:
        before = piece.before
        if closed:
            trimmed = _trim_end(text, closed.pop(), piece)
            if trimmed.start < trimmed.end:
                closed.append(trimmed)
            else:
                before = trimmed.before or before
        piece = piece._replace(before=before)
        closed.append(piece)
    return closed


def _trim_end(text: str, piece: Piece, following: Piece) -> Piece:
    """Return a piece without the white space at its end where the next one needs none."""
    if piece.shown is not None:
        return piece
    gap = text[piece.end : following.start]
    # Marks that open something leave nothing out: "by `.once()`".
    if not gap.strip(_OPENING_MARKS) and not following.before:
        return piece
    first = show_piece(text, following)[:1]
    is_apart = following.before != "" or first.isspace()
    if not is_apart and first not in _CLINGING_MARKS:
        return piece
    return strip_end(text, piece)


def strip_end(text: str, piece: Piece) -> Piece:
    """Return a piece without the white space at its end."""
    stretch = text[piece.start : piece.end]
    length = len(stretch.rstrip())
    return piece._replace(end=piece.start + length)


def strip_start(text: str, piece: Piece) -> Piece:
    """Return a piece without the white space at its start."""
    stretch = text[piece.start : piece.end]
    length = len(stretch.lstrip())
    return piece._replace(start=piece.end - length)
