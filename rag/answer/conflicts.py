"""Sources that give different figures for the same thing: 370 jobs in one paper, 350 in another.

Two sentences of different articles differ when each has one figure of a kind that the other lacks, and all else agrees:
most of their other words (as they are, translated, or near in meaning), the names, the days they speak of. When in doubt,
they do not differ: a contradiction that is none costs more trust than one that stays unsaid.

``find_conflicts`` compares the best sentence with all others; ``compare_sentences`` holds the list of what must agree.
"""

from __future__ import annotations

import datetime
import functools
import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer.amounts import differ, find_amounts, is_counting_word
from rag.answer.quotation_spans import Quotation
from rag.answer.word_matching import WordVectors, embed_forms, find_names, is_among, list_forms
from rag.answer.word_patterns import NOTHING, join_alternatives
from rag.dates import find_period
from rag.reading.passages import format_header
from rag.records import Figure
from rag.text.languages import load_section
from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from re import Pattern

    from numpy.typing import NDArray

    from rag.answer.amounts import Amount
    from rag.answer.choosing import Choice
    from rag.answer.quotation_spans import Candidate
    from rag.question.expand import Query

    TokenVectors = NDArray[np.float16]

# All of these were chosen by hand on tests/data/dates/conflicts.jsonl (scripts/measure_dates.py).
MAX_DAYS_APART = (
    45  # of two articles: at greater distance, one tells what has become of the other's
)
DAYS_AROUND = 31  # days around its article that a sentence without a date may speak of
QUESTION_AGREEMENT = 0.85  # of what either sentence says of the question, that each must say
MIN_OVERLAP = 0.6  # of a sentence's other words, that the other must say too, in one language
MIN_FOREIGN_OVERLAP = 0.5  # likewise, when they are in two languages
MAX_RATIO = 2.0  # figures further apart count different things
NEAR_COSINE = 0.4  # of two words' vectors, from which one stands for the other
LONGEST_SOURCE = 60  # characters after "according to" that name the source


class DifferingFigure(NamedTuple):
    """A sentence and the figure in it that another source gives otherwise."""

    candidate: Candidate
    amount: Amount


class AmountPair(NamedTuple):
    """Two figures of one kind in two sentences."""

    mine: Amount
    other: Amount


class ComparedSentence:
    """A sentence as it is compared: its figures, its other words, its names; each read when it is first asked for."""

    def __init__(self, candidate: Candidate, table: TokenVectors) -> None:
        self._passage = candidate.hit.passage
        self._table = table
        self.text = candidate.text
        self.article = self._passage.article
        self.language = self.article.language
        self.day = self.article.date or datetime.date.min

    @cached_property
    def amounts(self) -> list[Amount]:
        """Its figures."""
        return find_amounts(self.text, self.language)

    @cached_property
    def statement(self) -> str:
        """The sentence without who says it, which is no part of what is said."""
        return load_source_pattern(self.language).sub(" ", self.text)

    @cached_property
    def is_wish(self) -> bool:
        """Whether it tells of a wish, a demand or a guess: another thing than what has come of it."""
        return load_wish_pattern(self.language).search(fold(self.text)) is not None

    @cached_property
    def forms(self) -> list[str]:
        """Its words that neither are figures nor say what these count."""
        forms = list_forms(self.statement)
        return [form for form in forms if not is_counting_word(form, self.language)]

    @cached_property
    def surrounding_forms(self) -> list[str]:
        """The words of its passage and headline."""
        return list_forms(f"{format_header(self.article)} {self._passage.text}")

    @cached_property
    def names(self) -> list[str]:
        """Those that it names, but for its publisher."""
        publisher = fold(self.article.publisher or "")
        names = find_names(self.statement, self.language)
        return [name for name in names if fold(name) not in publisher]

    @cached_property
    def word_vectors(self) -> WordVectors:
        """The vectors of ``forms``."""
        return embed_forms(self.forms, self._table)

    @cached_property
    def days(self) -> tuple[datetime.date, datetime.date]:
        """The first and last day it speaks of; without any in its words, those around its article."""
        period = find_period(self.text, self.language, self.day)
        if period is None:
            margin = datetime.timedelta(days=DAYS_AROUND)
            return self.day - margin, self.day + margin
        return period.start or datetime.date.min, period.end or datetime.date.max


