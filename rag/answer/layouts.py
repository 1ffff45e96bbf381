"""How an answer that was asked for in a form is laid out: rows, each a quotation.

Other modules make the rows of one form each: ``timelines``, ``news``, ``summaries``. What is the
same for all stands here: what a row is, which sentences may be one, and when two say the same.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.quotation_spans import CLOSING_MARKS, SENTENCE_ENDS, Quotation
from rag.text import find_words, to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.answer.quotation_spans import Candidate
    from rag.text import Word

MIN_WORDS = 3  # of a sentence that tells something: "Nobody was hurt."; chosen by hand
ASKING_MARKS = ("?", "？", "؟", ":")
# The share of the shorter one's words in common from which two sentences say the same; by hand.
SAME_SHARE = 0.7
DAYS_APART = 2  # of two reports of one event; by hand, as the next
# The cosine of two sentences that tell one event, of near days and of one day.
ALIKE = 0.55
ALIKE_ON_ONE_DAY = 0.4


class Row(NamedTuple):
    """A quotation, the day that it tells of, and what it is of."""

    quotation: Quotation | None  # None where nothing is said of what the row is of
    day: datetime.date | None = None
    label: str = ""
    further: tuple[Quotation, ...] = ()  # that hold the same item
    value: str = ""  # the figure that is compared

    @property
    def text(self) -> str:
        """What a person sees of its quotation."""
        return "" if self.quotation is None else self.quotation.text

    @property
    def quotations(self) -> list[Quotation]:
        """All quotations of the row."""
        first = [] if self.quotation is None else [self.quotation]
        return [*first, *self.further]


def sort_rows(
    rows: Sequence[Row],
    *,
    is_newest_first: bool,
) -> list[Row]:
    """Return rows by their days; those without one come last."""
    dated = [row for row in rows if row.day is not None]
    undated = [row for row in rows if row.day is None]
    dated.sort(
        key=lambda row: row.day or datetime.date.min,
        reverse=is_newest_first,
    )
    return [*dated, *undated]


class Layout(NamedTuple):
    """The rows of an answer in their order; none where the articles do not say."""

    rows: Sequence[Row]
    title: str = ""  # of the article that they are all of
    verdict: str = ""  # "yes" or "no" where that is sure

    @property
    def quotations(self) -> list[Quotation]:
        """The quotations of all rows, each once, in their order."""
        quotations: list[Quotation] = []
        for row in self.rows:
            quotations += [each for each in row.quotations if each not in quotations]
        return quotations


def is_telling(
    text: str,
    title: str,
) -> bool:
    """Return whether a sentence can stand for its story.

    None is a headline, a byline, a date line, a question or a list of what follows.
    """
    sentence = to_one_line(text)
    if sentence.strip("# ") == to_one_line(title):
        return False
    ending = sentence.rstrip(CLOSING_MARKS)
    if not ending.endswith(SENTENCE_ENDS) or ending.endswith(ASKING_MARKS):
        return False
    words = find_words(sentence)
    if len(words) != MIN_WORDS:
        return len(words) > MIN_WORDS
    # "By Tamsin Rook." and "3 May 2025." end with a name or a figure.
    last = sentence[words[-1].start]
    return not last.isupper() and not last.isdigit()


def say_the_same(
    one: str,
    other: str,
) -> bool:
    """Return whether two sentences have most words in common, and not each a name of its own."""
    one_words = find_words(one)
    other_words = find_words(other)
    one_terms = {word.term for word in one_words}
    other_terms = {word.term for word in other_words}
    one_marks = _find_marks(one, one_words) - other_terms
    other_marks = _find_marks(other, other_words) - one_terms
    if one_marks and other_marks:
        return False
    smaller = min(len(one_terms), len(other_terms))
    return len(one_terms & other_terms) >= SAME_SHARE * max(smaller, 1)


def _find_marks(
    text: str,
    words: Sequence[Word],
) -> set[str]:
    """Return the words that tell one story from the next of a series: names and figures."""
    marks = set()
    for word in words[1:]:
        first = text[word.start]
        if first.isupper() or first.isdigit():
            marks.add(word.term)
    return marks


class Telling(NamedTuple):
    """A sentence that tells an event, its day, and how well it stands for what is asked."""

    sentence: Candidate
    day: datetime.date | None
    score: float

    def make_row(self) -> Row:
        """Return it as a row of a form."""
        passage = self.sentence.hit.passage
        quotation = Quotation(passage, self.sentence.span)
        publisher = passage.article.publisher or ""
        return Row(quotation, self.day, publisher)


def tell_one_event(
    one: Telling,
    other: Telling,
) -> bool:
    """Return whether two sentences tell the same: in the same words, or alike and of near days."""
    if say_the_same(one.sentence.text, other.sentence.text):
        return True
    if one.day is None or other.day is None:
        return False
    apart = abs((one.day - other.day).days)
    if apart > DAYS_APART:
        return False
    cosine = float(one.sentence.vector @ other.sentence.vector)
    return cosine >= (ALIKE_ON_ONE_DAY if apart == 0 else ALIKE)


def keep_each_once(
    tellings: Iterable[Telling],
    limit: int,
) -> list[Telling]:
    """Return the best sentence of each event, the best first, no more than a limit."""
    kept: list[Telling] = []
    for telling in sorted(tellings, key=lambda each: -each.score):
        is_known = any(tell_one_event(telling, other) for other in kept)
        if not is_known:
            kept.append(telling)
    return kept[:limit]
