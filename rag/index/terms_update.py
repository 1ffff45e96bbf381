"""The terms of an index that has changed, put together from those of before.

Every statistic is that of all passages, and every array is what a whole build writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rag.index.checked_files import report_damage
from rag.index.term_table import TermTable, build_table, encode_lengths
from rag.index.terms import TERMS, gather_terms, save_tables
from rag.index.vocabulary import (
    SURFACES,
    Counts,
    build_vocabulary,
    count_surfaces,
    count_words,
    read_counts,
    write_counts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.index.generation_files import Contents
    from rag.index.terms import TermDoc
    from rag.records import Passage

    MakeTerms = Callable[[Sequence[Passage]], Iterator[TermDoc]]


@report_damage
def update_terms(folder: Path, contents: Contents) -> None:
    """Write the terms and the words of contents into a folder, with what is new of them alone.

    Raises WriteError, OSError.
    """
    previous = contents.previous
    assert previous is not None
    old = previous.generation
    old_rows = np.array(previous.rows, np.int64)
    is_kept = old_rows >= 0
    kept_places = np.flatnonzero(is_kept)
    new_places = np.flatnonzero(~is_kept)
    new_passages = [contents.passages[place] for place in new_places.tolist()]
    new_counts = Counts()
    new_docs = count_words(previous.make_terms(new_passages), new_counts)
    row_map = np.full(old.size, -1, np.int64)
    row_map[old_rows[kept_places]] = kept_places
    tables = {}
    for field, gathered in gather_terms(new_docs).items():
        part = build_table(np.frombuffer(gathered.hashes, np.uint64), gathered.lengths)
        before = old.terms.read_table(field)
        tables[field] = merge_tables(before, row_map, part, new_places)
    save_tables(tables, folder / TERMS)
    counts = read_counts(old.check(SURFACES))
    counts.update(new_counts)
    removed_rows = np.flatnonzero(row_map < 0).tolist()
    removed_docs = previous.make_terms(old.passages(removed_rows))
    counts.subtract(count_surfaces(removed_docs))
    write_counts(folder, +counts)
    build_vocabulary(+counts).save(folder)


def merge_tables(
    old: TermTable, row_map: NDArray[np.int64], new: TermTable, new_rows: NDArray[np.int64]
) -> TermTable:
    """Return the table of the rows that are kept of one, and of those of another.

    ``row_map`` says where each row of ``old`` goes, -1 where it is removed; ``new_rows`` where each
    of ``new`` does.
    """
    keys = np.union1d(old.keys, new.keys)
    old_cells, old_counts = _list_cells(old, row_map, keys)
    new_cells, new_counts = _list_cells(new, new_rows, keys)
    cells = np.concatenate([old_cells, new_cells])
    counts = np.concatenate([old_counts, new_counts])
    # Two ascending runs, which a stable sort merges.
    order = np.argsort(cells, kind="stable")
    cells = cells[order]
    terms = cells >> _ROW_BITS
    held = np.bincount(terms, minlength=len(keys))
    is_held = held > 0
    lengths = _merge_rows(old.lengths, row_map, new.lengths, new_rows)
    ends = np.cumsum(held[is_held])
    return TermTable(
        keys=keys[is_held],
        starts=np.append(0, ends).astype(np.int64),
        rows=(cells & _ROW_MASK).astype(np.int32),
        counts=counts[order],
        sizes=encode_lengths(lengths.astype(np.int64)),
        lengths=lengths,
        total=np.array([lengths.sum(dtype=np.int64)], np.int64),
    )


_ROW_BITS = 32  # of a cell: a term in the upper half, a passage in the lower one
_ROW_MASK = (1 << _ROW_BITS) - 1


def _list_cells(
    table: TermTable, row_map: NDArray[np.int64], keys: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return a number for each posting that stays, by its term and its row, and its count."""
    places = keys.searchsorted(table.keys)
    terms = np.repeat(places, np.diff(table.starts))
    rows = row_map[table.rows]
    is_kept = rows >= 0
    cells = (terms[is_kept] << _ROW_BITS) | rows[is_kept]
    return cells, table.counts[is_kept]


def _merge_rows(
    old: NDArray[np.uint32],
    row_map: NDArray[np.int64],
    new: NDArray[np.uint32],
    new_rows: NDArray[np.int64],
) -> NDArray[np.uint32]:
    """Return a value for each row of the whole."""
    is_kept = row_map >= 0
    size = int(is_kept.sum()) + len(new_rows)
    merged = np.zeros(size, np.uint32)
    merged[row_map[is_kept]] = old[is_kept]
    merged[new_rows] = new
    return merged
