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
    wanted = np.union1d(fingerprints.find_repeated(), changed)
    owners, places = fingerprints.locate(wanted)
    is_reached = np.isin(wanted, changed)
    is_concerned = np.zeros(fingerprints.articles, np.bool_)
    count = -1
    while np.count_nonzero(is_reached) > count:
        count = int(np.count_nonzero(is_reached))
        is_concerned[owners[is_reached[places]]] = True
        is_concerned &= is_open
        is_reached[places[is_concerned[owners]]] = True
    return is_concerned
