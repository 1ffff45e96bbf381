"""Echoes: sentences that hold the question instead of answering it.

Who writes an article so that it is found for a question repeats the question: as it is, as its
title, as a string of keywords. So do interviews and lists of questions. A sentence that asks what
the question asks, holds it nearly whole, strings its words together or repeats them is no evidence,
whatever it scores. The rules count words and compare their order, so that they hold in every
language; only which words ask is read from the language file, where it has any.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.coverage import compute_token_length
from rag.question.question_types import get_question_words
from rag.reading.passages import format_header
from rag.text import find_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    import numpy as np
    from numpy.typing import NDArray

    from rag.question.expand import Query
    from rag.records import Article
    from rag.text import Word

ASKING_MARKS = ("?", "？", "؟")
# The rest was chosen by hand: scripts/measure_stuffing.py on one side, on the other the sentences
# that answer 3,000 questions of the press, PIAF and XQuAD: hardly any is taken for an echo.
ASKED_SHARE = 0.5  # of the question's content in a sentence that asks: it asks the same
STRUNG_SHARE = 0.6  # of it in keywords that stand in a row
WHOLE_SHARE = 0.8  # of it in words that begin and go on as the question does: nearly whole
MIN_WORDS = 3  # of a question; fewer stand in a row in many answers
MIN_STRUNG = 2  # neighbours that are none in the question; some answers have one
HEAVY_WEIGHT = 0.2  # of the heaviest word's: lighter words are those that keywords leave out
REPEATED = 3  # times that a sentence says each word of the question that it has, on average
REPEATED_SHARE = 0.5  # of a sentence's words, from which repeating is most of what it does
MIN_REPEATED = 2  # different words that are so repeated
SPACES_AND_MARKUP = " \t\r\n\u00a0\u202f#*_>"  # what may stand between an opening mark and words


class AskedWords(NamedTuple):
    """A question as sentences are compared with it."""

    terms: tuple[str, ...]  # folded, in order
    neighbours: frozenset[tuple[str, str]]  # every two that stand side by side
    shares: Mapping[str, float]  # of the question's content, by word that does not ask; sum to 1
    heavy: frozenset[str]  # words that keywords do not leave out
    asking: str | None  # the first word that asks; None where the language file does not tell
    is_question: bool  # rather than keywords

    def sum_shares(self, terms: Set[str]) -> float:
        """Return the share of the question's content that is among some words."""
        return sum(share for term, share in self.shares.items() if term in terms)


def read_asked_words(query: Query, table: NDArray[np.float16]) -> AskedWords:
    """Return a question as sentences are compared with it.

    ``table``: the shipped model's token vectors, whose lengths say how much a word tells (SIF).
    """
    terms = tuple(word.term for word in find_words(query.text))
    weights = {}
    for term, ids in zip(query.terms, query.term_tokens, strict=True):
        # Squared, so that many small words do not make up for a name.
        weights[term] = compute_token_length(ids, table) ** 2
    heaviest = max(weights.values(), default=0.0)
    question_words = get_question_words(query.language)
    content = {term: weights[term] for term in weights if term not in question_words}
    total = sum(content.values()) or 1.0
    asking = next((term for term in terms if term in question_words), None)
    return AskedWords(
        terms,
        frozenset(pairwise(terms)),
        {term: weight / total for term, weight in content.items()},
        frozenset(term for term in weights if weights[term] >= HEAVY_WEIGHT * heaviest),
        asking,
        asking is not None or is_asking(query.text),
    )


def is_echo(text: str, asked: AskedWords) -> bool:
    """Return whether a sentence or a title holds the question instead of answering it."""
    words = find_words(text)
    terms = [word.term for word in words]
    if asked.sum_shares(set(terms)) < ASKED_SHARE:
        return False
    if is_asking(text) or is_repeating(terms, asked):
        return True
    if len(asked.terms) < MIN_WORDS:
        return False
    stretches = list_stretches(words, asked)
    return any(is_strung(each, asked) or is_whole(text, each, asked) for each in stretches)


def read_header(article: Article, asked: AskedWords) -> str:
    """Return the header of an article's passages, without a title that is an echo."""
    if is_echo(article.title, asked):
        article = replace(article, title="")
    return format_header(article)


def is_asking(text: str) -> bool:
    """Return whether a text asks something, be it in a quotation."""
    return any(mark in text for mark in ASKING_MARKS)


def is_repeating(terms: Sequence[str], asked: AskedWords) -> bool:
    """Return whether a sentence does little but repeat words of the question."""
    said = [term for term in terms if term in asked.shares]
    distinct = len(set(said))
    if distinct < MIN_REPEATED or len(said) < REPEATED_SHARE * len(terms):
        return False
    return len(said) >= REPEATED * distinct


def list_stretches(words: Sequence[Word], asked: AskedWords) -> list[list[Word]]:
    """Return the words in a row that are all of the question, for each such row."""
    groups = groupby(words, key=lambda word: word.term in asked.terms)
    return [list(group) for is_asked, group in groups if is_asked]


def is_strung(stretch: Sequence[Word], asked: AskedWords) -> bool:
    """Return whether a stretch is keywords: what the question has between them is left out.

    They come in its order. An answer that turns the question round has other neighbours as well.
    """
    terms = [word.term for word in stretch]
    if asked.sum_shares(set(terms)) < STRUNG_SHARE:
        return False
    strung = 0
    for pair in pairwise(terms):
        one, other = map(asked.terms.index, pair)
        strung += one < other and asked.heavy.issuperset(pair) and pair not in asked.neighbours
    return strung >= MIN_STRUNG


def is_whole(text: str, stretch: Sequence[Word], asked: AskedWords) -> bool:
    """Return whether a stretch is the question, nearly whole and in its order.

    Its beginning opens the sentence or follows an opening mark: in "Paul, qui dirige la banque"
    nothing is asked.
    """
    if not asked.is_question:
        return False
    first = asked.asking or asked.terms[0]
    words_before = asked.terms.index(first)
    for place, word in enumerate(stretch):
        start = max(0, place - words_before)
        if word.term == first and is_opening(text, stretch[start].start):
            terms = [each.term for each in stretch[start:]]
            if is_nearly_all(take_in_order(terms, asked), asked):
                return True
    return False


def is_opening(text: str, start: int) -> bool:
    """Return whether what begins at ``start`` opens a sentence, or follows an opening mark."""
    before = text[:start].rstrip(SPACES_AND_MARKUP)
    if not before or text[start].isupper():
        return True
    last = before[-1]
    return not (last.isalnum() or last == ",")


def take_in_order(terms: Sequence[str], asked: AskedWords) -> set[str]:
    """Return the words, from the first on, that come in the order of the question."""
    said = set()
    place = 0
    for term in terms:
        if term not in asked.terms[place:]:
            break
        place = asked.terms.index(term, place) + 1
        said.add(term)
    return said


def is_nearly_all(said: Set[str], asked: AskedWords) -> bool:
    """Return whether words are nearly the whole question.

    Where it is not known which word asks, none may lack: it is the one that an answer leaves out.
    """
    if asked.asking is None:
        return said >= set(asked.terms)
    return asked.sum_shares(said) >= WHOLE_SHARE
