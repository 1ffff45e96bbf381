"""The groups of near-duplicates of an index that has changed, told anew where they may differ.

Whatever decides on an article's group is about fingerprints that it shares with others, with those
that share some with them, and so on. Beyond that nothing changes: the groups are those that
comparing all articles would give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.index.fingerprint_table import FingerprintParts


def find_concerned(
    fingerprints: FingerprintParts,
    changed: NDArray[np.uint64],
    is_open: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return (articles,): whether each shares fingerprints with what has changed, or with others.

    ``changed``: the fingerprints of articles that came or went. Of each article ``is_open`` says
    whether it is still there.
    """
    is_concerned = np.zeros(fingerprints.articles, np.bool_)
    reached = np.empty(0, np.uint64)
    wanted = np.unique(changed)
    while len(wanted):
        is_owner = fingerprints.find_owners(wanted)
        is_new = is_owner & is_open & ~is_concerned
        is_concerned |= is_new
        reached = np.union1d(reached, wanted)
        own = [np.empty(0, np.uint64)]
        for row in np.flatnonzero(is_new).tolist():
            own.append(fingerprints.take(row))
        values = np.unique(np.concatenate(own))
        wanted = np.setdiff1d(values, reached, assume_unique=True)
    return is_concerned
