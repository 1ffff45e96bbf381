"""Topics of the press, told by word lists: who leads, who said it, since when, what share.

A question and a sentence that speak of one topic speak of the same thing, whatever the word: "Qui
dirige …?" and "le patron de …". The words are in the ``[topics]`` sections of
``rag/text/languages``, one list for each topic; a text is read by the list of its own language
alone ("car" is a reason in French and a vehicle in English). ``rag.answer.features`` crosses topics
with the rest.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.text import fold, load_section

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

# The order is that of the scorers' features: it cannot change without fitting them again.
TOPICS = (
    "leads", "succeeds", "works", "said", "since", "ends", "earlier", "share", "change", "money",
    "people", "cuts", "cause", "place", "made",
)  # fmt: skip
MONEY = TOPICS.index("money")
PARAPHRASING_TOPICS = ("leads", "succeeds", "cuts")  # topics all of whose words say the same
MIN_STEM = 2  # letters before a star; by hand


class TopicWords(NamedTuple):
    """The topics of a language's folded words, as places in ``TOPICS``."""

    words: Mapping[str, tuple[int, ...]]
    stems: Mapping[str, tuple[int, ...]]  # beginnings of words that have any ending
    longest_stem: int


@cache
def load_topic_words(language: str) -> TopicWords:
    """Return the topic words of a language; none where its section is empty."""
    section = load_section(language, "topics")
    words: dict[str, tuple[int, ...]] = {}
    stems: dict[str, tuple[int, ...]] = {}
    for topic, name in enumerate(TOPICS):
        entries = section.get(name, ())
        for entry in entries:
            has_star = entry.endswith("*")
            table = stems if has_star else words
            key = fold(entry.rstrip("*"))
            # One word may speak of several topics.
            topics = table.get(key, ())
            table[key] = (*topics, topic)
    lengths = map(len, stems)
    return TopicWords(
        words,
        stems,
        max(lengths, default=0),
    )


@cache
def find_topics_of_term(term: str, language: str) -> frozenset[int]:
    """Return the topics of a folded word, as places in ``TOPICS``."""
    known = load_topic_words(language)
    whole_word = known.words.get(term, ())
    topics = set(whole_word)
    # Every beginning is looked up: that is faster than to compare with every stem.
    longest = min(len(term), known.longest_stem)
    for length in range(MIN_STEM, longest + 1):
        stem = term[:length]
        if stem in known.stems:
            topics.update(known.stems[stem])
    return frozenset(topics)


def find_topics(terms: Iterable[str], language: str) -> list[bool]:
    """Return (TOPICS,): which topics the folded words of a text in a language speak of."""
    topics: set[int] = set()
    for term in terms:
        topics |= find_topics_of_term(term, language)
    places = range(len(TOPICS))
    return [place in topics for place in places]


def mark_topics(texts: Iterable[tuple[Iterable[str], str]]) -> NDArray[np.bool_]:
    """Return (texts, TOPICS): which topics each text, its folded words and language, speaks of."""
    rows = []
    for terms, language in texts:
        row = find_topics(terms, language)
        rows.append(row)
    marks = np.array(rows, dtype=bool)
    # Without any text, the shape is lost.
    return marks.reshape(-1, len(TOPICS))


def mark_shared_topics(
    terms: Sequence[str],
    language: str,
    text_topics: NDArray[np.bool_],
    among: Collection[str] = TOPICS,
) -> NDArray[np.float64]:
    """Return (terms, texts): 1 where a text and a term of the question speak of one topic, else 0.

    ``text_topics`` is (texts, TOPICS); only the topics ``among`` count.
    """
    single_terms = [([term], language) for term in terms]
    term_topics = mark_topics(single_terms)
    for place, topic in enumerate(TOPICS):
        if topic not in among:
            term_topics[:, place] = False
    # (terms, 1, TOPICS) and (texts, TOPICS): every term with every text.
    shared = term_topics[:, None] & text_topics
    is_shared = shared.any(axis=2)
    return np.asarray(is_shared, dtype=np.float64)


def mark_paraphrased(
    terms: Sequence[str],
    language: str,
    texts: Iterable[tuple[Iterable[str], str]],
) -> NDArray[np.bool_]:
    """Return (terms, texts): whether a text speaks of all topics that a term speaks of.

    That stands for the word where one of them is a topic all of whose words say the same: "jobs are
    to go" for "layoffs", in whatever language.
    """
    text_topics = mark_topics(texts)
    paraphrasing = [topic in PARAPHRASING_TOPICS for topic in TOPICS]
    is_paraphrased = np.zeros((len(terms), len(text_topics)), dtype=bool)
    for row, term in enumerate(terms):
        of_term = np.array(find_topics([term], language))
        if (of_term & paraphrasing).any():
            is_paraphrased[row] = text_topics[:, of_term].all(axis=1)
    return is_paraphrased
