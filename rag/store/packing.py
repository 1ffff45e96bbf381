"""Numbers as the tables keep them: arrays as bytes, postings as whole numbers of 64 bits.

A posting is a passage, how often it has the term, and how long it is:

    bits 32 to 62   row of the passage
    bits 16 to 31   how often the term stands there
    bits  0 to 15   terms of the field, rounded down as Lucene rounds them

Those of a term are kept in blocks of passages, so that a change touches a few rows of the table and
none of them is long.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK_BITS = 14  # 16,384 passages a block: at most 128 KB of postings in a row; chosen by hand
MAX_COUNT = (1 << 16) - 1
# PostgreSQL indexes no text over some 2,700 bytes. A longer one, which nobody types, is told from
# others by its digest.
MAX_TERM_BYTES = 512
_DIGEST_CHARACTERS = 32

# Lengths are kept exactly up to 40; above it, four bits of each are (SmallFloat.intToByte4 of
# Lucene, of which the first 24 numbers are left as they are). Scores are those of a folder only
# when lengths are rounded as there.
_EXACT_LENGTHS = 24
_MANTISSA_BITS = 4


def round_length(length: int) -> int:
    """Return a length as Lucene keeps it."""
    above = length - _EXACT_LENGTHS
    shift = above.bit_length() - _MANTISSA_BITS
    if above < 0 or shift <= 0:
        return length
    return _EXACT_LENGTHS + (above >> shift << shift)


def pack_posting(passage: int, count: int, length: int) -> int:
    """Return a posting as a number."""
    return passage << 32 | min(count, MAX_COUNT) << 16 | min(round_length(length), MAX_COUNT)


def get_block(passage: int) -> int:
    """Return the block of a passage."""
    return passage >> BLOCK_BITS


def make_storable(term: str) -> str:
    """Return a term as PostgreSQL can hold and index it."""
    if term.isascii() and len(term) <= MAX_TERM_BYTES and "\0" not in term:
        return term
    encoded = term.encode("utf-8", "replace").replace(b"\0", b"?")
    if len(encoded) > MAX_TERM_BYTES:
        digest = hashlib.sha256(encoded).hexdigest()[:_DIGEST_CHARACTERS]
        kept = MAX_TERM_BYTES - _DIGEST_CHARACTERS
        return encoded[:kept].decode("utf-8", "ignore") + digest
    return encoded.decode("utf-8")


def pack_numbers(values: object, kind: str) -> bytes:
    """Return numbers as bytes of this kind."""
    return np.asarray(values, dtype=kind).tobytes()


def unpack_numbers(data: bytes, kind: str) -> NDArray[Any]:
    """Return the numbers of bytes."""
    return np.frombuffer(data, dtype=kind)
