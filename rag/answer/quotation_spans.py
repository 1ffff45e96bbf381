"""Quotations: the sentences that scored best, grown until they stand alone.

A quotation is built in two steps. ``expand_to_antecedent`` grows one sentence to those before it
that say what its pronouns mean. ``choose_quotations`` takes sentences, best first, until the answer
is likely among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer.anaphora import is_anaphoric
from rag.records import Span
from rag.text import find_words, to_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.records import Hit, Passage

    Scores = NDArray[np.float64]

# A sentence that ends so announces the next one; closing quotation marks may follow.
ANNOUNCING_ENDS = ("?", "？", "؟", ":")
SENTENCE_ENDS = (*ANNOUNCING_ENDS, ".", "!", "…", ";", ",", "。", "！", "।", "۔")
BLANK_LINE = re.compile(r"(?:\r\n?|\n)[ \t>]*[\r\n]")
CLOSING_MARKS = " »\"”’'"
# All of these were chosen by hand on the development questions.
SUFFICIENT_LIKELIHOOD = 0.97  # sentences are quoted until the answer is among them so likely
MAX_SCORE_GAP = 4.0  # a sentence of another passage is not quoted if further below the best
MIN_WORDS = 4  # of a further sentence: no date line, no name under an article
TIE_GAP = 1.0  # a sentence whose score is this near the best is as likely to answer
TIE_STRETCH = 1.5  # such a sentence may take the quotations this many times over their budget
SECOND_SOURCE_GAP = 2.0  # of another article's best sentence that is quoted beside one alone
SECOND_SOURCE_STRETCH = 2.0  # it may take the quotations this many times over their budget
MAX_CONTEXT = 3  # sentences a quotation may reach back over to say whom its pronouns mean


@dataclass(frozen=True)
class Candidate:
    """A sentence that may answer: a row of the index, its place in its passage, its hit."""

    hit: Hit
    rank: int  # of its passage, from 0
    place: int  # among its passage's sentences, from 0
    span: Span
    tokens: NDArray[np.uint16]
    vector: NDArray[np.float32]

    @property
    def text(self) -> str:
        """The sentence as a person sees it in its document."""
        document = self.hit.passage.article.document
        start, end = self.span
        return document.show(start, end)


class Quotation(NamedTuple):
    """A stretch of a passage's document that is quoted, word for word."""

    passage: Passage
    span: Span

    @property
    def text(self) -> str:
        """What a person sees of it."""
        document = self.passage.article.document
        start, end = self.span
        return document.show(start, end)


def choose_quotations(
    candidates: Sequence[Candidate],
    scores: Scores,
    order: Sequence[int],
    budget: int,
    sufficient_likelihood: float = SUFFICIENT_LIKELIHOOD,
) -> list[Quotation]:
    """Return the best sentences, with their antecedents, until they probably hold the answer.

    Likelihood is the softmax of ``scores``, summed over the sentences taken so far. ``order`` lists
    the candidates best first; ``budget`` is in words. The first sentence is quoted whatever its
    length. Where another is as likely to answer, the budget stretches for it.
    """
    # How likely is it that a sentence before each one answers?
    best = order[0]
    odds = np.exp(scores - scores[best])
    odds_in_order = odds[order]
    odds_before = np.cumsum(odds_in_order) - odds_in_order
    likelihoods_before = odds_before / odds.sum()
    quotations: list[Quotation] = []
    for index, likelihood_before in zip(order, likelihoods_before.tolist(), strict=True):
        if likelihood_before >= sufficient_likelihood:
            break
        candidate = candidates[index]
        gap = scores[best] - scores[index]
        if is_too_far(candidate, candidates[best], gap) or (quotations and adds_nothing(candidate)):
            continue
        span = expand_to_antecedent(candidates, index)
        quotation = Quotation(candidate.hit.passage, span)
        if is_quoted_already(quotation, quotations):
            continue
        # The budget is looked at after merging: what two quotations share counts once.
        merged = merge_quotation(quotations, quotation)
        stretch = TIE_STRETCH if gap <= TIE_GAP else 1.0
        if not quotations or count_words(merged) <= budget * stretch:
            quotations = merged
    return add_second_source(quotations, candidates, scores, order, budget)


def add_second_source(
    quotations: list[Quotation],
    candidates: Sequence[Candidate],
    scores: Scores,
    order: Sequence[int],
    budget: int,
) -> list[Quotation]:
    """Return the quotations, where all stand in one article with the best of another if it is near.

    One article may be wrong, or written to be quoted: who reads both can tell.
    """
    articles = {quotation.passage.article.id for quotation in quotations}
    if len(articles) > 1:
        return quotations
    for index in order:
        candidate = candidates[index]
        if scores[order[0]] - scores[index] > SECOND_SOURCE_GAP:
            break
        if candidate.hit.passage.article.id in articles or adds_nothing(candidate):
            continue
        span = expand_to_antecedent(candidates, index)
        quotation = Quotation(candidate.hit.passage, span)
        with_second = [*quotations, quotation]
        is_short = count_words(with_second) <= budget * SECOND_SOURCE_STRETCH
        if is_short and not is_quoted_already(quotation, quotations):
            return with_second
    return quotations


