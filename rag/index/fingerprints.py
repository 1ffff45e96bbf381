"""Fingerprints of texts, selected by winnowing (Schleimer, Wilkerson and Aiken 2003).

Two texts that have ``FINGERPRINT_TOKENS + WINNOWING_WINDOW - 1`` tokens in a row in common share at
least one.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.index.recurring_text import Prints, find_recurring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.index.recurring_text import Printed

    Mask = NDArray[np.bool_]

FINGERPRINT_TOKENS = 8  # tokens hashed into one fingerprint
WINNOWING_WINDOW = 8  # consecutive fingerprints of which the least is kept

# A polynomial hash modulo 2**64, then mixed; both constants are those of splitmix64 (Steele, Lea
# and Flood 2014).
_BASE = 0x9E3779B97F4A7C15
_POWERS = np.array([_BASE**power % 2**64 for power in range(FINGERPRINT_TOKENS, 0, -1)], np.uint64)
_MIXER = np.uint64(0xBF58476D1CE4E5B9)
HASHES = 1 << 64  # different ones
MAX_VALUES = 2_000_000  # that are compared at a time; chosen by hand: some 200 MB
SAMPLED_TEXTS = 1000  # whose fingerprints tell how all are spread; chosen by hand


def compute_fingerprints(tokens: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """Return the fingerprints that winnowing selects: of each window of hashes the least.

    The same tokens in a row give the same fingerprints in any text. Ascending, each once.
    """
    slide = np.lib.stride_tricks.sliding_window_view
    if len(tokens) < FINGERPRINT_TOKENS:
        return np.empty(0, np.uint64)
    # A polynomial of the token ids, modulo 2 ** 64 by overflow.
    wide = tokens.astype(np.uint64)
    runs = slide(wide, FINGERPRINT_TOKENS)
    hashes = runs @ _POWERS
    # Mixed, so that the least hash is not simply that of the least token ids, which would be those
    # of frequent words.
    hashes ^= hashes >> np.uint64(31)
    hashes *= _MIXER
    hashes ^= hashes >> np.uint64(29)
    # A text that is shorter than a window is one window.
    window = min(WINNOWING_WINDOW, len(hashes))
    windows = slide(hashes, window)
    selected = windows.min(axis=1)
    return np.unique(selected)


class SharedFingerprints(NamedTuple):
    """The fingerprints that several texts have; each is known by its place among them."""

    values: NDArray[np.uint64]  # ascending
    texts: NDArray[np.int64]  # how many have each
    recurs: Mask  # whether it comes back as those of a series do


class Clues(NamedTuple):
    """The fingerprints of a text that tell its story from others, and those that others have."""

    total: int
    repeated: NDArray[np.int64]  # places among those that are shared


_NOTHING_SHARED = SharedFingerprints(
    np.empty(0, np.uint64),
    np.empty(0, np.int64),
    np.empty(0, np.bool_),
)


def find_shared(
    fingerprints: Sequence[NDArray[np.uint64]], articles: Sequence[Printed]
) -> SharedFingerprints:
    """Return the fingerprints that several of these texts have.

    Those of each text are ascending. They are looked through in ranges, as those of a whole corpus
    may not fit into memory.
    """
    prints = Prints.of(articles)
    parts = [_NOTHING_SHARED]
    total = sum(map(len, fingerprints))
    step = len(fingerprints) // SAMPLED_TEXTS + 1
    sample = np.concatenate([np.empty(0, np.uint64), *fingerprints[::step]])
    for first, end in list_ranges(sample, total):
        taken = [_take_range(own, first, end) for own in fingerprints]
        part = _find_shared_in_range(taken, prints)
        parts.append(part)
    columns = zip(*parts, strict=True)
    return SharedFingerprints(*map(np.concatenate, columns))


def list_ranges(sample: NDArray[np.uint64], total: int) -> list[tuple[int, int]]:
    """Return ranges of hashes that hold about ``MAX_VALUES`` fingerprints each, of so many in all.

    By a sample of them: winnowing keeps the least hashes, so that small ones are more frequent.
    """
    count = total // MAX_VALUES + 1
    ordered = np.sort(sample)
    places = np.linspace(0, len(ordered), num=count, endpoint=False, dtype=np.int64)
    inner = np.unique(ordered[places[1:]]).tolist()
    bounds = [0, *(bound for bound in inner if bound), HASHES]
    return list(itertools.pairwise(bounds))


def _take_range(values: NDArray[np.uint64], first: int, end: int) -> NDArray[np.uint64]:
    """Return those of ascending values that lie in a range."""
    low = values.searchsorted(np.uint64(first))
    if end == HASHES:
        return values[low:]
    high = values.searchsorted(np.uint64(end))
    return values[low:high]


def _find_shared_in_range(
    fingerprints: Sequence[NDArray[np.uint64]], prints: Prints
) -> SharedFingerprints:
    nothing = np.empty(0, np.uint64)
    values, inverse, counts = np.unique(
        np.concatenate([nothing, *fingerprints]),
        return_inverse=True,
        return_counts=True,
    )
    # A text has each of its fingerprints once: what is repeated stands in another one.
    is_shared = counts > 1
    lengths = list(map(len, fingerprints))
    owners = np.repeat(np.arange(len(lengths)), lengths)
    rows = is_shared[inverse]
    shared_rows = inverse[rows]
    comes_back = find_recurring(shared_rows, owners[rows], prints)
    recurs = np.zeros(len(values), np.bool_)
    recurs[shared_rows[comes_back]] = True
    return SharedFingerprints(
        values[is_shared],
        counts[is_shared],
        recurs[is_shared],
    )


def make_clues(own: NDArray[np.uint64], shared: SharedFingerprints) -> Clues:
    """Return how many fingerprints of a text tell its story, and those that another text has.

    Those that come back as a series does tell none, unless a text has no others.
    """
    places = shared.values.searchsorted(own)
    places[places == len(shared.values)] = 0
    is_repeated = np.zeros(len(own), np.bool_)
    if len(shared.values):
        is_repeated = shared.values[places] == own
    repeated = places[is_repeated]
    telling = repeated[~shared.recurs[repeated]]
    total = len(own) - len(repeated) + len(telling)
    if not total:
        return Clues(len(own), repeated)
    return Clues(total, telling)
