"""Rows of a table as sentences: "Ville: Lyon · Pays: France", each cell with its column's head."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SEPARATOR = " · "
_PAIR = 2
_MAX_HEAD = 60  # characters of the head of a column; chosen by hand
_MAX_PARAGRAPHS = 3  # of a cell; chosen by hand, more are a column of the page
_NUMBER = re.compile(r"[-+−]?[\d.,\s’'\u00a0\u202f]*\d[\d.,\s’'\u00a0\u202f]*[%€$£]?")


def describe_rows(rows: Sequence[Sequence[str]], *, has_head: bool | None = None) -> list[str]:
    """Return one line for each row; ``has_head`` None looks at the rows for it.

    A table without heads gives its cells alone.
    """
    filled = []
    for row in rows:
        cells = [" ".join(cell.split()) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            filled.append(cells)
    if not filled:
        return []
    heads: Sequence[str] = []
    if has_head is None:
        has_head = looks_like_head(filled)
    titles = []
    if has_head and len(filled) > 1:
        heads = filled.pop(0)
        if len(heads) == 1 and any(len(cells) > 1 for cells in filled):
            # One cell over all columns is the title of the table.
            titles, heads = [heads[0]], []
    return titles + [describe_row(heads, cells) for cells in filled]


def describe_row(heads: Sequence[str], row: Sequence[str]) -> str:
    """Return the filled cells of a row, each after the head of its column."""
    described = []
    for head, cell in itertools.zip_longest(heads, row, fillvalue=""):
        if not cell:
            continue
        name = head.rstrip(" :")
        described.append(f"{name}: {cell}" if name else cell)
    return _SEPARATOR.join(described)


def looks_like_head(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row names the columns.

    Its cells are names, and the table is long enough for a head to be usual, or has numbers.
    """
    head, *body = rows
    if not body or not are_names(head):
        return False
    if len(head) == _PAIR:
        return _stands_over_figures(head, body)
    if len(body) > 1:
        return True
    return any(map(is_number, body[0]))


def _stands_over_figures(head: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Return whether the second of two columns has figures, and a name above them.

    "Height | 31 m" over "Owner | the town" are facts, each of its own kind.
    """
    _, name = head
    if name[:1].isdigit() or len(body) < _PAIR:
        return False
    for row in body:
        figure = row[1] if len(row) > 1 else ""
        if not figure[:1].isdigit():
            return False
    return True


def are_names(cells: Sequence[str]) -> bool:
    """Return whether cells may name columns: short words, no two the same.

    The first one may be empty, above the names of the rows.
    """
    if len(cells) < 2:
        return False
    names = set(cells)
    if len(names) < len(cells):
        return False
    for number, name in enumerate(cells):
        if not name and number > 0:
            return False
        if len(name) > _MAX_HEAD or is_number(name):
            return False
    return True


def is_number(text: str) -> bool:
    """Return whether a cell is a number, with its separators and its unit."""
    return _NUMBER.fullmatch(text) is not None


class Table:
    """A table that is being read: rows of cells of paragraphs."""

    def __init__(self) -> None:
        self._rows: list[list[list[str]]] = []
        self._has_head: bool | None = None

    def open_row(self, *, is_head: bool = False) -> None:
        """Begin a row; ``is_head`` where the document says that it names the columns."""
        if is_head and not self._rows:
            self._has_head = True
        self._rows.append([])

    def open_cell(self) -> None:
        """Begin a cell of the last row."""
        if self._rows:
            self._rows[-1].append([])

    def add_paragraph(self, text: str) -> None:
        """Add a paragraph to the last cell."""
        is_open = self._rows and self._rows[-1]
        if text and is_open:
            row = self._rows[-1]
            row[-1].append(text)

    def describe(self) -> list[str]:
        """Return the rows, each a paragraph.

        A table with one row or column, or with several paragraphs in a cell, lays out the page: its
        paragraphs follow each other.
        """
        is_layout = self._lays_out()
        paragraphs = []
        rows = []
        for row in self._rows:
            cells = []
            for cell in row:
                paragraphs += cell
                cells.append(" ".join(cell))
            rows.append(cells)
        if is_layout:
            return paragraphs
        return describe_rows(rows, has_head=self._has_head)

    def _lays_out(self) -> bool:
        """Return whether the table is there for the layout of the page."""
        if len(self._rows) < 2:
            return True
        width = 0
        for row in self._rows:
            width = max(width, len(row))
            for cell in row:
                if len(cell) > _MAX_PARAGRAPHS:
                    return True
        return width < 2
