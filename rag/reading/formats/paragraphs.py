"""The lines of columns into paragraphs: by distance, indent, size, and how full a line is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.reading.formats.table_rows import describe_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.formats.page_layout import Line

# Chosen by hand on pages of many programs; lengths in units of the height of the text.
_MAX_LEADING = 1.28  # of the usual distance of two lines: what is more begins a paragraph
_SAME_SIZE = 0.12  # of the height of text
_MIN_INDENT = 0.5
_SHORT_LINE = 0.86  # of the width of its column: such a line may end a paragraph
_ROOM = 1.4  # for a word, beside its mean width: letters differ
_MIN_TABLE = 3  # rows
_BULLET = re.compile(r"\s*[•‣▪●○◦■□–—*·]\s")
_NUMBER = re.compile(r"\s*(?:\(?\d{1,3}[.)]|[a-z]\))\s")
_HYPHENS = ("-", "\u00ad", "\u2010")
_OPENING_MARKS = "«“‘(["
# A script without small letters, or a number that is none of a heading.
_CONTINUATION = re.compile(
    r"[\u0590-\u08ff\u0e00-\u0eff\u3040-\u9fff]|(?:\d+(?:[.,]\d+)*\s+)+[a-zà-ÿ]"
)
_UNSPACED = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
_LEADERS = re.compile(r"(?:\s*[.·_]){4,}\s*[\divxlc]*\s*\Z")
_SENTENCE_END = re.compile(r"[.!?…:;。！？؟।]['\"”»’)\]\s]*\Z")


class Paragraph(NamedTuple):
    """The lines of a paragraph, and what tells whether it goes on in the next column."""

    lines: list[str]
    height: float
    page: int  # from 0
    is_full: bool = False  # its last line fills the column, so that it may go on elsewhere


def split_paragraphs(lines: Sequence[Line], page: int) -> list[Paragraph]:
    """Return the paragraphs of a column."""
    paragraphs: list[Paragraph] = []
    start = 0
    while start < len(lines):
        end = _find_table_end(lines, start)
        if end - start >= _MIN_TABLE:
            paragraphs += _read_table(lines[start:end], page)
            start = end
            continue
        end = start + 1
        while end < len(lines) and _find_table_end(lines, end) - end < _MIN_TABLE:
            end += 1
        paragraphs += _split_running_text(lines[start:end], page)
        start = end
    return paragraphs


def _find_table_end(lines: Sequence[Line], start: int) -> int:
    """Return the end of the lines from one on that are divided into the same number of cells."""
    end = start
    width = len(lines[start].cells)
    if width < 2:
        return start
    while end < len(lines) and len(lines[end].cells) == width:
        end += 1
    return end


def _read_table(lines: Sequence[Line], page: int) -> list[Paragraph]:
    """Return the rows of a table, each with the heads of its columns."""
    rows = [line.cells for line in lines]
    height = lines[0].height
    paragraphs = []
    for text in describe_rows(rows):
        paragraph = Paragraph([text], height, page)
        paragraphs.append(paragraph)
    return paragraphs


def _split_running_text(lines: Sequence[Line], page: int) -> list[Paragraph]:
    """Return the paragraphs of lines of running text."""
    column = _measure_column(lines)
    paragraphs: list[Paragraph] = []
    texts: list[str] = []
    before: Line | None = None
    for line in lines:
        if before is not None and _begins_paragraph(line, before, column):
            paragraph = _make_paragraph(texts, before, column, page)
            paragraphs.append(paragraph)
            texts = []
        texts.append(line.text)
        before = line
    if before is not None:
        paragraph = _make_paragraph(texts, before, column, page)
        paragraphs.append(paragraph)
    return paragraphs


def _make_paragraph(texts: list[str], last: Line, column: _Column, page: int) -> Paragraph:
    is_full = _fills(last, column)
    return Paragraph(texts, last.height, page, is_full)


class _Column(NamedTuple):
    """The usual measures of a column."""

    left: float
    right: float
    leading: float


def _measure_column(lines: Sequence[Line]) -> _Column:
    """Return where most lines begin, where the longest ends, and the usual distance of two."""
    lefts = []
    rights = []
    distances = []
    before: Line | None = None
    for line in lines:
        lefts.append(line.left)
        rights.append(line.right)
        if before is not None and _have_same_size(line, before):
            distance = line.baseline - before.baseline
            distances.append(distance)
        before = line
    # Distances between paragraphs are greater, and indents are further to the right.
    left = _take_lower_quartile(lefts)
    leading = _take_lower_quartile(distances)
    return _Column(left, max(rights), leading)


def _take_lower_quartile(numbers: list[float]) -> float:
    """Return the number that a quarter of them is below; 0 for none."""
    if not numbers:
        return 0.0
    numbers.sort()
    quarter = len(numbers) // 4
    return numbers[quarter]


def _have_same_size(one: Line | Paragraph, other: Line | Paragraph) -> bool:
    """Return whether the type of two lines has the same size."""
    difference = abs(one.height - other.height)
    return difference <= _SAME_SIZE * other.height


def _begins_paragraph(line: Line, before: Line, column: _Column) -> bool:
    """Return whether a line begins a paragraph."""
    if not _have_same_size(line, before):
        return True
    distance = line.baseline - before.baseline
    leading = column.leading or line.height
    if distance > _MAX_LEADING * leading:
        return True
    if _BULLET.match(line.text) or _LEADERS.search(before.text):
        return True
    is_number = _NUMBER.match(line.text) is not None
    if is_number and _NUMBER.match(before.text):
        return True
    # Whatever else may begin one, a sentence ends before it: "2. März" stands anywhere.
    if _SENTENCE_END.search(before.text) is None:
        return False
    if is_number or _has_room(before, line, column):
        return True
    min_indent = _MIN_INDENT * line.height
    indent = line.left - column.left
    indent_before = before.left - column.left
    return indent > min_indent >= indent_before


def _has_room(before: Line, line: Line, column: _Column) -> bool:
    """Return whether the first word of a line had room at the end of the line before it.

    Then that line ends where it was meant to.
    """
    word, _, _ = line.text.partition(" ")
    length = len(word) + 1
    if _UNSPACED.match(word):
        # Chinese and Japanese lines end anywhere.
        length = 2
    width = line.right - line.left
    letter_width = width / max(len(line.text), 1)
    room = column.right - before.right
    return room > _ROOM * length * letter_width


def _fills(line: Line, column: _Column) -> bool:
    """Return whether a line reaches the end of its column, so that it may go on."""
    width = column.right - column.left
    length = line.right - column.left
    return length >= _SHORT_LINE * width


def goes_on(paragraph: Paragraph, following: Paragraph) -> bool:
    """Return whether a paragraph goes on in the next column or on the next page."""
    if following.page - paragraph.page > 1:
        return False
    if not _have_same_size(following, paragraph):
        return False
    last = paragraph.lines[-1]
    if _SENTENCE_END.search(last):
        return False
    if last.endswith(_HYPHENS):
        return True
    first = following.lines[0]
    first = first.lstrip(_OPENING_MARKS)
    if first[:1].islower():
        return True
    # A heading ends before its line does.
    continuation = _CONTINUATION.match(first)
    return paragraph.is_full and continuation is not None
