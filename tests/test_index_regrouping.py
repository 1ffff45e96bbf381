"""The articles whose group may differ are those that a chain of shared fingerprints reaches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index import fingerprint_table, fingerprints
from rag.index.fingerprint_table import FingerprintParts, Fingerprints
from rag.index.regrouping import find_concerned

# Some have the same last digits.
VALUE = st.sampled_from([0, 1, 2, (1 << 24) + 1, (1 << 24) + 2, (1 << 63) + 2, (1 << 64) - 1])
ARTICLES = st.lists(st.tuples(st.sets(VALUE, max_size=3), st.booleans()), max_size=9)


def join(values: list[set[int]]) -> Fingerprints:
    """The fingerprints of some articles."""
    lengths = list(map(len, values))
    every = [value for own in values for value in sorted(own)]
    starts = np.cumsum([0, *lengths])
    return Fingerprints(np.array(every, np.uint64), starts, np.ones(len(values), np.int64))


@given(parts=st.lists(ARTICLES, max_size=3), changed=st.sets(VALUE, max_size=2))
def test_a_chain_of_shared_fingerprints_is_followed(parts, changed) -> None:
    """Catches a chain that ends too early, one by way of an article that is gone, last digits taken
    for a whole fingerprint, and a row of another part."""
    articles = [article for part in parts for article in part]
    reached, expected = set(changed), set()
    for _ in articles:
        for row, (values, is_open) in enumerate(articles):
            if is_open and values & reached:
                expected.add(row)
                reached |= values
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fingerprint_table, "_BLOCK", 2)
        patch.setattr(fingerprints, "MAX_VALUES", 3)
        joined = FingerprintParts([join([values for values, _ in part]) for part in parts])
        is_open = np.array([is_open for _, is_open in articles], np.bool_)
        concerned = find_concerned(joined, np.array(sorted(changed), np.uint64), is_open)
    assert set(np.flatnonzero(concerned).tolist()) == expected
    assert [joined.take(row).tolist() for row in range(joined.articles)] == [
        sorted(values) for values, _ in articles
    ]
