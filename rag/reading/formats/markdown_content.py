"""What a paragraph, a heading or a cell of Markdown shows, as pieces of the text."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.reading.formats.markdown_forms import CELL
from rag.reading.formats.markdown_inline import find_drops
from rag.reading.formats.pieces import LINE, PARAGRAPH, Piece, close_gaps, strip_end, strip_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rag.records import Span

# What parts two pieces, the weakest first.
_SEPARATORS = ("", " ", CELL, LINE, PARAGRAPH)
# A line that is shorter may stand alone, whatever its paragraph goes on with; chosen by hand.
_MIN_WRAPPED_LINE = 50
_MAX_CONTENT = 200_000  # characters of a paragraph that is looked into; a longer one is shown as is
_FINAL_MARKS = '.!?…:;»”"'


class Source(NamedTuple):
    """A text whose line ends are single characters, and the same text with templates blanked."""

    text: str
    masked: str
    line_starts: list[int]  # and where the text ends
    hidden: list[tuple[int, int]]  # where the two differ

    @classmethod
    def make(cls, text: str, masked: str) -> Source:
        """Return the two texts with what is known of their lines."""
        lines = text.split("\n")
        lengths = (len(line) + 1 for line in lines)
        starts = [0, *accumulate(lengths)]
        hidden: list[tuple[int, int]] = []
        if text != masked:
            masked_lines = masked.split("\n")
            for line, masked_line, start in zip(
                lines,
                masked_lines,
                starts,
                strict=False,
            ):
                if line != masked_line:
                    hidden += _find_hidden(
                        line,
                        masked_line,
                        start,
                    )
        return cls(
            text,
            masked,
            starts,
            hidden,
        )

    def read_line(self, number: int) -> tuple[int, str]:
        """Return where a line begins, and what is left of it without templates."""
        start = self.line_starts[number]
        end = self.line_starts[number + 1] - 1
        return start, self.masked[start:end]


def _find_hidden(
    line: str,
    masked: str,
    line_start: int,
) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a line that were blanked."""
    start = -1
    for offset, character in enumerate(masked):
        is_hidden = character != line[offset]
        if is_hidden and start < 0:
            start = offset
        if start >= 0 and not is_hidden:
            yield line_start + start, line_start + offset
            start = -1
    if start >= 0:
        yield line_start + start, line_start + len(line)


class Row(NamedTuple):
    """A line of a block's content: where it stands in the content, and where in the text."""

    start: int
    end: int
    source: int


class Block(NamedTuple):
    """What a block says: its content, the lines it is made of, and how they are joined."""

    content: str
    rows: list[Row]
    is_joined: bool  # a line end is a space, whatever the lines look like


def locate_block(
    source: Source,
    content: str,
    lines: range,
    *,
    is_joined: bool,
) -> Block:
    """Return a block's content with the place of each of its lines in the text."""
    rows = []
    position = 0
    for text, number in zip(
        content.split("\n"),
        lines,
        strict=False,
    ):
        visible = text.strip()
        line_start, line = source.read_line(number)
        # What stands before the content are marks of quotations and lists.
        offset = line.rfind(visible)
        if visible and offset >= 0:
            start = position + text.index(visible)
            end = start + len(visible)
            rows.append(
                Row(
                    start,
                    end,
                    line_start + offset,
                )
            )
        position += len(text) + 1
    return Block(
        content,
        rows,
        is_joined,
    )


def locate_stretch(source: Source, span: Span) -> Block:
    """Return a stretch of one line as a block."""
    stretch = source.masked[span.start : span.end]
    visible = stretch.strip()
    offset = span.start + stretch.find(visible)
    row = Row(
        0,
        len(visible),
        offset,
    )
    return Block(
        visible,
        [row],
        is_joined=True,
    )


def locate_words(source: Source, words: Iterable[Piece]) -> Block:
    """Return words of the text as a block, in which a space parts them."""
    rows: list[Row] = []
    content = []
    position = 0
    for word in words:
        length = word.end - word.start
        rows.append(Row(position, position + length, word.start))
        content.append(source.text[word.start : word.end])
        position += length + 1
    return Block(" ".join(content), rows, is_joined=True)