def is_too_far(candidate: Candidate, best: Candidate, gap: float) -> bool:
    """Return whether a sentence elsewhere scores too far below the best to answer anything."""
    return gap > MAX_SCORE_GAP and candidate.rank != best.rank


def adds_nothing(candidate: Candidate) -> bool:
    """Return whether a sentence is of no use beside another: a headline, or a line of few words."""
    if is_headline(candidate):
        return True
    words = find_words(candidate.text)
    return len(words) < MIN_WORDS


def is_headline(candidate: Candidate) -> bool:
    """Return whether a sentence is its article's headline, which its citation shows anyway."""
    return has_words_of_title(candidate) and not is_title_alone(candidate)


def is_title_alone(candidate: Candidate) -> bool:
    """Return whether a sentence is the title of an article that has no other text."""
    if not has_words_of_title(candidate):
        return False
    article = candidate.hit.passage.article
    rest = article.document.show(candidate.span.end, article.end)
    return not rest.strip()


def has_words_of_title(candidate: Candidate) -> bool:
    """Return whether a sentence is the title of its article, letter by letter."""
    return candidate.text.strip("# \t") == candidate.hit.passage.article.title


def is_quoted_already(quotation: Quotation, quotations: Sequence[Quotation]) -> bool:
    """Return whether the same words are quoted already, from another paper for example."""
    text = to_one_line(quotation.text)
    for other in quotations:
        other_text = to_one_line(other.text)
        if other_text == text:
            return True
    return False


def merge_quotation(quotations: Sequence[Quotation], new: Quotation) -> list[Quotation]:
    """Return the quotations and one more.

    Those that overlap become one, in the place of the first of them.
    """
    overlapping = [quotation for quotation in quotations if overlap(quotation, new)]
    if not overlapping:
        return [*quotations, new]
    first = overlapping[0]
    spans = [new.span]
    spans.extend(quotation.span for quotation in overlapping)
    union = Span(
        min(span.start for span in spans),
        max(span.end for span in spans),
    )
    # The order of the others stays as it is: best first.
    merged = []
    for quotation in quotations:
        if quotation == first:
            merged.append(Quotation(first.passage, union))
        elif quotation not in overlapping:
            merged.append(quotation)
    return merged


def overlap(one: Quotation, other: Quotation) -> bool:
    """Return whether two quotations of one file share a character."""
    document = one.passage.article.document
    other_document = other.passage.article.document
    if document.path != other_document.path:
        return False
    # Offsets are of the document, so that quotations of two passages may be compared.
    latest_start = max(one.span.start, other.span.start)
    earliest_end = min(one.span.end, other.span.end)
    return latest_start < earliest_end


def count_words(quotations: Sequence[Quotation]) -> int:
    """Return how many words quotations have together, counted as runs without white space."""
    count = 0
    for quotation in quotations:
        words = quotation.text.split()
        count += len(words)
    return count


def find_context_start(candidates: Sequence[Candidate], index: int) -> int:
    """Return the place of the first sentence that a quotation of a candidate needs.

    That is back to where the anaphora is resolved, at most ``MAX_CONTEXT`` sentences and never out
    of the passage.
    """
    first = index
    while index - first < MAX_CONTEXT:
        candidate = candidates[first]
        language = candidate.hit.passage.article.language
        opens_passage = candidate.place == 0
        if opens_passage or not is_anaphoric(candidate.text, language):
            break
        if stands_apart(candidates[first - 1], candidate):
            break
        first -= 1
    return first


def stands_apart(candidate: Candidate, following: Candidate) -> bool:
    """Return whether a sentence is none: a headline or a credit line, over a blank one."""
    text = candidate.text.rstrip(CLOSING_MARKS)
    if text.endswith(SENTENCE_ENDS):
        return False
    document = candidate.hit.passage.article.document
    between = document.show(candidate.span.end, following.span.start)
    return BLANK_LINE.search(between) is not None


def expand_to_antecedent(candidates: Sequence[Candidate], index: int) -> Span:
    """Return the span of a sentence with those before it that say what its pronouns mean.

    A sentence that announces the next one ("… :", "… ?") takes that one in.
    """
    first = candidates[find_context_start(candidates, index)]
    last = candidates[index]
    end = last.span.end
    if last.text.rstrip(CLOSING_MARKS).endswith(ANNOUNCING_ENDS):
        from rag.reading.shown_text import split_shown_sentences  # seldom needed

        article = last.hit.passage.article
        following = split_shown_sentences(article.document, end, article.end)
        if following:
            end = following[0].end
    return Span(first.span.start, end)
