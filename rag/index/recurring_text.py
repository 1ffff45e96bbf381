"""Text that comes back: what stands under every weekly report and every release of a series.

A story is printed within days, once in each paper. A run of words that comes back on other
occasions, or that one paper prints day after day, belongs to a series: it tells no two articles of
it to be one story, however much of them it makes up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Days = NDArray[np.float64]
    Mask = NDArray[np.bool_]


class Printed(Protocol):
    """What is known of an article: when it was printed, and by whom."""

    @property
    def date(self) -> datetime.date | None:
        """Return its day."""

    @property
    def publisher(self) -> str | None:
        """Return its paper."""


# Chosen by hand on tests/data/reprints and series of our own (scripts/measure_reprints.py).
DAYS_OF_AN_OCCASION = 3  # between the prints of one story; a longer pause is another occasion
MIN_OCCASIONS = 3  # on which a run of words stands that belongs to a series
MIN_DAYS_OF_ONE_PUBLISHER = 3  # on which one paper prints such a run


class Prints(NamedTuple):
    """When and where articles were printed, as numbers."""

    days: Days
    papers: Integers

    @classmethod
    def of(cls, articles: Sequence[Printed]) -> Prints:
        """Return the days and papers of articles."""
        return cls(number_days(articles), number_papers(articles))


def find_recurring(inverse: Integers, owners: Integers, prints: Prints) -> Mask:
    """Return (rows,): whether the fingerprint of a row comes back as those of a series do.

    A row is one fingerprint of one article: ``inverse`` numbers the fingerprints, ``owners`` are
    the positions of the articles.
    """
    days = prints.days[owners]
    papers = prints.papers[owners]
    # One key for a fingerprint in a paper: there are no more papers than articles.
    keys = inverse * len(prints.papers) + papers
    occasions = count_occasions(inverse, days, DAYS_OF_AN_OCCASION)
    print_days = count_occasions(keys, days, 0)
    comes_back = occasions >= MIN_OCCASIONS
    comes_back |= print_days >= MIN_DAYS_OF_ONE_PUBLISHER
    recurring = inverse[comes_back]
    return np.isin(inverse, recurring)


def number_days(articles: Sequence[Printed]) -> Days:
    """Return (articles,): the number of each one's day in the calendar, NaN for none."""
    days = []
    for article in articles:
        day = article.date
        number = day.toordinal() if day else np.nan
        days.append(number)
    return np.array(days)


def number_papers(articles: Sequence[Printed]) -> Integers:
    """Return (articles,): a number for each publisher, and for each article that names none."""
    numbers: dict[object, int] = {}
    papers = []
    for position, article in enumerate(articles):
        paper = article.publisher or position
        new_number = len(numbers)
        number = numbers.setdefault(paper, new_number)
        papers.append(number)
    return np.array(papers, np.int64)


def count_occasions(keys: Integers, days: Days, pause: int) -> Integers:
    """Return (rows,): on how many occasions the key of each row stands.

    Days that are at most ``pause`` apart, one after the other, are one occasion; a day that is not
    known (NaN) is none of its own.
    """
    if not len(keys):
        return keys
    # By key, then by day; NaN comes last.
    order = np.lexsort((days, keys))
    sorted_keys = keys[order]
    sorted_days = days[order]
    is_new_key = np.diff(sorted_keys, prepend=-1) != 0
    is_later = np.diff(sorted_days, prepend=0) > pause
    begins = is_new_key | is_later
    first_rows = np.flatnonzero(is_new_key)
    counts = np.add.reduceat(begins, first_rows, dtype=np.int64)
    key_numbers = np.cumsum(is_new_key) - 1
    occasions = np.empty_like(keys)
    occasions[order] = counts[key_numbers]
    return occasions