def look_into(source: Source, block: Block, environment: dict[str, Any]) -> list[Piece]:
    """Return what is seen of a block, its markup taken away."""
    pieces: list[Piece] = []
    previous_row = 0
    for run in _cut_content(block.content, environment):
        for row, piece in _place_run(block, run):
            if row > previous_row and pieces:
                line_break = _break_line(block, row)
                before = choose_stronger(piece.before, line_break)
                piece = piece._replace(before=before)
            previous_row = row
            pieces += _hide_templates(source, piece)
    pieces = close_gaps(source.text, pieces)
    return _tidy(source.text, pieces)


def choose_stronger(one: str, other: str) -> str:
    """Return the one of two separators that parts more."""
    return max(
        one,
        other,
        key=_SEPARATORS.index,
    )


def _cut_content(content: str, environment: dict[str, Any]) -> Iterator[Piece]:
    """Yield the runs of a content that are seen, counted from its start."""
    position = 0
    before = ""
    drops = []
    if len(content) <= _MAX_CONTENT:
        drops = find_drops(content, environment)
    for drop in drops:
        if drop.start > position:
            yield Piece(
                position,
                drop.start,
                before,
            )
            before = ""
        if drop.shown in _SEPARATORS:
            before = choose_stronger(before, drop.shown)
        else:
            yield Piece(
                drop.start,
                drop.end,
                before,
                shown=drop.shown,
            )
            before = ""
        position = drop.end
    if position < len(content):
        yield Piece(
            position,
            len(content),
            before,
        )


def _place_run(block: Block, run: Piece) -> Iterator[tuple[int, Piece]]:
    """Yield a run of a block's content as pieces of the text, with the row of each."""
    before = run.before
    first = (
        bisect_right(
            block.rows,
            run.start,
            key=_get_start,
        )
        - 1
    )
    for number in range(max(0, first), len(block.rows)):
        row = block.rows[number]
        if row.start >= run.end:
            break
        start = max(run.start, row.start)
        end = min(run.end, row.end)
        if start >= end:
            continue
        offset = row.source - row.start
        piece = run._replace(
            start=start + offset,
            end=end + offset,
            before=before,
        )
        yield number, piece
        before = ""


def _get_start(row: Row) -> int:
    return row.start


def _break_line(block: Block, number: int) -> str:
    """Return what the end of the line before a row shows: a line end where it is meant."""
    above = block.rows[number - 1]
    below = block.rows[number]
    line = block.content[above.start : above.end]
    rest = block.content[above.end : below.start]
    if line.endswith("\\") or rest.startswith("  "):
        return LINE
    if block.is_joined:
        return " "
    is_short = len(line) < _MIN_WRAPPED_LINE
    return LINE if is_short or line[-1] in _FINAL_MARKS else " "


def _hide_templates(source: Source, piece: Piece) -> Iterable[Piece]:
    """Return a piece without the templates in it."""
    hidden = source.hidden
    # Templates do not overlap: the last one that begins before the piece may reach into it.
    first = bisect_right(hidden, (piece.start, piece.start)) - 1
    position = piece.start
    before = piece.before
    kept = []
    for number in range(max(0, first), len(hidden)):
        start, end = hidden[number]
        if start >= piece.end:
            break
        if end <= position:
            continue
        if start > position:
            part = piece._replace(
                start=position,
                end=start,
                before=before,
            )
            kept.append(part)
            before = ""
        position = end
    if position < piece.end:
        rest = piece._replace(start=position, before=before)
        kept.append(rest)
    return kept


def _tidy(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces of a block without white space at its ends and after its breaks."""
    kept: list[Piece] = []
    before = ""
    for piece in pieces:
        before = choose_stronger(before, piece.before)
        is_first = before != "" or not kept
        if is_first and piece.shown is None:
            piece = strip_start(text, piece)
        if piece.start < piece.end:
            kept.append(piece._replace(before=before))
            before = ""
    if kept and kept[-1].shown is None:
        last = kept.pop()
        kept.append(strip_end(text, last))
    return kept
