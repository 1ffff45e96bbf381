"""Fingerprints are those of winnowing, and those that come back in a series give no clue."""

from __future__ import annotations

import datetime
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index import fingerprints
from rag.index.fingerprints import (
    FINGERPRINT_TOKENS,
    WINNOWING_WINDOW,
    compute_fingerprints,
    find_shared,
    make_clues,
)
from rag.index.recurring_text import count_occasions
from rag.records import Article, Document


@given(
    st.lists(st.integers(0, 300), max_size=30),
    st.lists(st.integers(0, 300), min_size=FINGERPRINT_TOKENS + WINNOWING_WINDOW - 1, max_size=40),
    st.lists(st.integers(0, 300), max_size=30),
)
def test_what_stands_in_both_texts_gives_both_a_fingerprint(
    before: list[int], shared: list[int], after: list[int]
) -> None:
    """Catches a window that is too long, fingerprints of positions instead of content, and
    arithmetic that differs."""
    one = compute_fingerprints(np.array([*before, *shared], np.uint16))
    other = compute_fingerprints(np.array([*shared, *after], np.uint16))
    assert np.intersect1d(one, other).size


def test_fingerprints_are_the_same_everywhere() -> None:
    """Catches a hash that Python or the machine seeds."""
    assert compute_fingerprints(np.arange(FINGERPRINT_TOKENS, dtype=np.uint16)).tolist() == [
        5622746962027537358
    ]
    assert compute_fingerprints(np.arange(FINGERPRINT_TOKENS - 1, dtype=np.uint16)).tolist() == []


@given(st.lists(st.integers(0, 2**16 - 1), max_size=40))
def test_fingerprints_are_those_of_winnowing_written_out(ids: list[int]) -> None:
    """Catches a window of hashes that is one too long, and another hash than that of the index."""
    hashes = []
    for start in range(len(ids) - FINGERPRINT_TOKENS + 1):
        value = 0
        for token in ids[start : start + FINGERPRINT_TOKENS]:
            value = (value + token) * 0x9E3779B97F4A7C15 % 2**64
        value ^= value >> 31
        value = value * 0xBF58476D1CE4E5B9 % 2**64
        hashes.append(value ^ value >> 29)
    last = max(len(hashes) - WINNOWING_WINDOW, 0)
    windows = [hashes[start : start + WINNOWING_WINDOW] for start in range(last + 1)]
    expected = sorted({min(window) for window in windows if window})
    assert compute_fingerprints(np.array(ids, np.uint16)).tolist() == expected


def print_article(day: int | None, publisher: str | None) -> Article:
    """An article of a day in March 2025."""
    date = datetime.date(2025, 3, day) if day else None
    document = Document("a.txt", "", "", "text/plain")
    return Article("", document, "T", publisher, date, None, "en", 0, 0)


FOOTER, STORY = 7, 1


@pytest.mark.parametrize(
    ("days", "publishers", "is_recurring"),
    [
        ([1, 8, 15], "ABC", True),  # three weeks
        ([1, 8], "AB", False),
        ([1, 2, 3, 4], "AAAA", True),  # day after day in one paper
        ([1, 2, 3, 4], "ABCD", False),  # one story that goes from paper to paper
        ([1, 2, 3, 4], [None] * 4, False),
        ([1, 1, 1], "AAA", False),
        ([None, None, None], "ABC", False),
    ],
)
def test_what_comes_back_gives_no_clue(
    days: list[int | None], publishers: list[str | None], is_recurring: bool
) -> None:
    """Catches a footer that makes reprints of a series, and a story of many papers taken for one;
    what is not dated or not signed counted as if it were."""
    articles = [print_article(*each) for each in zip(days, publishers, strict=True)]
    prints = [np.array([STORY + n, FOOTER], np.uint64) for n in range(0, 50, 10)][: len(articles)]
    shared = find_shared(prints, articles)
    assert shared.values.tolist() == [FOOTER]
    assert shared.texts.tolist() == [len(articles)]
    clues = [make_clues(own, shared) for own in prints]
    assert {clue.total for clue in clues} == {1 if is_recurring else 2}
    assert {tuple(clue.repeated) for clue in clues} == {() if is_recurring else (0,)}


def test_a_text_of_nothing_else_keeps_its_fingerprints() -> None:
    """Catches an article that is printed again and again and never found to be the same."""
    articles = [print_article(day, "A") for day in (1, 8, 15)]
    own = np.array([FOOTER], np.uint64)
    total, repeated = make_clues(own, find_shared([own] * 3, articles))
    assert (total, repeated.tolist()) == (1, [0])
    nothing = find_shared([], [])
    assert len(nothing.values) == 0
    assert make_clues(own, nothing).total == 1


VALUE = st.sampled_from([0, 1, 1 << 61, 1 << 62, (1 << 63) + 1, (1 << 64) - 2, (1 << 64) - 1])


@given(
    st.lists(st.tuples(st.sets(VALUE), st.integers(1, 28), st.sampled_from("AB")), max_size=9),
    st.integers(1, 40),
)
def test_what_is_shared_is_found_in_ranges(
    texts: list[tuple[set[int], int, str]], at_a_time: int
) -> None:
    """Catches a fingerprint at the end of a range that is lost, and one that is told twice."""
    prints = [np.array(sorted(values), np.uint64) for values, _, _ in texts]
    articles = [print_article(day, paper) for _, day, paper in texts]
    whole = find_shared(prints, articles)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fingerprints, "MAX_VALUES", at_a_time)
        shared = find_shared(prints, articles)
    counts = Counter(value for values, _, _ in texts for value in values)
    assert shared.values.tolist() == sorted(value for value, count in counts.items() if count > 1)
    assert shared.texts.tolist() == [counts[value] for value in shared.values.tolist()]
    assert shared.recurs.tolist() == whole.recurs.tolist()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 40)), max_size=12), st.integers(0, 5))
def test_occasions_are_counted_as_one_would_by_hand(
    rows: list[tuple[int, int]], pause: int
) -> None:
    """Catches a pause at its limit, days of another key, and counts in another order."""
    expected = []
    for key, _ in rows:
        days = sorted(day for other, day in rows if other == key)
        pauses = sum(later - day > pause for day, later in pairwise(days))
        expected.append(1 + pauses)
    keys = np.array([key for key, _ in rows], np.int64)
    row_days = np.array([day for _, day in rows], np.float64)
    assert count_occasions(keys, row_days, pause).tolist() == expected
