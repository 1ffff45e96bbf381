"""The sentence that tells what an article reports.

Often it is the first. Many an article opens with a scene ("She went in sideways, and she went in
fast.") and tells its news in the second or third sentence: the one that says what the title says,
with the day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rag.dates import find_days
from rag.text import find_words, to_one_line

if TYPE_CHECKING:
    import datetime

    from numpy.typing import NDArray

    from rag.answer.quotation_spans import Candidate
    from rag.answer.topic_articles import TopicArticle

    Array = NDArray[np.float64]

# All chosen by hand.
FIRST_SENTENCES = 8  # among which the report is
POSITION_LOSS = 0.04  # with each sentence before it
DAY_GAIN = 0.1  # of a sentence that tells a day
TITLE_WORDS = 0.5  # of the share of the title's words that it has


def rate_leads(article: TopicArticle) -> Array:
    """Return (telling sentences,): how well each tells what its article reports."""
    scores = np.array(article.likeness, dtype=np.float64)
    title_terms = _list_terms(article.story.article.title)
    for place, sentence in enumerate(article.telling):
        shared = title_terms & _list_terms(sentence.text)
        scores[place] += TITLE_WORDS * len(shared) / max(len(title_terms), 1)
        scores[place] -= POSITION_LOSS * place
        if find_told_days(sentence):
            scores[place] += DAY_GAIN
    scores[FIRST_SENTENCES:] -= 1.0
    return scores


def find_told_days(sentence: Candidate) -> list[tuple[str, datetime.date, datetime.date]]:
    """Return the words of a sentence that tell days, with the first and last day meant."""
    article = sentence.hit.passage.article
    if article.date is None:
        return []
    text = to_one_line(sentence.text)
    told = []
    for (start, end), first, last in find_days(
        text,
        article.language,
        article.date,
    ):
        words = text[start:end]
        told.append((words, first, last))
    return told


def _list_terms(text: str) -> set[str]:
    return {word.term for word in find_words(text)}
