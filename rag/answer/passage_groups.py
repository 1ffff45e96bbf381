"""Which candidate sentences are of one passage, and values taken over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


class PassageGroups:
    """The candidates grouped by passage. Those of one passage lie in a row, with one rank."""

    def __init__(self, ranks: Sequence[int]) -> None:
        places = np.arange(len(ranks))
        is_new_passage = np.diff(ranks, prepend=-1)
        self.starts = np.flatnonzero(is_new_passage)  # the place of each passage's first sentence
        starts_up_to = np.searchsorted(self.starts, places, side="right")
        self._passage_of = starts_up_to - 1

    def spread(self, values: Array) -> Array:
        """Return (…, candidates): to each candidate the value of its passage, of (…, passages)."""
        spread = values[..., self._passage_of]
        return np.asarray(spread)

    def compute_max(self, values: Array) -> Array:
        """Return (…, candidates): the greatest value among the sentences of each one's passage."""
        by_passage = np.maximum.reduceat(values, self.starts, axis=-1)
        return self.spread(by_passage)

    def compute_mean(self, values: Array) -> Array:
        """Return (…, candidates): the mean value of the sentences of each one's passage."""
        counts = np.bincount(self._passage_of)
        sums = np.add.reduceat(values, self.starts, axis=-1)
        return self.spread(sums / counts)
