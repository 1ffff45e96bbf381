"""The terms of a field as arrays: which passages hold each of them, and how often.

A term is known by 64 bits of its BLAKE2b hash: among a million terms two share theirs once in tens
of millions of indexes, and no term is ever listed. The files, for each field:

    <field>_keys    uint64 (terms,)       the hashes, ascending
    <field>_starts  int64  (terms + 1,)   where the postings of each begin; then the end of the last
    <field>_rows    int32  (postings,)    the passages that hold it, ascending for each term
    <field>_counts  uint8  (postings,)    how often, at most 255 times
    <field>_sizes   uint8  (passages,)    the length of the field in each passage, coarsely
    <field>_lengths uint32 (passages,)    the same exactly, for a table that is made of this one
    <field>_total   int64  (1,)           of the lengths, exactly
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rag.index.mapped_arrays import save_array

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_HASH_BYTES = 8
_MAX_COUNT = 255
# Lengths up to this one are kept exactly, longer ones with four binary digits.
_EXACT_SIZES = 40
_SIZES = 256


class TermTable(NamedTuple):
    """The arrays of a field; see the module."""

    keys: NDArray[np.uint64]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    counts: NDArray[np.uint8]
    sizes: NDArray[np.uint8]
    lengths: NDArray[np.uint32]
    total: NDArray[np.int64]

    def save(self, folder: Path, field: str) -> None:
        """Write the arrays into a folder."""
        for part, array in self._asdict().items():
            path = folder / f"{field}_{part}.npy"
            save_array(path, array)


def hash_term(term: str) -> int:
    """Return the 64 bits that a term is known by."""
    encoded = term.encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(encoded, digest_size=_HASH_BYTES).digest()
    return int.from_bytes(digest, "little")


def make_lengths() -> NDArray[np.int64]:
    """Return the length that each code stands for: the table of Lucene's norms."""
    lengths = list(range(_EXACT_SIZES))
    step = 2
    first = _EXACT_SIZES
    while len(lengths) < _SIZES:
        # Eight lengths of each step: one with four binary digits, the first of which is a one.
        lengths += range(first, first + 8 * step, step)
        first += 8 * step
        step *= 2
    return np.array(lengths[:_SIZES], np.int64)


LENGTHS = make_lengths()


def encode_lengths(lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the code of each length: that of the greatest length not above it."""
    codes = np.searchsorted(LENGTHS, lengths, side="right") - 1
    return codes.astype(np.uint8)


def build_table(hashes: NDArray[np.uint64], lengths: Sequence[int]) -> TermTable:
    """Return the table of a field: the hashes of its terms, passage after passage.

    ``lengths`` says how many terms the field has in each passage.
    """
    sizes = np.array(lengths, np.int64)
    passages = np.arange(len(sizes), dtype=np.int32)
    rows = np.repeat(passages, sizes)
    # Stable: the passages of a term stay in order.
    order = np.argsort(hashes, kind="stable")
    sorted_hashes = hashes[order]
    sorted_rows = rows[order]
    is_new_term = _differs_from_last(sorted_hashes)
    is_new = is_new_term | _differs_from_last(sorted_rows)
    firsts = np.flatnonzero(is_new)
    ends = np.append(firsts[1:], len(hashes))
    counts = np.minimum(ends - firsts, _MAX_COUNT)
    term_starts = np.flatnonzero(is_new_term[firsts])
    return TermTable(
        keys=sorted_hashes[firsts][term_starts],
        starts=np.append(term_starts, len(firsts)).astype(np.int64),
        rows=sorted_rows[firsts],
        counts=counts.astype(np.uint8),
        sizes=encode_lengths(sizes),
        lengths=sizes.astype(np.uint32),
        total=np.array([sizes.sum()], np.int64),
    )


def _differs_from_last(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return of each value whether it is the first, or another one than that before it."""
    differs = np.ones(len(values), np.bool_)
    differs[1:] = values[1:] != values[:-1]
    return differs
