"""The groups of near-duplicates of an index that has changed, told anew where they may differ.

Whatever decides on an article's group is about fingerprints that it shares with others, with those
that share some with them, and so on. Beyond that nothing changes: the groups are those that
comparing all articles would give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from rag.index.fingerprint_table import Fingerprints


def find_concerned(
    fingerprints: Fingerprints, changed: NDArray[np.uint64], gone: Collection[int]
) -> NDArray[np.int64]:
    """Return the articles that share fingerprints with what has changed, or with one another.

    ``changed``: the fingerprints of articles that came or went. ``gone``: articles to be left out.
    """
    articles = len(fingerprints.starts) - 1
    owners = np.repeat(np.arange(articles), np.diff(fingerprints.starts))
    values, numbers = np.unique(fingerprints.values, return_inverse=True)
    is_reached = np.isin(values, changed)  # fingerprints
    is_concerned = np.zeros(articles, np.bool_)
    is_open = np.ones(articles, np.bool_)
    is_open[list(gone)] = False
    count = -1
    while np.count_nonzero(is_reached) > count:
        count = int(np.count_nonzero(is_reached))
        is_concerned[owners[is_reached[numbers]]] = True
        is_concerned &= is_open
        is_reached[numbers[is_concerned[owners]]] = True
    return np.flatnonzero(is_concerned)
