"""Fingerprints of texts, selected by winnowing (Schleimer, Wilkerson and Aiken 2003).

Two texts that have ``FINGERPRINT_TOKENS + WINNOWING_WINDOW - 1`` tokens in a row in common share at
least one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.index.recurring_text import find_recurring

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


class Clues(NamedTuple):
    """The fingerprints of a text that tell its story from others, and those that others have."""

    total: int
    repeated: list[int]


def list_clues(
    fingerprints: Sequence[NDArray[np.uint64]], articles: Sequence[Printed]
) -> list[Clues]:
    """Return of each text how many fingerprints tell its story, and those that another text has.

    Those that come back as a series does tell none, unless a text has no others.
    """
    if not fingerprints:
        return []
    all_fingerprints = np.concatenate(fingerprints)
    _, inverse, counts = np.unique(
        all_fingerprints,
        return_inverse=True,
        return_counts=True,
    )
    # A text has each of its fingerprints once: what is repeated stands in another one.
    is_repeated = counts[inverse] > 1
    lengths = [len(own) for own in fingerprints]
    positions = np.arange(len(articles))
    owners = np.repeat(positions, lengths)
    tells_story = np.ones_like(is_repeated)
    tells_story[is_repeated] = ~find_recurring(
        inverse[is_repeated],
        owners[is_repeated],
        articles,
    )
    clues = []
    end = 0
    for own in fingerprints:
        start = end
        end += len(own)
        rows = slice(start, end)
        clue = make_clues(own, is_repeated[rows], tells_story[rows])
        clues.append(clue)
    return clues


def make_clues(own: NDArray[np.uint64], is_repeated: Mask, tells_story: Mask) -> Clues:
    """Return the clues of a text; those of a series where it has no others."""
    if not tells_story.any():
        tells_story = np.ones_like(is_repeated)
    shared = own[is_repeated & tells_story]
    total = tells_story.sum()
    return Clues(int(total), shared.tolist())
