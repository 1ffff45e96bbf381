"""The lines of columns into paragraphs: by distance, indent, size, and how full a line is."""

from __future__ import annotations

import math
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
_ROOM = 1.4  # for a word, beside its mean width: letters differ
_MIN_WIDTH = 0.1  # points of a letter
_MIN_COLUMN = 3  # lines that tell how wide a column is
_ALIGNED = 0.4  # between the edges of two cells below each other
_WIDE_GAP = 1.5  # between the cells of a row
_MIN_TABLE = 3  # rows
_BULLET = re.compile(r"\s*[•‣▪●○◦■□–—*·]\s")
_NUMBER = re.compile(r"\s*(?:\(?\d{1,3}[.)]|[a-z]\))\s")
_HYPHENS = ("-", "\u00ad", "\u2010")
_OPENING_MARKS = "«“‘(["
_UNSPACED = re.compile("[\u3000-\u9fff\uff00-\uffef]")
_LEADERS = re.compile(r"(?:\s*[.·_]){4,}\s*[\divxlc]*\s*\Z")
_SENTENCE_END = re.compile(r"[.!?…:;。！？؟।]['\"”»’)\]\s]*\Z")


class Paragraph(NamedTuple):
    """The lines of a paragraph, and what tells whether it goes on in the next column."""

    lines: list[str]
    height: float
    page: int  # from 0
    room: float = math.inf  # letters that its last line had room for: with little it may go on


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
    before = lines[start]
    if len(before.cells) < 2:
        return start
    while end < len(lines) and _stands_below(lines[end], before):
        before = lines[end]
        end += 1
    return end


def _stands_below(line: Line, before: Line) -> bool:
    """Return whether the cells of a line stand below those of another one."""
    if len(line.cells) != len(before.cells):
        return False
    tolerance = _ALIGNED * line.height
    for cell, cell_before in zip(line.cells, before.cells, strict=True):
        left = abs(cell.left - cell_before.left)
        if left <= tolerance:
            continue
        # The last words of justified lines end at the same place, too: only cells that are far
        # apart may be aligned on the right.
        right = abs(cell.right - cell_before.right)
        if right > tolerance or line.gap < _WIDE_GAP:
            return False
    return True


def _read_table(lines: Sequence[Line], page: int) -> list[Paragraph]:
    """Return the rows of a table, each with the heads of its columns."""
    rows = []
    for line in lines:
        texts = [cell.text for cell in line.cells]
        rows.append(texts)
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
    """Return lines as a paragraph."""
    if column.line_count < _MIN_COLUMN:
        # Nothing tells how wide the column of so few lines is.
        return Paragraph(texts, last.height, page)
    room = _measure_room(last, column)
    return Paragraph(texts, last.height, page, room)


class _Column(NamedTuple):
    """The usual measures of a column."""

    left: float
    right: float
    leading: float
    line_count: int


def _measure_column(lines: Sequence[Line]) -> _Column:
    """Return where most lines begin, where the longest ends, and the usual distance of two.

    A headline may reach further than the column: only lines of the usual size tell its end.
    """
    heights = sorted(line.height for line in lines)
    usual_height = heights[len(heights) // 2]
    rights = [line.right for line in lines if _is_as_high(line.height, usual_height)]
    lefts = []
    distances = []
    before: Line | None = None
    for line in lines:
        lefts.append(line.left)
        if before is not None and _have_same_size(line, before):
            distance = line.baseline - before.baseline
            distances.append(distance)
        before = line
    # Distances between paragraphs are greater, and indents are further to the right.
    left = _take_lower_quartile(lefts)
    leading = _take_lower_quartile(distances)
    return _Column(left, max(rights), leading, len(lines))


def _take_lower_quartile(numbers: list[float]) -> float:
    """Return the number that a quarter of them is below; 0 for none."""
    if not numbers:
        return 0.0
    numbers.sort()
    quarter = len(numbers) // 4
    return numbers[quarter]


def _have_same_size(one: Line | Paragraph, other: Line | Paragraph) -> bool:
    """Return whether the type of two lines has the same size."""
    return _is_as_high(one.height, other.height)


def _is_as_high(height: float, other_height: float) -> bool:
    """Return whether two heights are those of one size of type."""
    return abs(height - other_height) <= _SAME_SIZE * other_height


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
    return _measure_room(before, column) > _ROOM * _measure_word(line.text)


def _measure_word(text: str) -> int:
    """Return how many letters a line needs room for, to take the first word of another one."""
    if _UNSPACED.match(text):
        # Chinese and Japanese lines end anywhere.
        return 2
    word, _, _ = text.partition(" ")
    return 1 + len(word)


def _measure_room(line: Line, column: _Column) -> float:
    """Return for how many letters more a line has room in its column."""
    width = line.right - line.left
    letter_width = width / max(len(line.text), 1)
    room = column.right - line.right
    return room / max(letter_width, _MIN_WIDTH)


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
    # What would have had room on the last line does not go on from it: a heading ends early.
    if _NUMBER.match(first) or _BULLET.match(first):
        return False
    return paragraph.room < _measure_word(first)