@functools.cache
def load_source_pattern(language: str) -> Pattern[str]:
    """Return a pattern for who says a thing, "according to …" up to the next stop or comma, in one language."""
    source = load_section(language, "answers").get("according_to_pattern", NOTHING)
    return re.compile(rf"\b(?:{source})[^,.;:]{{0,{LONGEST_SOURCE}}}")


@functools.cache
def load_wish_pattern(language: str) -> Pattern[str]:
    """Return a pattern for words of wishes, demands and guesses in a folded text of one language."""
    words = load_section(language, "answers").get("wishes", ())
    wish = join_alternatives(fold(word) for word in words)
    return re.compile(rf"\b{wish}\b")


def find_conflicts(
    query: Query, choice: Choice, candidates: Sequence[Candidate], *, table: TokenVectors
) -> list[DifferingFigure]:
    """Return the best sentence and those of other articles that give another figure for the same thing, newest first.

    Empty when all agree, or when the question asks for no number. ``table`` is (vocabulary, dimensions).
    """
    if choice.question_type != "number" or not choice.top_sentences:
        return []
    best = choice.top_sentences[0]
    mine = ComparedSentence(best, table)
    if not mine.amounts or mine.article.date is None:
        return []
    by_value: dict[float, DifferingFigure] = {}
    first_amount = None
    for candidate in candidates:
        pair = compare_sentences(mine, ComparedSentence(candidate, table), query, table)
        if pair is None:
            continue
        first_amount = first_amount or pair.mine
        # Only figures of one kind are told together.
        if pair.mine == first_amount:
            by_value.setdefault(pair.mine.value, DifferingFigure(best, pair.mine))
            by_value.setdefault(pair.other.value, DifferingFigure(candidate, pair.other))
    return sorted(by_value.values(), key=get_day, reverse=True)


def get_day(figure: DifferingFigure) -> datetime.date:
    """Return the day of a figure's article."""
    return figure.candidate.hit.passage.article.date or datetime.date.min


def cite_conflicts(
    quotations: Sequence[Quotation], figures: Sequence[DifferingFigure]
) -> tuple[list[Quotation], tuple[Figure, ...]]:
    """Return the quotations, those of differing figures first, and the figures with the numbers of their citations."""
    first: list[Quotation] = []
    cited = []
    for number, (candidate, amount) in enumerate(figures, 1):
        own = Quotation(candidate.hit.passage, candidate.span)
        quoting = (quotation for quotation in quotations if quotes(quotation, candidate))
        first.append(next(quoting, own))
        cited.append(Figure(amount.text, number))
    rest = [quotation for quotation in quotations if quotation not in first]
    return [*first, *rest], tuple(cited)


def quotes(quotation: Quotation, candidate: Candidate) -> bool:
    """Return whether a quotation contains a sentence."""
    passage, (start, end) = quotation
    if passage.article.id != candidate.hit.passage.article.id:
        return False
    return start <= candidate.span.start and candidate.span.end <= end


def compare_sentences(
    mine: ComparedSentence, other: ComparedSentence, query: Query, table: TokenVectors
) -> AmountPair | None:
    """Return the two figures in which two sentences differ; None unless all else agrees.

    The cheap questions come first: most candidates fail one of them.
    """
    if other.article.id == mine.article.id or other.article.date is None:
        return None
    if abs(other.day - mine.day).days > MAX_DAYS_APART:
        return None
    pairs = [pair for pair in pair_amounts(mine, other) if differ(*pair)]
    if len(pairs) != 1 or mine.is_wish != other.is_wish:
        return None
    if not share_days(mine, other):
        return None
    if not (has_names_of(mine, other) and has_names_of(other, mine)):
        return None
    if not answer_alike(query, mine, other, table):
        return None
    same_language = mine.language == other.language
    threshold = MIN_OVERLAP if same_language else MIN_FOREIGN_OVERLAP
    overlap = min(compute_overlap(mine, other), compute_overlap(other, mine))
    return pairs[0] if overlap >= threshold else None


