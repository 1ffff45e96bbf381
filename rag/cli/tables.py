"""A table on stdout for a spreadsheet: CSV."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING

from rag.show import Screen, to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a spreadsheet takes for a formula when a cell begins with it.
FORMULA_STARTS = ("=", "+", "-", "@")


class Table:
    """Rows whose cells are safe on a terminal, and in a spreadsheet no formula."""

    def __init__(self) -> None:
        self._screen = Screen(sys.stdout)
        self._rows = csv.writer(sys.stdout, lineterminator="\n")

    def write_row(self, texts: Iterable[str]) -> None:
        """Write one row."""
        cells = [self._screen.encodable(_make_cell(text)) for text in texts]
        self._rows.writerow(cells)


def _make_cell(text: str) -> str:
    """Return a text as a cell: on one line, with an apostrophe before what would be a formula."""
    cell = to_one_line(text)
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
