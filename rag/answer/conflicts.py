"""Sources that give different figures for the same thing: 370 jobs in one paper, 350 in another.

Where a reader has read them, ``differing_answers`` compares what it took for the answers. Without
one, two sentences of different articles differ when each has one figure of a kind that the other
lacks, and all else agrees: most of their other words (as they are, translated, or near in meaning),
the names, the days they speak of. When in doubt, they do not differ: a contradiction that is none
costs more trust than one that stays unsaid.

``find_conflicts`` compares the best sentence with all others; ``compare_sentences`` holds the list
of what must agree.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer.amounts import differ
from rag.answer.compared_sentences import ComparedSentence, QuestionWords, cover_question
from rag.answer.quotation_spans import Quotation
from rag.answer.word_matching import (
    compute_near_coverage,
    is_among,
)
from rag.records import Conflict, Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rag.answer.amounts import Amount
    from rag.answer.choosing import Choice
    from rag.answer.quotation_spans import Candidate
    from rag.question.expand import Query
    from rag.records import ConflictKind

    TokenVectors = NDArray[np.float16]

# All of these were chosen by hand on tests/data/dates/conflicts.jsonl (scripts/measure_dates.py).
MAX_DAYS_APART = 45  # of two articles: later ones tell what has become of what earlier ones tell
QUESTION_AGREEMENT = 0.85  # of what either sentence says of the question, that each must say
MIN_OVERLAP = 0.6  # of a sentence's other words, that the other must say too, in one language
MIN_FOREIGN_OVERLAP = 0.5  # likewise, when they are in two languages
MAX_RATIO = 2.0  # figures further apart count different things
SMALLEST = 1e-9  # keeps a quotient finite
MARKS_AROUND = ' .,;:!?«»“”„"()–-'


class DifferingFigure(NamedTuple):
    """A sentence and the value in it that another source gives otherwise."""

    candidate: Candidate
    text: str

    @property
    def day(self) -> datetime.date:
        """The day of its article."""
        article = self.candidate.hit.passage.article
        return article.date or datetime.date.min


class Disagreement(NamedTuple):
    """Sentences that give different values for one thing, newest first."""

    figures: list[DifferingFigure]
    kind: ConflictKind


class AmountPair(NamedTuple):
    """Two figures of one kind in two sentences."""

    mine: Amount
    other: Amount


def find_disagreements(
    query: Query, choice: Choice, candidates: Sequence[Candidate], *, table: TokenVectors
) -> list[Disagreement]:
    """Return what other articles say otherwise than the best sentence: at most one of each kind.

    Empty when all agree, or when the question asks for no value. ``table`` is (vocabulary,
    dimensions).
    """
    if not choice.scores:
        figures = find_conflicts(query, choice, candidates, table=table)
        return [Disagreement(figures, "differ")] if figures else []
    from rag.answer.differing_answers import find_differing_answers  # only where a reader read

    by_kind: dict[ConflictKind, dict[str, DifferingFigure]] = {}
    for best, other, kind in find_differing_answers(query, choice, candidates, table=table):
        figures_of_kind = by_kind.setdefault(kind, {})
        for answer in (best, other):
            text = answer.value.text.strip(MARKS_AROUND)
            figure = DifferingFigure(answer.candidate, text)
            # Each value once, of the article that scored best.
            figures_of_kind.setdefault(text, figure)
    disagreements = []
    for kind, figures_of_kind in by_kind.items():
        newest_first = sort_by_day(figures_of_kind.values())
        disagreements.append(Disagreement(newest_first, kind))
    return disagreements


def sort_by_day(figures: Iterable[DifferingFigure]) -> list[DifferingFigure]:
    """Return figures, those of the newest article first."""
    return sorted(
        figures,
        key=lambda figure: figure.day,
        reverse=True,
    )


def find_conflicts(
    query: Query, choice: Choice, candidates: Sequence[Candidate], *, table: TokenVectors
) -> list[DifferingFigure]:
    """Return the best sentence and those of others that give another figure for the same thing.

    By their words alone, as no reader has read them. Newest first; each value once. Empty when all
    agree, or when the question asks for no number. ``table`` is (vocabulary, dimensions).
    """
    if choice.question_type != "number" or not choice.top_sentences:
        return []
    best = choice.top_sentences[0]
    mine = ComparedSentence(best, table)
    if not mine.amounts or mine.article.date is None:
        return []
    question = QuestionWords.of(query, table)
    first_amount = None
    by_value: dict[float, DifferingFigure] = {}
    for candidate in candidates:
        other = ComparedSentence(candidate, table)
        pair = compare_sentences(mine, other, question)
        if pair is None:
            continue
        # Only figures of one kind are told together: of the kind that differs first.
        first_amount = first_amount or pair.mine
        if pair.mine != first_amount:
            continue
        for sentence, amount in ((best, pair.mine), (candidate, pair.other)):
            figure = DifferingFigure(sentence, amount.text)
            by_value.setdefault(amount.value, figure)
    return sort_by_day(by_value.values())


def cite_conflicts(
    quotations: Sequence[Quotation],
    disagreements: Sequence[Disagreement],
    *,
    keeps_order: bool = False,
) -> tuple[list[Quotation], tuple[Conflict, ...]]:
    """Return the quotations, those of differing figures first, and the conflicts.

    Each figure has the number of its citation, from 1. A sentence that is quoted already is not
    quoted again. ``keeps_order``: the quotations come first as they are.
    """
    ordered: list[Quotation] = []
    if keeps_order:
        ordered += quotations
    conflicts = []
    for disagreement in disagreements:
        cited = []
        for figure in disagreement.figures:
            quotation = find_quotation(figure.candidate, quotations)
            if quotation not in ordered:
                ordered.append(quotation)
            number = 1 + ordered.index(quotation)
            cited.append(Figure(figure.text, number))
        conflicts.append(Conflict(tuple(cited), disagreement.kind))
    for quotation in quotations:
        if quotation not in ordered:
            ordered.append(quotation)
    return ordered, tuple(conflicts)


def find_quotation(candidate: Candidate, quotations: Sequence[Quotation]) -> Quotation:
    """Return the quotation that contains a sentence, or a new one of the sentence alone."""
    passage = candidate.hit.passage
    start, end = candidate.span
    for quotation in quotations:
        if quotation.passage.article.id != passage.article.id:
            continue
        if quotation.span.start <= start and end <= quotation.span.end:
            return quotation
    return Quotation(passage, candidate.span)


def compare_sentences(
    mine: ComparedSentence, other: ComparedSentence, question: QuestionWords
) -> AmountPair | None:
    """Return the two figures in which two sentences differ; None unless all else agrees.

    The cheap questions come first: most candidates fail one of them.
    """
    if other.article.id == mine.article.id or other.article.date is None:
        return None
    # What is told later is what has become of it, no contradiction.
    distance = other.day - mine.day
    if abs(distance.days) > MAX_DAYS_APART:
        return None
    pairs = [pair for pair in pair_amounts(mine, other) if differ(*pair)]
    # Two differences are two different things.
    if len(pairs) != 1:
        return None
    agrees = (
        mine.is_wish == other.is_wish
        and has_names_of(mine, other)
        and has_names_of(other, mine)
        and answer_alike(question, mine, other)
        and say_alike(mine, other)
        # Last: the first days that are read cost their grammar, a tenth of a question.
        and share_days(mine, other)
    )
    return pairs[0] if agrees else None


def pair_amounts(mine: ComparedSentence, other: ComparedSentence) -> list[AmountPair]:
    """Return the pairs of figures of one kind that only one of the sentences gives.

    Each sentence must have exactly one such figure of the kind. Figures further apart than
    ``MAX_RATIO`` count different things and are no pair.
    """
    pairs = []
    for amount in mine.amounts:
        my_kind = select_kind(mine, amount, mine.language)
        other_kind = select_kind(other, amount, mine.language)
        # A value that both give is agreed on.
        only_mine = exclude_values(my_kind, other_kind)
        only_other = exclude_values(other_kind, my_kind)
        if only_mine != [amount] or len(only_other) != 1:
            continue
        [other_amount] = only_other
        smaller, larger = sorted([amount.value, other_amount.value])
        if larger <= MAX_RATIO * smaller:
            pair = AmountPair(amount, other_amount)
            pairs.append(pair)
    return pairs


def select_kind(sentence: ComparedSentence, amount: Amount, language: str) -> list[Amount]:
    """Return the figures of a sentence that count what ``amount`` counts.

    ``language`` is that of the sentence of ``amount``.
    """
    selected = []
    for candidate in sentence.amounts:
        if is_same_kind(candidate, sentence.language, amount, language):
            selected.append(candidate)
    return selected


def exclude_values(amounts: Sequence[Amount], others: Sequence[Amount]) -> list[Amount]:
    """Return the figures whose value none of the others has."""
    values = {amount.value for amount in others}
    remaining = []
    for amount in amounts:
        if amount.value not in values:
            remaining.append(amount)
    return remaining


def is_same_kind(one: Amount, language: str, other: Amount, other_language: str) -> bool:
    """Return whether two figures count the same: by their units, else by the words after them."""
    if one.unit or other.unit:
        return one.unit == other.unit
    word = one.word.lower()
    other_word = other.word.lower()
    return is_among(word, language, [other_word], other_language)


def say_alike(mine: ComparedSentence, other: ComparedSentence) -> bool:
    """Return whether most of what each of two sentences says, figures aside, is in the other."""
    threshold = MIN_FOREIGN_OVERLAP
    if mine.language == other.language:
        threshold = MIN_OVERLAP
    if compute_overlap(mine, other) < threshold:
        return False
    return compute_overlap(other, mine) >= threshold


def compute_overlap(one: ComparedSentence, other: ComparedSentence) -> float:
    """Return the share of what a sentence says, figures aside, that the other says as well."""
    if not one.forms or not other.forms:
        return 0.0
    # First the words that are near in meaning, then those that are the same or a translation.
    directions, weights = one.word_vectors
    other_directions = other.word_vectors.directions
    coverage = compute_near_coverage(directions, other_directions)
    for place, form in enumerate(one.forms):
        if other.has_word(form, one.language):
            coverage[place] = 1.0
    total_weight = max(weights.sum(), SMALLEST)
    covered_weight = coverage @ weights
    return float(covered_weight / total_weight)


def answer_alike(question: QuestionWords, mine: ComparedSentence, other: ComparedSentence) -> bool:
    """Return whether both sentences say what is asked.

    That is the names in it, and nearly all that one of the two says of it.
    """
    coverage = np.stack(
        [
            cover_question(question, mine),
            cover_question(question, other),
        ]
    )
    by_both = coverage.min(axis=0)
    by_either = coverage.max(axis=0)
    is_missing = by_both == 0
    if (is_missing & question.is_name).any():
        return False
    weights = question.vectors.weights
    threshold = QUESTION_AGREEMENT * (by_either @ weights)
    by_each = coverage @ weights
    return bool((by_each >= threshold).all())


def has_names_of(one: ComparedSentence, other: ComparedSentence) -> bool:
    """Return whether the passage of a sentence has every name that the other sentence names."""
    language = other.language
    names = other.names
    return all(one.has_nearby(name, language) for name in names)


def share_days(mine: ComparedSentence, other: ComparedSentence) -> bool:
    """Return whether the days that two sentences speak of overlap."""
    my_first, my_last = mine.days
    other_first, other_last = other.days
    if my_last < other_first:
        return False
    return my_first <= other_last