def pair_amounts(mine: ComparedSentence, other: ComparedSentence) -> list[AmountPair]:
    """Return the pairs of figures of one kind, where each sentence has exactly one of that kind that the other lacks.

    Figures further apart than ``MAX_RATIO`` count different things and are no pair.
    """
    pairs = []
    for amount in mine.amounts:
        my_kind = select_kind(mine, amount, mine.language)
        other_kind = select_kind(other, amount, mine.language)
        only_mine = exclude_values(my_kind, other_kind)
        only_other = exclude_values(other_kind, my_kind)
        if only_mine != [amount] or len(only_other) != 1:
            continue
        pair = AmountPair(amount, only_other[0])
        smaller, larger = sorted((pair.mine.value, pair.other.value))
        if larger <= MAX_RATIO * smaller:
            pairs.append(pair)
    return pairs


def select_kind(sentence: ComparedSentence, amount: Amount, language: str) -> list[Amount]:
    """Return the figures of a sentence that count what a figure of a sentence in ``language`` counts."""
    return [
        candidate
        for candidate in sentence.amounts
        if is_same_kind(candidate, sentence.language, amount, language)
    ]


def exclude_values(amounts: Sequence[Amount], others: Sequence[Amount]) -> list[Amount]:
    """Return the figures whose value none of the others has."""
    values = {amount.value for amount in others}
    return [amount for amount in amounts if amount.value not in values]


def is_same_kind(one: Amount, language: str, other: Amount, other_language: str) -> bool:
    """Return whether two figures count the same: by their units, else by the words after them."""
    if one.unit or other.unit:
        return one.unit == other.unit
    return is_among(one.word.lower(), language, [other.word.lower()], other_language)


def compute_overlap(one: ComparedSentence, other: ComparedSentence) -> float:
    """Return the share of what a sentence says, figures aside, that the other says as well."""
    if not one.forms or not other.forms:
        return 0.0
    directions, weights = one.word_vectors
    cosines = (directions @ other.word_vectors.directions.T).max(axis=1)
    is_said = [is_among(form, one.language, other.forms, other.language) for form in one.forms]
    near = np.where(cosines > NEAR_COSINE, cosines, 0.0)
    coverage = np.where(is_said, 1.0, near)
    return float(coverage @ weights / max(weights.sum(), 1e-9))


def answer_alike(
    query: Query, mine: ComparedSentence, other: ComparedSentence, table: TokenVectors
) -> bool:
    """Return whether both sentences say what is asked: the names in it, and nearly all that one of them says of it."""
    forms, is_name = list_question_forms(query)
    vectors = embed_forms(forms, table)
    coverages = []
    for sentence in (mine, other):
        named = [
            is_among(form, query.language, list_forms_near(sentence, name), sentence.language)
            for form, name in zip(forms, is_name, strict=True)
        ]
        cosines = (vectors.directions @ sentence.word_vectors.directions.T).max(axis=1, initial=0.0)
        is_near = (cosines > NEAR_COSINE) & ~is_name
        coverages.append(np.where(named, 1.0, np.where(is_near, cosines, 0.0)))
    coverage = np.stack(coverages)
    if (coverage.min(axis=0)[is_name] == 0).any():
        return False
    said_by_either = coverage.max(axis=0) @ vectors.weights
    said_by_each = coverage @ vectors.weights
    return bool((said_by_each >= QUESTION_AGREEMENT * said_by_either).all())


def list_forms_near(sentence: ComparedSentence, is_name: bool) -> list[str]:
    """Return the words among which one of the question is looked for: a name in the whole passage, another word in the sentence."""
    return sentence.surrounding_forms if is_name else sentence.forms


def list_question_forms(query: Query) -> tuple[list[str], NDArray[np.bool_]]:
    """Return the words of a question but for figures and what these count, and which of them are names."""
    forms = []
    is_name = []
    for word, name in zip(query.words, query.names, strict=True):
        is_figure = word.form[0].isdigit()
        if not is_figure and not is_counting_word(word.form, query.language):
            forms.append(word.form)
            is_name.append(name)
    return forms, np.array(is_name, dtype=bool)


def has_names_of(one: ComparedSentence, other: ComparedSentence) -> bool:
    """Return whether the passage of a sentence has every name that the other sentence names."""
    return all(
        is_among(name, other.language, one.surrounding_forms, one.language) for name in other.names
    )


def share_days(mine: ComparedSentence, other: ComparedSentence) -> bool:
    """Return whether the days that two sentences speak of overlap."""
    my_first, my_last = mine.days
    other_first, other_last = other.days
    return my_first <= other_last and other_first <= my_last
