"""Items that a sentence announces by their number, and that the sentences after it tell.

"The plan has five measures. The first measure is …": the sentences that follow are the lines of the
list, those with an ordinal first of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answer.quotation_spans import Quotation, is_headline
from rag.answer.statements import is_same_word
from rag.dates import load_numbers, load_ordinals
from rag.text import find_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.answer.quotation_spans import Candidate

# Chosen by hand: more are told in another way than by a sentence each.
MIN_ANNOUNCED, MAX_ANNOUNCED = 2, 12
NOUN_REACH = 2  # words between a number and what it counts
SENTENCES_EACH = 3  # in which an item is looked for, at most


def list_announced(
    place: int,
    candidates: Sequence[Candidate],
    question: str,
    language: str,
) -> list[Quotation]:
    """Return the sentences that tell what one announces; none where it announces nothing.

    ``place``: of that sentence among the candidates; ``language``: the question's.
    """
    number = _find_announced_number(
        candidates[place],
        question,
        language,
    )
    if not number:
        return []
    following = list(_list_following(place, candidates, SENTENCES_EACH * number))
    counted = [each for each in following if _has_ordinal(each)]
    if len(counted) < number and counted:
        # The last ones may be told without an ordinal.
        start = following.index(counted[-1]) + 1
        counted += following[start : start + number - len(counted)]
    quotations = []
    for candidate in counted:
        quotation = Quotation(
            candidate.hit.passage,
            candidate.span,
        )
        quotations.append(quotation)
    return quotations


def _find_announced_number(
    candidate: Candidate,
    question: str,
    language: str,
) -> int:
    """Return how many of what the question asks for a sentence announces; 0 where it does not."""
    own_language = candidate.hit.passage.article.language
    asked = [word.form for word in find_words(question)]
    words = list(find_words(candidate.text))
    numbers = load_numbers(own_language)
    for place, word in enumerate(words):
        value = int(word.term) if word.term.isdecimal() else numbers.get(word.term, 0)
        if not MIN_ANNOUNCED <= value <= MAX_ANNOUNCED:
            continue
        for noun in words[place + 1 : place + 1 + NOUN_REACH]:
            if any(is_same_word(form, language, noun.form, own_language) for form in asked):
                return value
    return 0


def _list_following(
    place: int,
    candidates: Sequence[Candidate],
    most: int,
) -> Iterator[Candidate]:
    """Yield the sentences after one, of the same article as it is read."""
    article = candidates[place].hit.passage.article
    end = candidates[place].span.end
    following = candidates[place + 1 : place + 1 + most]
    for candidate in following:
        is_next = candidate.hit.passage.article.id == article.id and candidate.span.start >= end
        if not is_next:
            return
        end = candidate.span.end
        if not is_headline(candidate):
            yield candidate


def _has_ordinal(candidate: Candidate) -> bool:
    """Return whether a sentence has an ordinal: "the first", "le second"."""
    ordinals = load_ordinals(candidate.hit.passage.article.language)
    return any(word.term in ordinals for word in find_words(candidate.text))
