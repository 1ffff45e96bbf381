"""Sentences and questions as they are compared, word by word, where figures differ."""

from __future__ import annotations

import datetime
import functools
import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer.amounts import find_amounts, is_counting_word
from rag.answer.word_matching import (
    WordVectors,
    compute_near_coverage,
    embed_forms,
    find_names,
    is_among,
    list_forms,
)
from rag.answer.word_patterns import NOTHING, join_alternatives
from rag.dates import find_period
from rag.reading.passages import format_header
from rag.text import fold, load_section

if TYPE_CHECKING:
    from re import Pattern

    from numpy.typing import NDArray

    from rag.answer.amounts import Amount
    from rag.answer.quotation_spans import Candidate
    from rag.question.expand import Query

    TokenVectors = NDArray[np.float16]

DAYS_AROUND = 31  # days around its article that a sentence without a date may speak of; by hand
LONGEST_SOURCE = 60  # characters after "according to" that name the source; by hand


class ComparedSentence:
    """A sentence as it is compared: its figures, its other words, its names.

    Each is read when it is first asked for, since most sentences are told apart by their figures.
    """

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
    def passage_amounts(self) -> list[Amount]:
        """The figures of its passage."""
        return find_amounts(self._passage.shown, self.language)

    @cached_property
    def statement(self) -> str:
        """The sentence without who says it, which is no part of what is said."""
        source = load_source_pattern(self.language)
        return source.sub(" ", self.text)

    @cached_property
    def is_wish(self) -> bool:
        """Whether it tells of a wish, a demand or a guess: not the same as what has come of it."""
        wish = load_wish_pattern(self.language)
        folded = fold(self.text)
        return wish.search(folded) is not None

    @cached_property
    def forms(self) -> list[str]:
        """Its words that neither are figures nor say what these count."""
        forms = []
        for form in list_forms(self.statement):
            if not is_counting_word(form, self.language):
                forms.append(form)
        return forms

    @cached_property
    def surrounding_forms(self) -> list[str]:
        """The words of its passage and headline."""
        header = format_header(self.article)
        return list_forms(f"{header} {self._passage.shown}")

    @cached_property
    def names(self) -> list[str]:
        """Those that it names, but for its publisher."""
        publisher = fold(self.article.publisher or "")
        names = []
        for name in find_names(self.statement, self.language):
            if fold(name) not in publisher:
                names.append(name)
        return names

    @cached_property
    def word_vectors(self) -> WordVectors:
        """The vectors of ``forms``."""
        return embed_forms(self.forms, self._table)

    @cached_property
    def days(self) -> tuple[datetime.date, datetime.date]:
        """The first and last day it speaks of; if its words tell none, those around its article."""
        day = self.day
        period = find_period(self.text, self.language, day)
        if period is None:
            margin = datetime.timedelta(days=DAYS_AROUND)
            return day - margin, day + margin
        # An open end reaches as far as dates go.
        first = period.start or datetime.date.min
        last = period.end or datetime.date.max
        return first, last

    def has_word(self, form: str, language: str) -> bool:
        """Return whether the sentence has a word of ``language`` in its own language."""
        return is_among(form, language, self.forms, self.language)

    def has_nearby(self, form: str, language: str) -> bool:
        """Return whether the passage or headline of the sentence has a word of ``language``."""
        return is_among(form, language, self.surrounding_forms, self.language)


class QuestionWords(NamedTuple):
    """The words of a question but for figures and what these count."""

    language: str
    forms: list[str]
    is_name: NDArray[np.bool_]  # (forms,)
    vectors: WordVectors

    @classmethod
    def of(cls, query: Query, table: TokenVectors) -> QuestionWords:
        """Return the words of a query; ``table`` is (vocabulary, dimensions)."""
        forms = []
        is_name = []
        for word, name in zip(query.words, query.names, strict=True):
            if word.form[0].isdigit() or is_counting_word(word.form, query.language):
                continue
            forms.append(word.form)
            is_name.append(name)
        return cls(
            query.language,
            forms,
            np.array(is_name, dtype=bool),
            embed_forms(forms, table),
        )


def cover_question(question: QuestionWords, sentence: ComparedSentence) -> NDArray[np.float64]:
    """Return (forms,): how well a sentence covers the words of a question.

    A name is looked for in the whole passage, another word in the sentence; a word that is only
    near in meaning counts for its cosine, a name that is only near for nothing.
    """
    near = compute_near_coverage(
        question.vectors.directions,
        sentence.word_vectors.directions,
    )
    coverage = np.where(question.is_name, 0.0, near)
    for place, form in enumerate(question.forms):
        look_up = sentence.has_nearby if question.is_name[place] else sentence.has_word
        if look_up(form, question.language):
            coverage[place] = 1.0
    return coverage


@functools.cache
def load_source_pattern(language: str) -> Pattern[str]:
    """Return a pattern for who says a thing: "according to …" up to the next stop or comma."""
    section = load_section(language, "answers")
    source = section.get("according_to_pattern", NOTHING)
    reach = rf"[^,.;:]{{0,{LONGEST_SOURCE}}}"
    return re.compile(rf"\b(?:{source}){reach}")


@functools.cache
def load_wish_pattern(language: str) -> Pattern[str]:
    """Return a pattern for words of wishes, demands and guesses in a folded text."""
    section = load_section(language, "answers")
    entries = section.get("wishes", ())
    words = map(fold, entries)
    wish = join_alternatives(words)
    return re.compile(rf"\b{wish}\b")
